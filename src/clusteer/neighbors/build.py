"""Build an Index: reduce features to their principal axes, find neighbors, part the items into cells."""

import math

import numpy as np
from numpy.typing import NDArray

from clusteer.core import Index, child_seed
from clusteer.core.checks import check_matrix
from clusteer.core.index import unit_rows
from clusteer.neighbors.axes import principal_axes, unit_blocks
from clusteer.neighbors.groups import kmeans
from clusteer.neighbors.knn import Progress, own_neighbors

_MOST_CELLS = 256
_CLOSEST = 1e-6
"""Mean distance below which items count as equally dense; it keeps the density of duplicates finite."""


def build_index(
    features: NDArray[np.float32],
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
        Encoder features or a person's own; may be memory-mapped.
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
    matrix = check_matrix(features)
    n = len(matrix)
    mean, components = principal_axes(matrix, dimensions)
    embedding = np.vstack([unit_rows((block - mean) @ components) for block in unit_blocks(matrix)])
    found, distances = own_neighbors(embedding, neighbors, progress)
    density = np.zeros(n, np.float32)
    if distances.size:
        density = 1 / np.maximum(distances.mean(axis=1), np.float32(_CLOSEST))
    n_cells = min(_MOST_CELLS, max(1, round(math.sqrt(n))))
    cells = np.unique(kmeans(embedding, n_cells, child_seed(seed, "cells")), return_inverse=True)[1].astype(np.int32)
    for array in (embedding, found, distances, density, cells, mean, components):
        array.setflags(write=False)
    return Index(embedding, found, distances, density, cells, encoder, mean, components)
