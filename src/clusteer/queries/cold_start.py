"""The first questions, before there is anything to be unsure about: items that stand for many and differ much."""

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from clusteer.core import Index, Question, child_seed


def representatives(index: Index, n: int, seed: int) -> NDArray[np.int64]:
    """Return up to n items, one from the heart of each of n regions, the largest region first.

    The regions are k-means over the medoids of the index's cells weighted by cell size, so the cost depends on the
    number of cells (at most 256) and not on the collection's.

    Parameters
    ----------
    index : Index
        Its cells are summed up by their medoids.
    n : int
        How many.
    seed : int
        Same seed, same items.
    """
    sizes = np.bincount(index.cells)
    medoids = _medoids(index)[sizes > 0]
    sizes = sizes[sizes > 0]
    points = index.embedding[medoids]
    if len(medoids) <= n:
        return medoids[np.argsort(-sizes, kind="stable")]
    with threadpool_limits(1):
        regions = KMeans(n, n_init=1, random_state=child_seed(seed, "cold start")).fit(points, sample_weight=sizes)
    chosen, weight = [], []
    for region in range(n):
        rows = np.flatnonzero(regions.labels_ == region)
        if len(rows):
            nearest = ((points[rows] - regions.cluster_centers_[region]) ** 2).sum(axis=1)
            chosen.append(medoids[rows[np.argmin(nearest)]])
            weight.append(sizes[rows].sum())
    return np.array(chosen, np.int64)[np.argsort(-np.array(weight), kind="stable")]


def first_question(index: Index, allowed: NDArray[np.int64], seed: int) -> Question | None:
    """Ask whether two representative items belong together; None where fewer than two items may be asked about."""
    if len(allowed) < 2:
        return None
    pool = [int(item) for item in representatives(index, 20, seed) if item in set(allowed.tolist())]
    pool += [int(item) for item in allowed if item not in set(pool)][: 2 - min(2, len(pool))]
    first = pool[0]
    likeness = index.embedding[pool[1:]] @ index.embedding[first]
    second = pool[1:][int(np.argmin(likeness))]
    return Question(
        id="", kind="same", items=(first, second), why="Two typical items that look least alike: the first landmark."
    )


def _medoids(index: Index) -> NDArray[np.int64]:
    """Return the item nearest to the mean of each cell; 0 for a cell without items."""
    cells = index.cells
    k = int(cells.max()) + 1
    centres = np.zeros((k, index.embedding.shape[1]), np.float32)
    np.add.at(centres, cells, index.embedding)
    centres /= np.maximum(np.bincount(cells, minlength=k), 1)[:, None]
    distances = ((index.embedding - centres[cells]) ** 2).sum(axis=1)
    order = np.lexsort((distances, cells))
    starts = np.searchsorted(cells[order], np.arange(k))
    medoids: NDArray[np.int64] = order[np.minimum(starts, len(order) - 1)].astype(np.int64)
    return medoids
