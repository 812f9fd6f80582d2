from dataclasses import replace

import numpy as np

from clusteer.constraints import ConstraintSet, Difficulty
from clusteer.core import History
from clusteer.queries.margin import Margin
from clusteer.queries.marks import Marks
from tests.queries.worlds import INDEX, TRUTH, clustering_of, world

HISTORY = History()


def test_before_two_groups_are_open_it_asks_as_margin_does() -> None:
    for constraints in (ConstraintSet(400), ConstraintSet.from_pairs(400, [(0, 4)], [])):
        clustering = clustering_of(INDEX, constraints)
        found = Marks().propose(clustering, constraints, HISTORY, 3, 0)
        assert found == Margin().propose(clustering, constraints, HISTORY, 3, 0)


def test_items_of_middling_confidence_are_asked_about() -> None:
    clustering, constraints = world(range(8))
    proba = np.eye(4, dtype=np.float32)[TRUTH]
    proba[TRUTH == 1] = 0.25
    proba[TRUTH == 2] = [0, 0.1, 0.7, 0.2]
    found = Marks().propose(replace(clustering, labels=TRUTH, proba=proba), constraints, HISTORY, 5, 0)
    assert {int(TRUTH[question.items[0]]) for question in found} == {2}
    assert {question.kind for question in found} == {"difficulty"}
    assert all("half sure of this one (70%)" in question.why for question in found)


def test_an_item_is_marked_once() -> None:
    clustering, constraints = world(range(8))
    marked = replace(constraints, difficulties=(Difficulty(item=30, value=1.0), Difficulty(item=31, value=-1.0)))
    asked = sorted(question.items[0] for question in Marks().propose(clustering, marked, HISTORY, 400, 0))
    assert asked == [item for item in range(8, 400) if item not in (30, 31)]
