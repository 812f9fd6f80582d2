"""What is written out is what the closure says, all of it where there is room."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.constraints import CannotLink, ConstraintSet, MustLink, with_implied
from clusteer.constraints.kinds import Constraint

N = 12
LABELS = st.lists(st.integers(0, 3), min_size=N, max_size=N)
PAIRS = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)).filter(lambda p: p[0] != p[1]), max_size=14)


def stated(labels: list[int], pairs: list[tuple[int, int]]) -> ConstraintSet:
    must = [pair for pair in pairs if labels[pair[0]] == labels[pair[1]]]
    return ConstraintSet.from_pairs(N, must, [pair for pair in pairs if pair not in must])


def as_sets(pairs: NDArray[np.int64]) -> set[frozenset[int]]:
    return {frozenset(pair) for pair in pairs.tolist()}


@given(LABELS, PAIRS)
def test_all_implied_pairs_are_there_and_no_others(labels: list[int], pairs: list[tuple[int, int]]) -> None:
    constraints = stated(labels, pairs)
    found, closure = with_implied(constraints, 1000, 0), constraints.closure()
    every = [frozenset(pair) for pair in combinations(range(N), 2)]
    assert as_sets(found.must.pairs) == {pair for pair in every if closure.same(*sorted(pair)) is True}
    assert as_sets(found.cannot.pairs) == {pair for pair in every if closure.same(*sorted(pair)) is False}


@given(LABELS, PAIRS, st.integers(0, 5))
def test_where_there_are_too_many_some_are_drawn_and_what_was_stated_stays(
    labels: list[int], pairs: list[tuple[int, int]], most: int
) -> None:
    constraints = stated(labels, pairs)
    whole, found = with_implied(constraints, 1000, 0), with_implied(constraints, most, 3)
    for kind in ("must", "cannot"):
        before, after = getattr(constraints, kind).pairs, getattr(found, kind).pairs
        np.testing.assert_array_equal(after[: len(before)], before)
        assert len(after) - len(before) == min(most, len(getattr(whole, kind).pairs) - len(before))
        assert as_sets(after) <= as_sets(getattr(whole, kind).pairs)


def test_each_implied_pair_is_as_likely_as_any_other() -> None:
    constraints = ConstraintSet.from_pairs(9, [(0, 1), (1, 2), (3, 4), (4, 5), (5, 6), (6, 7), (7, 8)])
    counts = np.zeros((9, 9))
    for seed in range(2000):
        first, second = with_implied(constraints, 1, seed).must.pairs[-1]
        counts[first, second] += 1
    seen = counts[counts > 0]
    assert len(seen) == 3 + 15
    assert np.abs(seen / 2000 - 1 / 18).max() < 0.02


def test_an_implied_pair_is_believed_as_far_as_both_of_its_items() -> None:
    stated: list[Constraint] = [
        MustLink(first=0, second=1, weight=0.5),
        MustLink(first=1, second=2, weight=0.8),
        CannotLink(first=2, second=3, weight=0.9),
    ]
    found = with_implied(ConstraintSet.from_stated(4, stated), 100, 0)
    must = {(link.first, link.second): link.weight for link in found.must_links[2:]}
    assert must == pytest.approx({(0, 1): 0.5 * 0.8, (0, 2): 0.5 * 0.8, (1, 2): 0.8 * 0.8})
    cannot = {frozenset((link.first, link.second)): link.weight for link in found.cannot_links[1:]}
    assert cannot == pytest.approx({frozenset((0, 3)): 0.5, frozenset((1, 3)): 0.8, frozenset((2, 3)): 0.8})
