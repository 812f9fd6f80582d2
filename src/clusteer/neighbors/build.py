"""Build an Index: reduce features to their principal axes, find neighbors, part the items into cells."""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clusteer.core import Index, InvalidInputError, child_seed
from clusteer.core.checks import check_matrix
from clusteer.core.index import unit_rows
from clusteer.neighbors.axes import principal_axes, unit_blocks
from clusteer.neighbors.groups import kmeans
from clusteer.neighbors.knn import Progress, own_neighbors

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_MOST_CELLS = 256
_CLOSEST = 1e-6
"""Mean distance below which items count as equally dense; it keeps the density of duplicates finite."""


def build_index(
    features: "NDArray[np.float32] | csr_array",
    encoder: str,
    *,
    neighbors: int = 30,
    dimensions: int = 128,
    seed: int = 0,
    progress: Progress | None = None,
) -> Index:
    """Return what is known of n items under one encoder.

    Parameters
    ----------
    features : (n, D) float32
        Encoder features or a person's own; may be memory-mapped, or a sparse array that stays so.
    encoder : str
        Name of what made them.
    neighbors : int
        Neighbors q per item; at most n - 1 are found.
    dimensions : int
        Principal axes d; at most min(n - 1, D), and at least one, are kept.
    seed : int
        Decides the cells and nothing else.
    progress : callable, optional
        Called with (items done, items in all, seconds left) while neighbors are found.

    Returns
    -------
    Index
        Its definitions are in its own docstring. A single item has no neighbors and density 0.

    Raises
    ------
    InvalidInputError
        If the features are not a matrix of finite numbers.
    """
    matrix = _checked(features)
    n = matrix.shape[0]
    mean, components = principal_axes(matrix, dimensions)
    embedding = np.vstack([unit_rows((block - mean) @ components) for block in unit_blocks(matrix)])
    found, distances = own_neighbors(embedding, neighbors, progress)
    density = density_of(distances)
    n_cells = min(_MOST_CELLS, max(1, round(math.sqrt(n))))
    cells = np.unique(kmeans(embedding, n_cells, child_seed(seed, "cells")), return_inverse=True)[1].astype(np.int32)
    for array in (embedding, found, distances, density, cells, mean, components):
        array.setflags(write=False)
    return Index(embedding, found, distances, density, cells, encoder, mean, components)


def density_of(distances: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the inverse (n,) of the mean distance to the neighbors, given (n, q) distances; 0 without neighbors."""
    if not distances.size:
        return np.zeros(len(distances), np.float32)
    density: NDArray[np.float32] = 1 / np.maximum(distances.mean(axis=1), np.float32(_CLOSEST))
    return density


def _checked(features: "NDArray[np.float32] | csr_array") -> "NDArray[np.float32] | csr_array":
    """Return a matrix of finite numbers as it is, dense or sparse."""
    from scipy.sparse import csr_array, issparse

    if not issparse(features):
        return check_matrix(features)
    matrix = csr_array(features, dtype=np.float32)
    if 0 in matrix.shape or not np.isfinite(matrix.data).all():
        raise InvalidInputError(
            f"the sparse feature matrix has shape {matrix.shape} and {int((~np.isfinite(matrix.data)).sum())} NaN or "
            "infinite values; needed are at least one row and column, and finite numbers"
        )
    return matrix
