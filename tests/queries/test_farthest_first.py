from dataclasses import replace

import numpy as np
import pytest

from clusteer.constraints import ConstraintSet
from clusteer.core import History
from clusteer.queries.cold_start import first_questions
from clusteer.queries.farthest_first import FarthestFirst
from tests.queries.worlds import INDEX, TRUTH, clustering_of, world


def test_before_any_answer_it_asks_for_the_first_landmarks() -> None:
    nothing = ConstraintSet(400)
    found = FarthestFirst().propose(clustering_of(INDEX, nothing), nothing, History(), 3, 0)
    assert found == first_questions(INDEX, np.arange(400), 3, 0)


def test_it_takes_the_farthest_from_all_before_again_and_again() -> None:
    clustering, constraints = world([0, 1, 4])
    found = FarthestFirst().propose(clustering, constraints, History(barred=frozenset({7, 11})), 6, 0)
    shown, likeness = [0, 1, 4], INDEX.embedding.astype(np.float64) @ INDEX.embedding.T
    for question in found:
        allowed = [item for item in range(400) if item not in {*shown, 7, 11}]
        nearest = {item: max(likeness[item, before] for before in shown) for item in allowed}
        farthest = min(allowed, key=lambda item: nearest[item])
        assert question.items == (farthest,)
        assert question.score == pytest.approx(1 - nearest[farthest], abs=1e-5)
        shown.append(farthest)
    assert {int(TRUTH[item]) for item in shown} == {0, 1, 2, 3}


@pytest.mark.parametrize("answered", [380, 400])
def test_it_asks_about_all_items_and_then_no_more(answered: int) -> None:
    constraints = ConstraintSet.from_pairs(400, [(0, item) for item in range(1, answered)], [])
    found = FarthestFirst().propose(clustering_of(INDEX, constraints), constraints, History(), 50, 0)
    assert sorted(question.items[0] for question in found) == list(range(answered, 400))


def test_items_all_alike_are_asked_about_once_each() -> None:
    alike = replace(INDEX, embedding=np.zeros_like(INDEX.embedding))
    constraints = ConstraintSet.from_pairs(400, [], [(0, 1)])
    found = FarthestFirst().propose(clustering_of(alike, constraints), constraints, History(), 1000, 0)
    assert sorted(question.items[0] for question in found) == list(range(2, 400))
