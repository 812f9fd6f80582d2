"""How sure the labels claim to be, and which answers are believed, held against how often they are right."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.methods import workspace
from clusteer.methods.committee import (
    FLATTEST,
    MEMBERS,
    SHARPEST,
    matching_power,
    members,
    raised,
    share_unmet,
)
from clusteer.methods.propagation import Propagation
from tests.blobs import blob_index, blobs, told


def some_proba(n: int, k: int, seed: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).dirichlet(np.ones(k), n).astype(np.float32)


@given(st.lists(st.integers(0, 4), max_size=40))
def test_each_answer_is_unheard_by_one_member_but_those_that_opened_a_group_by_none(named: list[int]) -> None:
    groups = np.array(named, np.int64)
    openers = {named.index(group) for group in named}
    dealt = len(named) - len(openers)
    parts = members(groups)
    assert len(parts) == min(MEMBERS, dealt)
    assert sorted(place for part in parts for place in part) == sorted(set(range(len(named))) - openers)
    assert all(dealt // MEMBERS <= len(part) <= dealt // MEMBERS + 1 for part in parts)


@pytest.mark.parametrize("power", [0.1, 1.0, 1.5, 16.0])
def test_probabilities_to_a_power_agree_with_loops(power: float) -> None:
    proba = some_proba(30, 4, 1)
    naive = np.array([[float(p) ** power for p in row] for row in proba])
    naive /= naive.sum(axis=1, keepdims=True)
    assert raised(proba, power) == pytest.approx(naive, abs=1e-5)


def test_as_much_is_unmet_as_was_met_once_as_far_as_it_is_believed() -> None:
    groups = np.array([0, 1, 0, 2, 0])
    believed = np.eye(3)[groups]
    assert share_unmet(groups, believed) == pytest.approx(2 / 5)
    believed[3] = (0.7, 0.2, 0.1)
    assert share_unmet(groups, believed) == pytest.approx(1.1 / 5)
    assert share_unmet(np.zeros(4, np.int64), np.ones((4, 1))) == 0


def test_no_row_vanishes_at_the_sharpest() -> None:
    flat = np.full((2, 2_000), 1 / 2_000, np.float32)
    assert raised(flat, SHARPEST).sum(axis=1) == pytest.approx(np.ones(2))


@given(st.integers(2, 6), st.floats(1 / 16, 4), st.integers(0, 99))
def test_the_power_is_found_again_by_what_it_made_of_the_mean(k: int, power: float, seed: int) -> None:
    proba = some_proba(40, k, seed)
    sureness = float(raised(proba, power).max(axis=1).mean())
    found = matching_power(proba, sureness)
    assert raised(proba, found).max(axis=1).mean() == pytest.approx(sureness, abs=1e-3)


def test_beyond_the_ends_the_nearer_end_is_taken() -> None:
    proba = some_proba(20, 3, 0)
    assert matching_power(proba, 0.3) == FLATTEST
    assert matching_power(proba, 1.0) == SHARPEST


def test_of_no_items_and_of_one_group_there_is_nothing_to_match() -> None:
    assert matching_power(np.zeros((0, 3), np.float32), 0.5) == 1
    assert matching_power(np.ones((3, 1), np.float32), 0.5) == 1


@pytest.mark.parametrize(("spread", "answers"), [(1.5, 40), (3.0, 40), (4.0, 40), (5.0, 12)])
def test_labels_are_as_sure_as_they_are_right(spread: float, answers: int) -> None:
    n, (_, truth) = 1200, blobs(n=1200, spread=spread)
    said, right = [], []
    for start in range(0, 5 * answers, answers):
        asked = range(start, start + answers)
        engine = Propagation().fit_index(blob_index(n=n, spread=spread), told(asked, truth))
        free = np.setdiff1d(np.arange(n), asked)
        said.append(engine.proba_[free].max(axis=1).mean())
        right.append((engine.labels_[free] == truth[free]).mean())
    assert np.mean(said) == pytest.approx(np.mean(right), abs=0.06)


def test_a_committee_tells_wrong_answers_better(monkeypatch: pytest.MonkeyPatch) -> None:
    index, truth = blob_index(n=400, spread=4), blobs(n=400, spread=4)[1]
    # The blobs are coarse groups, which tell wrong answers as well.
    monkeypatch.setattr("clusteer.methods.answer_posterior.COARSE_POWERS", (0.0,))

    def surprise() -> float:
        """Return by how much it surprises which of the answers are wrong, in nats an answer."""
        losses: list[float] = []
        for start in range(0, 400, 40):
            asked = np.arange(start, start + 40)
            wrong = {int(item): int(truth[item] + 1) % 4 for item in asked[12::6]}
            proba = Propagation().fit_index(index, told(asked, truth, wrong)).proba_
            losses += [-np.log(proba[item, truth[item]]) for item in asked]
        return float(np.mean(losses))

    with_it = surprise()
    monkeypatch.setattr(workspace, "reconsidered", lambda posterior, *_: posterior)
    assert with_it < 0.98 * surprise()
