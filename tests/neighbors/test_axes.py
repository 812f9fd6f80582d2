"""Principal axes against numpy's singular value decomposition in float64."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clusteer.core.index import unit_rows
from clusteer.neighbors import axes
from clusteer.neighbors.axes import principal_axes


def values(n: int, width: int) -> NDArray[np.float32]:
    rng = np.random.default_rng(0)
    return (rng.standard_normal((n, width)) * np.linspace(3, 0.1, width) + 1).astype(np.float32)


@pytest.mark.parametrize(
    ("n", "width", "d"), [(300, 20, 6), (20, 300, 6), (50, 50, 12)], ids=["tall", "wide", "square"]
)
def test_axes_are_those_of_the_whole_matrix(n: int, width: int, d: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(axes, "_BLOCK", 64)
    features = values(n, width)
    mean, components = principal_axes(features, d)
    rows = unit_rows(features).astype(np.float64)
    _, _, wanted = np.linalg.svd(rows - rows.mean(0), full_matrices=False)
    assert np.allclose(mean, rows.mean(0), atol=1e-6)
    assert components.shape == (width, d)
    assert np.allclose(np.abs((wanted[:d] * components.T).sum(1)), 1, atol=1e-4)
    assert np.allclose(components.T @ components, np.eye(d), atol=1e-5)
    assert (components[np.abs(components).argmax(0), np.arange(d)] > 0).all()


@pytest.mark.parametrize(("n", "width", "d"), [(1, 5, 1), (2, 5, 1), (3, 5, 2), (9, 5, 5)])
def test_no_more_axes_than_there_can_be(n: int, width: int, d: int) -> None:
    assert principal_axes(values(n, width), 128)[1].shape == (width, d)


@pytest.mark.parametrize(("n", "width"), [(1, 5), (6, 3), (3, 6)])
def test_no_variance_no_axis(n: int, width: int) -> None:
    mean, components = principal_axes(np.full((n, width), 0.7, np.float32), 4)
    assert np.allclose(mean, 1 / np.sqrt(width))
    assert (components == 0).all()


@pytest.mark.parametrize(("n", "width"), [(200, 30), (30, 200)], ids=["tall", "wide"])
def test_sparse_rows_have_the_axes_of_dense_ones(n: int, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(axes, "_BLOCK", 64)
    dense = values(n, width)
    dense[np.random.default_rng(1).random(dense.shape) < 0.8] = 0
    dense[:3] = 0
    mean, components = principal_axes(dense, 6)
    sparse_mean, sparse_components = principal_axes(csr_array(dense), 6)
    assert np.allclose(sparse_mean, mean, atol=1e-6)
    assert np.allclose(sparse_components, components, atol=1e-4)
