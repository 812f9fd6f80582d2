"""The first questions, before there is anything to be unsure about: items that stand for many and differ much."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clusteer.core import Index, Question, child_seed
from clusteer.queries.hearts import hearts

LANDMARKS = 20
"""Representative items that the first pairs are drawn from."""


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
    weights = sizes[sizes > 0].astype(np.float32)
    found = hearts(index.embedding[medoids], weights, n, child_seed(seed, "cold start"))
    return medoids[[row for row, _ in found]]


def first_questions(index: Index, allowed: NDArray[np.int64], n: int, seed: int) -> list[Question]:
    """Ask whether a typical item belongs with others, the least alike first; none where only one item may be shown.

    All pairs share that item, so that the answers to several of them agree on the first group.
    """
    typical = representatives(index, max(LANDMARKS, n + 1), seed)
    pool = np.concatenate([typical[np.isin(typical, allowed)], np.setdiff1d(allowed, typical)[: n + 1]])
    if len(pool) < 2:
        return []
    landmark, others = int(pool[0]), pool[1:]
    likeness = index.embedding[others] @ index.embedding[landmark]
    why = "A typical item and one that looks unlike it: the first landmark."
    return [
        Question(id="", kind="same", items=(landmark, int(other)), why=why)
        for other in others[np.argsort(likeness, kind="stable")][:n]
    ]


def _medoids(index: Index) -> NDArray[np.int64]:
    """Return the item nearest to the mean of each cell; 0 for a cell without items."""
    cells = index.cells
    k = int(cells.max()) + 1
    members = csr_array((np.ones(len(cells), np.float32), cells, np.arange(len(cells) + 1)), shape=(len(cells), k))
    centres = (members.T @ index.embedding) / np.maximum(np.bincount(cells, minlength=k), 1).astype(np.float32)[:, None]
    # Rows have length 1, so within a cell the nearest to the mean is the one with the largest product.
    likeness = np.einsum("nd,nd->n", index.embedding, centres[cells])
    order = np.lexsort((-likeness, cells))
    starts = np.searchsorted(cells[order], np.arange(k))
    medoids: NDArray[np.int64] = order[np.minimum(starts, len(order) - 1)].astype(np.int64)
    return medoids
