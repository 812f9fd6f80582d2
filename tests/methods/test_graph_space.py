import numpy as np
import pytest
from numpy.typing import NDArray

from clusteer.methods.graph_space import graph_space
from clusteer.metrics import accuracy
from clusteer.neighbors import kmeans


def strips(n: int = 600) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Three parallel long strips, which k-means cuts across, and the strip of each item."""
    rng = np.random.default_rng(0)
    truth = np.arange(n) % 3
    along, across = rng.uniform(0, 8, n), truth * 2.0 + 0.2 * rng.normal(size=n)
    return np.stack([along, across], axis=1).astype(np.float32), truth


def test_long_groups_hold_together_along_the_graph() -> None:
    codes, truth = strips()
    space = graph_space(codes, 3)
    assert space is not None
    assert accuracy(truth, kmeans(codes, 3, 0)) < 0.6
    assert accuracy(truth, kmeans(space, 3, 0)) > 0.95


def test_it_is_the_leading_eigenvectors_of_the_walk() -> None:
    """Against a dense matrix, up to the sign of each vector, which the lengths of the rows do not change."""
    codes, _ = strips(90)
    codes += np.linspace(0, 0.01, 90, dtype=np.float32)[:, None]
    distances = np.linalg.norm(codes[:, None].astype(float) - codes, axis=2)
    np.fill_diagonal(distances, np.inf)
    edges = np.zeros((90, 90))
    for row in range(90):
        for other in np.argsort(distances[row])[:10]:
            edges[row, other] = edges[other, row] = 1.0
    edges += 0.1 * edges.sum() / 90 / 90
    degrees = edges.sum(axis=1)
    walk = edges / np.sqrt(np.outer(degrees, degrees))
    vectors = np.linalg.eigh(walk)[1][:, ::-1][:, :5] / np.sqrt(degrees)[:, None]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    space = graph_space(codes, 3)
    assert space is not None
    assert space.shape == (90, 5)
    for found, true in zip(space.T, vectors.T, strict=True):
        assert abs(found @ true) == pytest.approx(np.linalg.norm(found) * np.linalg.norm(true), rel=1e-2)


def test_order_does_not_matter() -> None:
    codes, _ = strips(200)
    order = np.random.default_rng(1).permutation(200)
    plain, mixed = graph_space(codes, 3), graph_space(codes[order], 3)
    assert plain is not None
    assert mixed is not None
    np.testing.assert_allclose(plain[order] @ plain[order].T, mixed @ mixed.T, atol=0.02)


def test_identical_items_and_parts_without_a_path_between_them_are_no_trouble() -> None:
    far = np.repeat(np.eye(4, dtype=np.float32) * 1e3, 30, axis=0)
    space = graph_space(far, 4)
    assert space is not None
    assert np.isfinite(space).all()
    assert accuracy(np.arange(120) // 30, kmeans(space, 4, 0)) == 1.0


def test_few_items_have_none() -> None:
    assert graph_space(np.zeros((10, 2), np.float32), 3) is None
