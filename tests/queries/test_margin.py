import re
from dataclasses import replace

import numpy as np

from clusteer.constraints import ConstraintSet
from clusteer.core import History
from clusteer.queries.cold_start import first_questions, representatives
from clusteer.queries.hearts import SHORTLIST
from clusteer.queries.margin import COLD, REGIONS, Margin
from tests.queries.worlds import INDEX, TRUTH, clustering_of, world

HISTORY = History()


def test_before_any_answer_it_asks_for_the_first_landmarks() -> None:
    nothing = ConstraintSet(400)
    found = Margin().propose(clustering_of(INDEX, nothing), nothing, HISTORY, 3, 0)
    assert found == first_questions(INDEX, np.arange(400), 3, 0)


def test_then_it_asks_about_typical_items() -> None:
    clustering, constraints = world([0, 1])
    found = Margin().propose(clustering, constraints, HISTORY, 5, 0)
    typical = [item for item in representatives(INDEX, COLD, 0).tolist() if item not in (0, 1)]
    assert [question.items[0] for question in found] == typical[:5]
    assert {question.why for question in found} == {"A typical item of a region nothing is known of yet."}


def test_typical_items_answered_or_deferred_give_way_to_the_next() -> None:
    typical = representatives(INDEX, COLD, 0).tolist()
    clustering, constraints = world(typical[:3])
    history = History(deferred=frozenset(typical[3:5]))
    (question,) = Margin().propose(clustering, constraints, history, 1, 0)
    assert question.items == (typical[5],)


def test_where_typical_items_run_out_doubtful_ones_follow() -> None:
    clustering, constraints = world([0, 1])
    found = Margin().propose(clustering, constraints, HISTORY, 60, 0)
    assert len({question.items for question in found}) == len(found) == 60
    scores = [question.score for question in found]
    assert scores == sorted(scores, reverse=True)
    assert sum(score == 1 for score in scores) == COLD


def test_later_it_asks_in_the_largest_regions_of_doubt() -> None:
    clustering, constraints = world(range(COLD))
    found = Margin().propose(clustering, constraints, HISTORY, REGIONS, 0)
    scores = [question.score for question in found]
    assert scores == sorted(scores, reverse=True)
    assert 0 < sum(scores) <= 1.0001
    asked = [question.items[0] for question in found]
    assert len(set(asked)) == REGIONS
    assert set(asked).isdisjoint(range(COLD))


def test_it_asks_where_the_model_wavers() -> None:
    """Doubt in one blob alone: all questions fall there, and say between which groups."""
    clustering, constraints = world(range(COLD))
    proba = np.eye(4, dtype=np.float32)[TRUTH]
    proba[TRUTH == 2] = [0, 0.25, 0.45, 0.3]
    certain = replace(clustering, labels=TRUTH, proba=proba)
    found = Margin().propose(certain, constraints, HISTORY, 3, 0)
    assert {int(TRUTH[question.items[0]]) for question in found} == {2}
    assert all(re.search(r"between (group )?3 \(45%\) and (group )?4 \(30%\)", question.why) for question in found)


def test_one_group_alone_is_asked_beyond() -> None:
    constraints = ConstraintSet.from_pairs(400, [(0, item) for item in range(1, COLD)], [])
    (question,) = Margin().propose(clustering_of(INDEX, constraints), constraints, HISTORY, 1, 0)
    assert question.why == "So far there is one group; does this item open another?"
    assert question.options[0][0] == 0


def test_as_many_as_are_wanted_up_to_the_shortlist() -> None:
    clustering, constraints = world(range(COLD))
    assert len(Margin().propose(clustering, constraints, HISTORY, 50, 0)) == 50
    rest = 400 - COLD
    assert rest < SHORTLIST
    assert len(Margin().propose(clustering, constraints, HISTORY, 1000, 0)) == rest


def test_another_seed_parts_the_doubt_elsewhere() -> None:
    clustering, constraints = world(range(COLD))
    asked = {
        tuple(q.items[0] for q in Margin().propose(clustering, constraints, HISTORY, 5, seed)) for seed in range(4)
    }
    assert len(asked) > 1
