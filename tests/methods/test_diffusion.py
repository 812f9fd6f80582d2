from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clusteer.methods import diffusion
from clusteer.methods.diffusion import NEAREST, SHARPNESS, NeighborGraph, diffuse
from clusteer.methods.learned_metric import fit_metric, plain_metric
from clusteer.neighbors import build_index
from tests.blobs import blob_index, blobs

Matrix = NDArray[np.float64]


def dense_affinity(neighbors: NDArray[np.int32], cosine: NDArray[np.float32]) -> Matrix:
    """D^-1/2 W D^-1/2 in float64, of each item's best neighbors, whichever of the two names the other."""
    n = len(neighbors)
    weights = np.zeros((n, n))
    for i, row in enumerate(neighbors.tolist()):
        similar = [
            max(value, 1e-3) ** SHARPNESS if j >= 0 else 0 for j, value in zip(row, cosine[i].tolist(), strict=True)
        ]
        best = sorted(range(len(row)), key=lambda slot: -similar[slot])[:NEAREST]
        for slot in best:
            if row[slot] >= 0:
                weights[i, row[slot]] = weights[row[slot], i] = max(weights[i, row[slot]], similar[slot])
    degree = weights.sum(axis=1)
    affinity = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if weights[i, j]:
                affinity[i, j] = weights[i, j] / np.sqrt(degree[i] * degree[j])
    return affinity


def limit(affinity: Matrix, seeds: NDArray[np.float32], alpha: float) -> Matrix:
    solution: Matrix = np.linalg.solve(np.eye(len(affinity)) - alpha * affinity, (1 - alpha) * seeds)
    return solution.astype(np.float64)


def far(found: NDArray[np.floating], exact: Matrix) -> float:
    return float(np.abs(found - exact).max() / np.abs(exact).max())


def test_cosines_are_those_of_the_neighbors() -> None:
    index = blob_index(n=40)
    graph = NeighborGraph.of(index)
    z = index.embedding.astype(np.float64)
    exact = [[z[i] @ z[j] for j in row] for i, row in enumerate(index.neighbors.tolist())]
    assert graph.cosine == pytest.approx(np.array(exact), abs=1e-5)


