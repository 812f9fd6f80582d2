"""Exact nearest neighbors against naive loops in float64, on every engine."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.core.index import unit_rows
from clusteer.neighbors import knn, query_neighbors
from clusteer.neighbors.knn import nearest, own_neighbors

ENGINES = ("numpy", "float32", "bfloat16")


def rows(n: int, d: int, seed: int = 0) -> NDArray[np.float32]:
    return unit_rows(np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32))


def naive(
    embedding: NDArray[np.float32], queries: NDArray[np.float32], q: int, own: bool
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    found, far = [], []
    for position, query in enumerate(queries.astype(np.float64)):
        others = [
            (float(np.sqrt(((row - query) ** 2).sum())), number)
            for number, row in enumerate(embedding.astype(np.float64))
            if not (own and number == position)
        ]
        best = sorted(others)[:q]
        found.append([number for _, number in best])
        far.append([distance for distance, _ in best])
    return np.array(found), np.array(far)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("n", "d", "q"), [(400, 5, 7), (120, 33, 30), (9, 2, 8), (2, 1, 1)])
def test_own_neighbors_against_loops(engine: str, n: int, d: int, q: int) -> None:
    embedding = rows(n, d)
    indices, distances = nearest(embedding, None, q, engine=engine)
    wanted, far = naive(embedding, embedding, q, own=True)
    assert indices.dtype == np.int32
    assert distances.dtype == np.float32
    assert np.allclose(distances, far, atol=1e-6)
    assert np.array_equal(indices, wanted)


@pytest.mark.parametrize("engine", ENGINES)
def test_queries_against_loops(engine: str) -> None:
    embedding, queries = rows(300, 6), rows(40, 6, seed=1)
    indices, distances = nearest(embedding, queries, 5, engine=engine)
    wanted, far = naive(embedding, queries, 5, own=False)
    assert np.array_equal(indices, wanted)
    assert np.allclose(distances, far, atol=1e-6)


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_of_length_zero_are_as_far_as_they_are(engine: str) -> None:
    embedding = rows(80, 4)
    embedding[[3, 50]] = 0
    indices, distances = nearest(embedding, None, 12, engine=engine)
    wanted, far = naive(embedding, embedding, 12, own=True)
    assert np.allclose(distances, far, atol=1e-6)
    unit = np.linalg.norm(embedding, axis=1) > 0  # from a zero row all unit rows are equally far
    assert np.array_equal(indices[unit], wanted[unit])
    assert indices[3, 0] == 50


@pytest.mark.parametrize("engine", ENGINES)
def test_the_block_does_not_matter(engine: str) -> None:
    embedding = rows(300, 8)
    whole = nearest(embedding, None, 10, engine=engine)
    for block in (1, 300 * 7, 300 * 299):
        indices, distances = nearest(embedding, None, 10, engine=engine, block=block)
        assert np.array_equal(indices, whole[0])
        assert np.allclose(distances, whole[1], atol=1e-6)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_order_of_items_does_not_matter(engine: str) -> None:
    embedding = rows(250, 8)
    order = np.random.default_rng(2).permutation(250)
    indices, distances = nearest(embedding, None, 10, engine=engine)
    shuffled, moved = nearest(embedding[order], None, 10, engine=engine)
    assert np.array_equal(order[shuffled], indices[order])
    assert np.allclose(moved, distances[order], atol=1e-6)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_item_is_no_neighbor_of_itself_even_among_duplicates(engine: str) -> None:
    embedding = np.repeat(rows(4, 3), 25, axis=0)
    indices, distances = nearest(embedding, None, 20, engine=engine)
    assert not (indices == np.arange(100)[:, None]).any()
    assert np.array_equal(indices // 25, np.repeat(np.arange(4), 25)[:, None].repeat(20, axis=1))
    assert (distances == 0).all()
    assert all(len(set(row)) == 20 for row in indices.tolist())


@pytest.mark.parametrize("engine", ["float32", "bfloat16"])
def test_torch_finds_what_numpy_finds(engine: str) -> None:
    embedding = rows(5200, 24)  # enough for groups of scores
    indices, distances = nearest(embedding, None, 30, engine="numpy")
    found, far = nearest(embedding, None, 30, engine=engine)
    assert np.allclose(far, distances, atol=1e-6)
    assert (found == indices).mean() > 0.9999  # equally near within float32


def test_what_bfloat16_cannot_tell_apart_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    # All rows within a cap narrower than bfloat16 resolves: the shortlist alone would be a lottery.
    embedding = unit_rows(rows(1, 16) + 0.01 * rows(2000, 16, seed=1))
    wanted, far = nearest(embedding, None, 10, engine="numpy")
    indices, distances = nearest(embedding, None, 10, engine="bfloat16")
    assert np.allclose(distances, far, atol=1e-6)
    assert (indices == wanted).mean() > 0.999
    monkeypatch.setattr(knn, "_SCORE_ROUNDING", -1e9)  # trust every shortlist
    assert (nearest(embedding, None, 10, engine="bfloat16")[0] == wanted).mean() < 0.99


def test_large_problems_go_to_torch_in_the_faster_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    embedding = rows(300, 8)
    wanted = nearest(embedding, None, 5)
    chosen: list[str] = []
    search = knn._TorchSearch

    def noting(embedding: NDArray[np.float32], q: int, own: bool, engine: str) -> knn._TorchSearch:
        chosen.append(engine)
        return search(embedding, q, own, engine)

    monkeypatch.setattr(knn, "_TorchSearch", noting)
    monkeypatch.setattr(knn, "_SMALL", 300 * 300 - 1)
    assert np.array_equal(own_neighbors(embedding, 5)[0], wanted[0])
    assert chosen == ["bfloat16" if knn._bfloat16_is_faster() else "float32"]
    monkeypatch.setattr(knn, "_SMALL", 300 * 300)
    own_neighbors(embedding, 5)
    assert len(chosen) == 1


def test_queries_are_cut_to_the_number_of_items() -> None:
    embedding = rows(3, 2)
    indices, distances = query_neighbors(embedding, embedding[:1], 10)
    assert indices.shape == distances.shape == (1, 3)
    assert indices[0, 0] == 0
    assert distances[0, 0] == 0


def test_nothing_to_find() -> None:
    assert own_neighbors(rows(1, 2), 30)[0].shape == (1, 0)
    assert query_neighbors(rows(5, 2), rows(5, 2)[:0], 3)[0].shape == (0, 3)


def test_progress_reaches_the_end() -> None:
    reports: list[tuple[int, int, float]] = []
    nearest(rows(100, 4), None, 3, block=100 * 30, progress=lambda *report: reports.append(report))
    assert [report[:2] for report in reports] == [(30, 100), (60, 100), (90, 100), (100, 100)]
    assert reports[-1][2] == 0


@given(st.integers(2, 60), st.integers(1, 6), st.integers(1, 12), st.integers(0, 99))
def test_distances_are_right_and_sorted(n: int, d: int, q: int, seed: int) -> None:
    embedding = unit_rows(np.random.default_rng(seed).integers(-2, 3, (n, d)).astype(np.float32))
    q = min(q, n - 1)
    indices, distances = nearest(embedding, None, q)
    assert (np.diff(distances, axis=1) >= 0).all()
    assert np.allclose(distances, naive(embedding, embedding, q, own=True)[1], atol=1e-6)
    measured = np.linalg.norm(embedding[indices] - embedding[:, None], axis=2)
    assert np.allclose(measured, distances, atol=1e-6)
