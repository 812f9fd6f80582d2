"""Whole numbers that meet the demands, against a search through all of them."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteer.methods.prices import Windows
from clusteer.methods.quotas import Evenness, nearest_quotas


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=3, max_size=3), st.integers(0, 4), st.integers(0, 8), st.integers(0, 2))
def test_quotas_of_one_type_move_as_few_as_any_that_miss_as_little(
    counts: list[int], lower: int, width: int, kept: int
) -> None:
    held = np.array([counts])
    fixed = np.minimum(held, kept)
    windows = Windows(np.ones((1, 1)), np.full((1, 3), float(lower)), np.full((1, 3), float(lower + width)))
    found = nearest_quotas(held, fixed, windows, ())
    assert found.sum() == held.sum()
    assert (found >= fixed).all()
    n = int(held.sum())
    every = [np.array([q]) for q in product(range(n + 1), repeat=3) if sum(q) == n and (np.array([q]) >= fixed).all()]

    def missed(quotas: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> float:
        return float(np.abs(windows.missed(quotas.astype(np.float64))).sum())

    least = min(map(missed, every))
    assert missed(found) == least
    moves = min(int(np.abs(q - held).sum()) for q in every if missed(q) == least)
    assert int(np.abs(found - held).sum()) <= 1.1 * moves + 1e-9


def test_a_balance_evens_out_the_parts() -> None:
    counts = np.array([[9, 1], [2, 8]])
    none = Windows(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros((0, 2)))
    found = nearest_quotas(counts, np.zeros_like(counts), none, [Evenness(np.eye(2), 0.2)])
    shares = found / counts.sum(axis=1, keepdims=True)
    assert (np.abs(shares[0] - shares[1]) <= 0.2 + 1e-9).all()
    assert found.sum(axis=1).tolist() == [10, 10]
    assert np.abs(found - counts).sum() == 10, "five of twenty items move, the fewest that do"


def test_what_cannot_be_met_is_missed_by_the_least() -> None:
    counts = np.array([[7, 5]])
    found = nearest_quotas(
        counts, np.array([[7, 0]]), Windows(np.ones((1, 1)), np.zeros((1, 2)), np.full((1, 2), 4.0)), ()
    )
    assert found.tolist() == [[7, 5]]