@given(st.integers(2, 14), st.integers(1, NEAREST + 4), st.integers(0, 2**32 - 1))
def test_the_affinity_is_the_normalised_dense_one(n: int, q: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    index = build_index(rng.normal(size=(n, 3)).astype(np.float32), "test", neighbors=q)
    cosine = rng.uniform(-1, 1, size=index.neighbors.shape).astype(np.float32)
    affinity = NeighborGraph.of(index).weighted(cosine)
    assert affinity.dtype == np.float32
    dense = affinity.toarray()
    assert dense == pytest.approx(dense_affinity(index.neighbors, cosine), rel=1e-4, abs=1e-7)
    assert np.array_equal(dense, dense.T)
    assert np.abs(np.linalg.eigvalsh(dense.astype(np.float64))).max() <= 1 + 1e-5


@given(st.sets(st.integers(0, 39), min_size=1))
def test_the_graph_among_some_items_has_their_edges_alone(items: set[int]) -> None:
    graph, rows = NeighborGraph.of(blob_index(n=40)), np.array(sorted(items))
    some = graph.among(rows)
    for place, row in enumerate(rows.tolist()):
        kept = np.isin(graph.neighbors[row], rows)
        inside = some.neighbors[place] >= 0
        assert np.array_equal(rows[some.neighbors[place][inside]], graph.neighbors[row][kept])
        assert np.array_equal(some.cosine[place][inside], graph.cosine[row][kept])
    dense = some.weighted(some.cosine).toarray()
    assert dense == pytest.approx(dense_affinity(some.neighbors, some.cosine), rel=1e-4, abs=1e-7)


@given(st.integers(1, 15), st.integers(1, 3), st.sampled_from([0.0, 0.5, 0.8, 0.95]), st.integers(0, 2**32 - 1))
def test_diffusion_ends_where_the_equation_says(n: int, columns: int, alpha: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    index = build_index(rng.normal(size=(n, 3)).astype(np.float32), "test", neighbors=4)
    affinity = NeighborGraph.of(index).weighted(NeighborGraph.of(index).cosine)
    seeds = rng.normal(size=(n, columns)).astype(np.float32)
    found = diffuse(affinity, seeds, alpha, 60)
    assert found.dtype == np.float32
    assert far(found, limit(affinity.toarray().astype(np.float64), seeds, alpha)) < 1e-4


def test_twelve_steps_come_closer_than_forty_of_the_plain_iteration() -> None:
    graph = NeighborGraph.of(blob_index(n=200, spread=4))
    affinity = graph.weighted(graph.cosine)
    seeds = np.zeros((200, 5), np.float32)
    seeds[np.arange(5), np.arange(5)] = 1
    exact = limit(affinity.toarray().astype(np.float64), seeds, 0.95)
    plain = np.zeros_like(seeds)
    for _ in range(40):
        plain = np.float32(0.95) * (affinity @ plain) + np.float32(0.05) * seeds
    errors = [float(np.linalg.norm(diffuse(affinity, seeds, 0.95, steps) - exact)) for steps in (4, 8, 12, 16)]
    assert errors[2] < float(np.linalg.norm(plain - exact))
    assert all(later < earlier * 0.8**4 for earlier, later in pairwise(errors))


@given(st.lists(st.integers(0, 59), min_size=1, max_size=6, unique=True))
def test_a_column_does_not_depend_on_those_beside_it(items: list[int]) -> None:
    graph = NeighborGraph.of(blob_index(n=60))
    affinity = graph.weighted(graph.cosine)
    seeds = np.zeros((60, len(items)), np.float32)
    seeds[items, np.arange(len(items))] = 1
    together = diffuse(affinity, seeds, 0.95, 12)
    for column in range(len(items)):
        assert np.array_equal(diffuse(affinity, seeds[:, [column]], 0.95, 12)[:, 0], together[:, column])


def test_seeds_stay_as_they_are() -> None:
    graph = NeighborGraph.of(blob_index(n=60))
    seeds = np.eye(60, 3, dtype=np.float32)
    diffuse(graph.weighted(graph.cosine), seeds, 0.95, 12)
    assert np.array_equal(seeds, np.eye(60, 3))


def test_nothing_reaches_another_part_of_the_graph() -> None:
    affinity = csr_array(np.kron(np.eye(2), 1 - np.eye(3)).astype(np.float32) / 2)
    seeds = np.zeros((6, 1), np.float32)
    seeds[0] = 1
    assert (diffuse(affinity, seeds, 0.95, 12)[3:] == 0).all()


def test_one_item_has_no_edges_and_keeps_its_seed() -> None:
    graph = NeighborGraph.of(build_index(np.ones((1, 4), np.float32), "test"))
    assert graph.cosine.size == 0
    affinity = graph.weighted(graph.cosine)
    assert affinity.shape == (1, 1)
    assert diffuse(affinity, np.ones((1, 1), np.float32), 0.95, 60) == pytest.approx(0.05, rel=1e-4)


def test_cosines_in_the_plain_metric_are_those_of_the_index() -> None:
    index = blob_index(n=60)
    graph = NeighborGraph.of(index)
    assert np.array_equal(graph.cosine_in(plain_metric(index.embedding.shape[1]), index.embedding), graph.cosine)


def test_nothing_depends_on_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    index = blob_index(n=60)
    graph = NeighborGraph.of(index)
    metric = fit_metric(index.embedding, blobs(60)[1], np.ones(60), 4, 0.5)
    seeds = np.eye(60, 5, dtype=np.float32)

    def found() -> list[NDArray[np.float32]]:
        cosine = graph.cosine_in(metric, index.embedding)
        affinity = graph.weighted(cosine)
        return [cosine, affinity.toarray(), diffuse(affinity, seeds, 0.95, 12)]

    whole = found()
    monkeypatch.setattr(diffusion, "BLOCK", 7)
    monkeypatch.setattr(diffusion, "ROWS", 16)
    for one, other in zip(found(), whole, strict=True):
        assert np.array_equal(one, other)
