"""Links are believed as Bayes' rule says, and wrong ones less than right ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteer.methods.link_beliefs import link_beliefs


def naive(inside: bool, stated: bool, share: float, wrong: float) -> float:
    """Say how likely a link is right, where that share of the pairs of its kind truly belong together."""
    right = (share if stated else 1 - share) * (1 - wrong)
    false = (1 - share if stated else share) * wrong
    return right / (right + false)


def test_a_hand_made_case() -> None:
    groups = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    within = [(0, 1), (1, 2), (2, 3), (3, 4)]
    between = [(0, 5), (1, 6), (2, 7), (3, 8), (4, 9)]
    stated = np.array([True, True, True, False, True, False, False, False, False])
    found = link_beliefs(np.array(within + between), stated, groups, 0.1)
    inside, outside = (0.75 - 0.1) / 0.8, (0.2 - 0.1) / 0.8
    expected = [naive(row < 4, bool(stated[row]), inside if row < 4 else outside, 0.1) for row in range(9)]
    assert found == pytest.approx(expected)
    assert found[3] < found[0]
    assert found[4] < found[5]


@given(st.integers(0, 99), st.floats(0.05, 0.3), st.integers(2, 8))
def test_on_average_links_are_right_as_often_as_they_are_believed(seed: int, wrong: float, k: int) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.integers(k, size=400)
    groups = np.where(rng.random(400) < 0.1, rng.integers(k, size=400), truth)
    pairs = rng.integers(400, size=(3_000, 2))
    together = truth[pairs[:, 0]] == truth[pairs[:, 1]]
    right = rng.random(3_000) >= wrong
    beliefs = link_beliefs(pairs, together == right, groups, wrong)
    assert beliefs.mean() == pytest.approx(right.mean(), abs=0.06)
    assert beliefs[right].mean() > beliefs[~right].mean() + 0.15


def test_without_wrong_links_all_are_believed_and_none_are_none() -> None:
    pairs, groups = np.array([(0, 1), (1, 2)]), np.array([0, 1, 1])
    assert link_beliefs(pairs, np.array([True, True]), groups, 0.0) == pytest.approx([1, 1])
    assert len(link_beliefs(pairs[:0], np.zeros(0, bool), groups, 0.2)) == 0
