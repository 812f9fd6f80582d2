"""Principal axes of L2-normalised features, exact, with memory bounded by a block of rows."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clusteer.core.index import unit_rows
from clusteer.core.threads import one_thread

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_BLOCK = 4096
_NOTHING = 1e-10
"""Share of the largest variance below which an axis holds rounding errors only."""


def principal_axes(
    features: "NDArray[np.float32] | csr_array", dimensions: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the mean and the main axes of n rows scaled to length 1.

    Parameters
    ----------
    features : (n, D) float32
        Any rows; may be memory-mapped, or sparse.
    dimensions : int
        Axes wanted; at most min(n - 1, D) are returned, and at least one.

    Returns
    -------
    mean : (D,) float32
        Mean of the scaled rows.
    components : (D, d) float32
        Axes as columns, largest variance first, the largest entry of each positive; zero where there is no variance.
    """
    n, width = features.shape
    d = max(1, min(dimensions, n - 1, width))
    total = np.zeros(width)
    for block in unit_blocks(features):
        total += block.sum(axis=0, dtype=np.float64)
    mean = (total / n).astype(np.float32)
    if n >= width:
        if isinstance(features, np.ndarray):
            scatter = np.zeros((width, width))
            for block in unit_blocks(features):
                centred = block - mean
                scatter += centred.T @ centred
        else:
            scatter = _sparse_scatter(features, total / n)
        variances, axes = _largest(scatter, d)
    else:
        centred = np.vstack(list(unit_blocks(features))) - mean
        gram = np.zeros((n, n))
        for start in range(0, width, _BLOCK):
            columns = centred[:, start : start + _BLOCK].astype(np.float64)
            gram += columns @ columns.T
        variances, weights = _largest(gram, d)
        axes = centred.T @ weights
    axes = np.where(variances > _NOTHING * variances[0], axes, 0)
    axes /= np.maximum(np.linalg.norm(axes, axis=0), np.finfo(np.float64).tiny)
    axes *= np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(d)])
    return mean, np.ascontiguousarray(axes, np.float32)


def unit_blocks(features: "NDArray[np.float32] | csr_array") -> Iterator[NDArray[np.float32]]:
    """Rows scaled to length 1, dense, some thousand at a time."""
    for start in range(0, features.shape[0], _BLOCK):
        block = features[start : start + _BLOCK]
        yield unit_rows(block if isinstance(block, np.ndarray) else block.toarray())


def _sparse_scatter(features: "csr_array", mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """(D, D) scatter of rows scaled to length 1; their zeros are never multiplied, which is 40 times faster."""
    from scipy.sparse import diags_array

    rows = features.astype(np.float64)
    lengths = np.sqrt(rows.multiply(rows).sum(axis=1))
    unit = diags_array(1 / np.where(lengths > 0, lengths, 1)) @ rows
    scatter: NDArray[np.float64] = (unit.T @ unit).toarray() - len(lengths) * np.outer(mean, mean)
    return scatter


def _largest(matrix: NDArray[np.float64], d: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the d largest eigenvalues of a symmetric matrix, largest first, and their vectors as columns."""
    from scipy.linalg import eigh

    # Two threads are up to ten times slower here than one when another process shares the cores.
    with one_thread():
        values, vectors = eigh(matrix, subset_by_index=(len(matrix) - d, len(matrix) - 1))
    return values[::-1], vectors[:, ::-1]
