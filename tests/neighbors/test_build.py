"""Building an Index: its definitions hold, small and odd inputs included."""

import subprocess
import sys
from dataclasses import fields

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clusteer.core import Index, InvalidInputError
from clusteer.neighbors import build_index


def features(n: int, width: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).gamma(1.0, size=(n, width)).astype(np.float32)


def same(left: Index, right: Index) -> bool:
    return all(
        np.asarray(getattr(left, field.name)).tobytes() == np.asarray(getattr(right, field.name)).tobytes()
        for field in fields(Index)
        if field.name != "encoder"
    )


def test_every_attribute_is_what_the_index_says() -> None:
    values = features(200, 30)
    index = build_index(values, "some@1", neighbors=7, dimensions=12)
    rows = values.astype(np.float64) / np.linalg.norm(values.astype(np.float64), axis=1, keepdims=True)
    placed = (rows - rows.mean(0)) @ index.components
    placed /= np.linalg.norm(placed, axis=1, keepdims=True)
    gaps = np.linalg.norm(placed[:, None] - placed[None], axis=2)
    np.fill_diagonal(gaps, np.inf)
    order = np.argsort(gaps, axis=1)[:, :7]
    assert np.allclose(index.embedding, placed, atol=1e-5)
    assert np.array_equal(index.neighbors, order)
    assert np.allclose(index.distances, np.take_along_axis(gaps, order, 1), atol=1e-5)
    assert np.allclose(index.density, 1 / np.take_along_axis(gaps, order, 1).mean(1), rtol=1e-4)
    assert sorted(set(index.cells.tolist())) == list(range(14))
    assert index.encoder == "some@1"
    types = [getattr(index, name).dtype for name in ("embedding", "neighbors", "distances", "density", "cells")]
    assert types == [np.float32, np.int32, np.float32, np.float32, np.int32]
    assert not any(getattr(index, field.name).flags.writeable for field in fields(Index) if field.name != "encoder")


def test_new_items_are_placed_as_its_own() -> None:
    values = features(100, 20)
    index = build_index(values, "e", dimensions=8)
    assert np.allclose(index.project(values), index.embedding, atol=1e-6)


def test_the_same_seed_gives_the_same_bytes_and_the_seed_decides_cells_only() -> None:
    values = features(300, 16)
    index = build_index(values, "e", seed=3)
    assert same(index, build_index(values.copy(), "e", seed=3))
    other = build_index(values, "e", seed=4)
    assert np.array_equal(index.neighbors, other.neighbors)
    assert not np.array_equal(index.cells, other.cells)


def test_the_order_of_items_moves_nothing_but_rows() -> None:
    values = features(150, 10)
    order = np.random.default_rng(1).permutation(150)
    index, moved = build_index(values, "e", neighbors=5), build_index(values[order], "e", neighbors=5)
    assert np.allclose(moved.embedding, index.embedding[order], atol=1e-4)
    assert np.array_equal(order[moved.neighbors], index.neighbors[order])


@pytest.mark.parametrize("n", [1, 2, 3, 31])
def test_few_items_have_fewer_neighbors(n: int) -> None:
    index = build_index(features(n, 6), "e")
    q = min(30, n - 1)
    assert index.neighbors.shape == index.distances.shape == (n, q)
    assert index.embedding.shape == (n, max(1, min(n - 1, 6)))
    assert index.density.shape == index.cells.shape == (n,)
    assert np.isfinite(index.density).all()
    assert all(set(row) == set(range(n)) - {own} for own, row in enumerate(index.neighbors.tolist()) if n <= 31)


@pytest.mark.parametrize("shape", [(40, 5), (5, 40)])
def test_identical_items(shape: tuple[int, int]) -> None:
    index = build_index(np.full(shape, 0.3, np.float32), "e", neighbors=4)
    assert (index.embedding == 0).all()
    assert (index.distances == 0).all()
    assert np.isfinite(index.density).all()
    assert (index.cells == 0).all()
    assert not (index.neighbors == np.arange(shape[0])[:, None]).any()


def test_pairs_of_duplicates_find_each_other() -> None:
    values = np.repeat(features(50, 8), 2, axis=0)
    index = build_index(values, "e", neighbors=3)
    assert np.array_equal(index.neighbors[:, 0], np.arange(100) ^ 1)
    assert np.allclose(index.distances[:, 0], 0, atol=1e-5)
    assert (index.density > 0).all()


def test_a_row_with_nan_is_named() -> None:
    values = features(10, 4)
    values[7, 2] = np.nan
    with pytest.raises(InvalidInputError, match="row 7"):
        build_index(values, "e")


def test_a_row_of_zeros_is_an_item_like_others() -> None:
    values = features(20, 4)
    values[5] = 0
    index = build_index(values, "e", neighbors=3)
    assert np.isfinite(index.embedding).all()
    assert np.isfinite(index.distances).all()


def test_small_problems_do_not_import_torch() -> None:
    code = (
        "import sys, numpy as np; from clusteer.neighbors import build_index, query_neighbors;"
        "index = build_index(np.random.default_rng(0).random((400, 9), np.float32), 'e');"
        "query_neighbors(index.embedding, index.embedding[:3], 5); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_sparse_features_make_the_same_index_and_empty_rows_do_no_harm() -> None:
    dense = features(120, 20)
    dense[dense < 1] = 0
    dense[[3, 50, 119]] = 0
    index, sparse = build_index(dense, "words"), build_index(csr_array(dense), "words")
    # Neighbors that are as far to within rounding may come in either order.
    assert np.allclose(sparse.distances, index.distances, atol=1e-3)
    assert (sparse.neighbors == index.neighbors).mean() > 0.95
    assert np.allclose(sparse.embedding, index.embedding, atol=1e-4)
    assert np.isfinite(sparse.density).all()
    assert {50, 119} <= set(sparse.neighbors[3, :2].tolist()), "nothing tells empty rows from each other"
    assert build_index(csr_array((4, 7), dtype=np.float32), "words").neighbors.shape == (4, 3)


def test_sparse_features_must_be_numbers_too() -> None:
    spoilt = csr_array(np.array([[1, 0], [0, np.nan]], np.float32))
    with pytest.raises(InvalidInputError, match=r"shape \(2, 2\) and 1 NaN"):
        build_index(spoilt, "words")
    with pytest.raises(InvalidInputError, match=r"shape \(0, 2\)"):
        build_index(csr_array((0, 2), dtype=np.float32), "words")
