"""An updated Index is what a new one in the same embedding would be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.core import Index, InvalidInputError
from clusteer.core.index import unit_rows
from clusteer.neighbors import build_index, subset_index, update_index


def drawn(n: int, width: int, seed: int, grid: int) -> NDArray[np.float32]:
    """Features on a coarse grid, so that many items lie in the same place and many distances are equal."""
    return np.random.default_rng(seed).integers(0, grid, (n, width)).astype(np.float32)


def naive_gaps(embedding: NDArray[np.float32]) -> NDArray[np.float64]:
    rows = embedding.astype(np.float64)
    gaps: NDArray[np.float64] = np.sqrt(((rows[:, None] - rows[None]) ** 2).sum(axis=2))
    np.fill_diagonal(gaps, np.inf)
    return gaps


def check_neighbors(index: Index, q: int) -> None:
    """The lists hold the nearest others, in order; which of equally near ones is a matter of the last digit."""
    gaps = naive_gaps(index.embedding)
    wanted = np.sort(gaps, axis=1)[:, :q]
    assert index.neighbors.shape == wanted.shape
    # A float32 square root cannot tell distances below some 1e-4 from 0.
    assert np.allclose(index.distances, wanted, atol=1e-3)
    assert np.allclose(np.take_along_axis(gaps, index.neighbors.astype(np.int64), 1), index.distances, atol=1e-3)
    assert (np.diff(index.distances, axis=1) >= 0).all()
    assert all(len(set(row)) == q for row in index.neighbors.tolist())
    assert not (index.neighbors == np.arange(len(index))[:, None]).any()


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(1, 50),
    added=st.integers(0, 30),
    edited=st.integers(0, 50),
    neighbors=st.integers(1, 12),
    grid=st.sampled_from([2, 4, 1000]),
    seed=st.integers(0, 2**31),
)
def test_an_update_is_what_a_new_index_would_be(
    n: int, added: int, edited: int, neighbors: int, grid: int, seed: int
) -> None:
    values = drawn(n + added, 6, seed, grid)
    index = build_index(values[:n], "e", neighbors=neighbors, dimensions=4)
    rng = np.random.default_rng(seed)
    rows = rng.permutation(np.r_[rng.choice(n, min(edited, n), replace=False), np.arange(n, n + added)]).astype(
        np.int64
    )
    fresh = drawn(len(rows), 6, seed + 1, grid)
    updated = update_index(index, rows, index.project(fresh), neighbors=neighbors)
    values[rows] = fresh
    assert np.allclose(updated.embedding, index.project(values), atol=1e-6)
    assert (updated.mean is index.mean, updated.components is index.components, updated.encoder) == (True, True, "e")
    q = min(neighbors, n + added - 1)
    check_neighbors(updated, q)
    density = 1 / np.maximum(updated.distances.mean(axis=1), 1e-6) if q else np.zeros(n + added)
    assert np.allclose(updated.density, density)
    untouched = np.setdiff1d(np.arange(n), rows)
    assert np.array_equal(updated.cells[untouched], index.cells[untouched])
    centres = np.stack([index.embedding[index.cells == cell].mean(axis=0) for cell in range(index.cells.max() + 1)])
    gaps = np.linalg.norm(updated.embedding[rows][:, None] - centres[None], axis=2)
    assert np.allclose(gaps[np.arange(len(rows)), updated.cells[rows]], gaps.min(axis=1), atol=1e-3)
    types = [getattr(updated, name).dtype for name in ("embedding", "neighbors", "distances", "density", "cells")]
    assert types == [np.float32, np.int32, np.float32, np.float32, np.int32]


def test_it_is_exactly_the_lists_of_a_new_index_where_no_two_are_equally_near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clusteer.neighbors.update._BLOCK", 1000)
    values = np.random.default_rng(0).normal(size=(400, 10)).astype(np.float32)
    index = build_index(values[:360], "e", neighbors=8)
    rows = np.r_[np.arange(0, 360, 30), np.arange(360, 400)]
    fresh = np.random.default_rng(1).normal(size=(len(rows), 10)).astype(np.float32)
    updated = update_index(index, rows, index.project(fresh))
    order = np.argsort(naive_gaps(updated.embedding), axis=1, kind="stable")[:, :8]
    assert np.array_equal(updated.neighbors, order)


@pytest.mark.parametrize("kept", [1, 2, 5, 30, 60])
def test_a_subset_is_what_an_index_of_it_would_be(kept: int) -> None:
    values = np.random.default_rng(0).normal(size=(60, 6)).astype(np.float32)
    index = build_index(values, "e", neighbors=4)
    rows = np.random.default_rng(1).permutation(60)[:kept]
    part = subset_index(index, rows)
    assert np.array_equal(part.embedding, index.embedding[rows])
    assert np.array_equal(part.cells, index.cells[rows])
    check_neighbors(part, min(4, kept - 1))
    assert len(part.density) == kept


def test_nothing_to_do_changes_nothing() -> None:
    index = build_index(np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32), "e", neighbors=4)
    updated = update_index(index, np.zeros(0, np.int64), np.zeros((0, 6), np.float32))
    for name in ("embedding", "neighbors", "distances", "density", "cells"):
        assert np.array_equal(getattr(updated, name), getattr(index, name))


@pytest.mark.parametrize("rows", [[3, 3], [6], [4, 5, 7], [-1]])
def test_rows_given_twice_or_with_a_gap_are_refused(rows: list[int]) -> None:
    index = build_index(unit_rows(np.eye(5)), "e")
    with pytest.raises(InvalidInputError, match=rf"{len(rows)} rows of an index of 5 are updated; .* from 5 on"):
        update_index(index, np.array(rows), np.zeros((len(rows), index.embedding.shape[1]), np.float32))
