import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.queries.hearts import SHORTLIST, hearts, worthy
from tests.blobs import blobs


def even(points: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.ones(len(points), np.float32)


def test_each_blob_has_one_heart_and_the_weightiest_comes_first() -> None:
    points, truth = blobs(60, spread=0.3)
    weights = even(points) + np.arange(60, dtype=np.float32) % 4
    found = hearts(points, weights, 4, 0)
    assert [truth[row] for row, _ in found] == [3, 2, 1, 0]
    assert [weight for _, weight in found] == [60, 45, 30, 15]
    for row, _ in found:
        rows = np.flatnonzero(truth == truth[row])
        centre = points[rows].mean(axis=0)
        assert row == rows[np.argmin(((points[rows] - centre) ** 2).sum(axis=1))]


def test_a_heavy_row_draws_the_centre() -> None:
    points = np.array([[0], [1], [2], [50], [51]], np.float32)
    assert hearts(points, even(points), 2, 0) == [(1, 3.0), (3, 2.0)]
    assert hearts(points, np.array([9, 1, 1, 1, 1], np.float32), 2, 0)[0] == (0, 11.0)


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 99))
def test_hearts_are_different_rows_and_weigh_as_much_as_all(n: int, regions: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    points, weights = rng.normal(size=(n, 2)).astype(np.float32), rng.uniform(0.1, 1, size=n).astype(np.float32)
    found = hearts(points, weights, regions, seed)
    assert found == hearts(points, weights, regions, seed)
    assert len({row for row, _ in found}) == len(found) == min(n, regions)
    assert sum(weight for _, weight in found) == pytest.approx(float(weights.sum()))
    assert [weight for _, weight in found] == sorted((weight for _, weight in found), reverse=True)


def test_rows_alike_are_one_region_without_a_warning() -> None:
    points = np.repeat(np.array([[0], [1]], np.float32), 10, axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = hearts(points, even(points), 5, 0)
    assert sorted(weight for _, weight in found) == [10, 10]
    assert {row // 10 for row, _ in found} == {0, 1}


def test_nothing_has_no_heart() -> None:
    points = np.zeros((0, 3), np.float32)
    assert hearts(points, even(points), 5, 0) == []


def test_the_worthiest_are_shortlisted_and_others_left_out() -> None:
    points, truth = blobs(1000, spread=0.3)
    worth = np.where(truth == 3, -1, truth).astype(np.float32)
    found = worthy(points, worth, 4, 0)
    assert {int(truth[item]) for item, _ in found} == {1, 2}
    assert sum(weight for _, weight in found) == pytest.approx(250 * 2 + (SHORTLIST - 250), rel=1e-3)
    assert len(worthy(points, worth, 1000, 0)) == SHORTLIST
    assert worthy(points, np.full(1000, -1, np.float32), 4, 0) == []
    assert [item for item, _ in worthy(points, np.eye(1, 1000, 7, dtype=np.float32)[0] - 0.5, 4, 0)] == [7]
