from dataclasses import replace

import numpy as np

from clusteer.constraints import ConstraintSet, from_answers
from clusteer.core import Answer, History
from clusteer.queries.margin import Margin
from clusteer.queries.triplets import Triplets
from tests.queries.worlds import INDEX, TRUTH, clustering_of, world

HISTORY = History()


def test_before_two_groups_are_open_it_asks_as_margin_does() -> None:
    for constraints in (ConstraintSet(400), ConstraintSet.from_pairs(400, [(0, 4)], [])):
        clustering = clustering_of(INDEX, constraints)
        found = Triplets().propose(clustering, constraints, HISTORY, 3, 0)
        assert found == Margin().propose(clustering, constraints, HISTORY, 3, 0)


def test_an_item_is_held_against_the_leaders_of_its_best_two_groups() -> None:
    clustering, constraints = world([0, 1, 2, 3, 4, 5])
    found = Triplets().propose(clustering, constraints, HISTORY, 8, 0)
    assert len({question.items for question in found}) == 8
    for question in found:
        best = set(np.argsort(-clustering.proba[question.items[0]])[:2].tolist())
        assert question.kind == "nearer"
        assert {clustering.labels[item] for (item,) in question.options} == best
        assert {item for (item,) in question.options} <= set(constraints.leaders)
    scores = [question.score for question in found]
    assert scores == sorted(scores, reverse=True)


def test_it_asks_where_two_groups_are_close() -> None:
    clustering, constraints = world(range(8))
    proba = np.eye(4, dtype=np.float32)[TRUTH]
    proba[TRUTH == 2] = [0, 0.3, 0.4, 0.3]
    found = Triplets().propose(replace(clustering, proba=proba), constraints, HISTORY, 4, 0)
    assert {int(TRUTH[question.items[0]]) for question in found} == {2}


def test_groups_an_item_is_apart_from_are_not_offered() -> None:
    constraints = ConstraintSet.from_pairs(400, [], [(0, 1), (0, 2), (1, 2), (9, 0), (13, 0), (13, 1)])
    clustering = clustering_of(INDEX, constraints)
    asked = {q.items[0]: q.options for q in Triplets().propose(clustering, constraints, HISTORY, 400, 0)}
    assert asked[9] == ((1,), (2,))
    assert 13 not in asked, "one group is left, so nothing is to be held against another"


def test_an_answer_tells_which_group_the_item_is_apart_from_and_is_not_asked_for_again() -> None:
    clustering, constraints = world([0, 1])
    (question,) = Triplets().propose(clustering, constraints, HISTORY, 1, 0)
    told = from_answers([Answer(question, "2", id="a1")], 400)
    both = replace(constraints, triplets=told.triplets).deduced()
    assert both.closure().same(question.items[0], question.options[0][0]) is False
    assert both.closure().same(question.items[0], question.options[1][0]) is None
    again = Triplets().propose(clustering, both, HISTORY, 400, 0)
    assert question.items not in {other.items for other in again}
    assert len(again) == 397
