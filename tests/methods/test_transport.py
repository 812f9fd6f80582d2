import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from clusteer.methods.transport import move_to_counts


@given(st.integers(1, 14), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_no_labelling_of_these_counts_fits_better(n: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores, prices = np.log(rng.dirichlet(np.full(k, 0.3), n) + 1e-9), rng.normal(size=k)
    counts = rng.multinomial(n, np.full(k, 1 / k))
    labels = move_to_counts(scores, (scores + prices).argmax(axis=1), counts)
    assert np.array_equal(np.bincount(labels, minlength=k), counts)
    places = np.repeat(np.arange(k), counts)
    rows, columns = linear_sum_assignment(-scores[:, places])
    assert scores[np.arange(n), labels].sum() == pytest.approx(scores[rows, places[columns]].sum())


def test_of_equal_items_the_first_are_moved() -> None:
    labels = move_to_counts(np.zeros((9, 3)), np.zeros(9, np.int64), np.array([5, 2, 2]))
    assert labels.tolist() == [1, 1, 2, 2, 0, 0, 0, 0, 0]


def test_counts_that_are_met_change_nothing() -> None:
    labels = np.array([0, 1, 1, 0])
    assert np.array_equal(move_to_counts(np.zeros((4, 2)), labels, np.array([2, 2])), labels)


def test_what_costs_too_much_stays() -> None:
    scores = np.array([[0.0, -1.0], [0.0, -50.0], [0.0, -2.0]])
    labels = move_to_counts(scores, np.zeros(3, np.int64), np.array([0, 3]), most=10)
    assert labels.tolist() == [1, 0, 1]
