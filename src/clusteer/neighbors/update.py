"""Bring an Index up to date with new, changed and dropped items, at a cost that grows with the change."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clusteer.core import Index, InvalidInputError
from clusteer.neighbors.build import density_of
from clusteer.neighbors.knn import Found, nearest

_BLOCK = 1 << 24
"""Scores held at a time."""
_SLACK = 1e-5
"""Squared distance by which a rough score may be wrong; what comes this close is measured exactly."""


def update_index(index: Index, rows: NDArray[np.int64], embedded: NDArray[np.float32], *, neighbors: int = 30) -> Index:
    """Return an index in which some items are new or have another embedding.

    Neighbors and distances are as exact as if they were found anew: the m given items are looked up, and so is each
    item that one of them was listed with before; every other list takes in those of the m that are nearer. Axes stay
    as they are, and an item joins the cell whose mean is nearest, so that both lose touch where the new items far
    outnumber the old; build the index anew then. O((m + s) n d) time for s items that list a changed one, against
    O(n^2 d) for a new index.

    Parameters
    ----------
    index : Index
        n items.
    rows : (m,) int64
        Distinct: rows below n are changed, and new ones follow as n, n + 1, ... without a gap.
    embedded : (m, d) float32
        Their embedding, as ``index.project`` gives it.
    neighbors : int
        Neighbors per item where the index was too small for as many.

    Raises
    ------
    InvalidInputError
        If rows are given twice or leave a gap.
    """
    n, listed = index.neighbors.shape
    total = max(n, int(rows.max(initial=-1)) + 1)
    if len(np.unique(rows)) < len(rows) or (rows >= n).sum() < total - n or rows.min(initial=0) < 0:
        raise InvalidInputError(
            f"{len(rows)} rows of an index of {n} are updated; give each once, new ones from {n} on"
        )
    embedding = np.zeros((total, index.embedding.shape[1]), np.float32)
    embedding[:n] = index.embedding
    embedding[rows] = embedded
    changed = np.zeros(total, bool)
    changed[rows] = True
    anew = changed.copy()
    if listed < n - 1:
        q = listed
        anew[:n] |= changed[index.neighbors].any(axis=1)
    else:
        # Every list holds every other item, and may grow with their number.
        q = min(max(listed, neighbors), total - 1)
        anew[:] = True
    found = np.zeros((total, q), np.int32)
    distances = np.zeros((total, q), np.float32)
    kept = np.flatnonzero(~anew)
    found[kept, :listed], distances[kept, :listed] = index.neighbors[kept], index.distances[kept]
    found[anew], distances[anew] = _others(embedding, np.flatnonzero(anew), q)
    _take_in(embedding, kept, np.sort(rows), found, distances)
    cells = np.zeros(total, np.int32)
    cells[:n] = index.cells
    cells[rows] = _nearest_cells(index, embedded)
    density = density_of(distances)
    for array in (embedding, found, distances, density, cells):
        array.setflags(write=False)
    return replace(index, embedding=embedding, neighbors=found, distances=distances, density=density, cells=cells)


def subset_index(index: Index, rows: NDArray[np.int64]) -> Index:
    """Return an index of these rows only, in their order; lists that named another row are found anew.

    Parameters
    ----------
    index : Index
        n items.
    rows : (m,) int64
        Distinct; at least one.
    """
    place = np.full(len(index), -1, np.int32)
    place[rows] = np.arange(len(rows), dtype=np.int32)
    embedding = index.embedding[rows]
    q = min(index.neighbors.shape[1], len(rows) - 1)
    found, distances = place[index.neighbors[rows]][:, :q], index.distances[rows][:, :q]
    anew = np.flatnonzero((found < 0).any(axis=1))
    found[anew], distances[anew] = _others(embedding, anew, q)
    density, cells = density_of(distances), index.cells[rows]
    for array in (embedding, found, distances, density, cells):
        array.setflags(write=False)
    return replace(index, embedding=embedding, neighbors=found, distances=distances, density=density, cells=cells)


def _others(embedding: NDArray[np.float32], rows: NDArray[np.int64], q: int) -> Found:
    """Return the q nearest other items of some items."""
    found, distances = nearest(embedding, embedding[rows], q + 1)
    # An item is nearest to itself, unless more than q others lie in the same place; then one of those goes.
    itself = found == rows[:, None]
    itself[~itself.any(axis=1), -1] = True
    return found[~itself].reshape(len(rows), q), distances[~itself].reshape(len(rows), q)


def _take_in(
    embedding: NDArray[np.float32],
    kept: NDArray[np.int64],
    rows: NDArray[np.int64],
    found: NDArray[np.int32],
    distances: NDArray[np.float32],
) -> None:
    """Put those of ``rows`` that are nearer than the last on a kept item's list onto it."""
    if not len(rows) or not len(kept) or not found.shape[1]:
        return
    comers = embedding[rows]
    lengths = np.einsum("md,md->m", comers, comers)
    step = max(1, _BLOCK // len(rows))
    for start in range(0, len(kept), step):
        block = kept[start : start + step]
        points = embedding[block]
        reach = distances[block, -1] ** 2 - np.einsum("nd,nd->n", points, points) + np.float32(_SLACK)
        owner, comer = np.nonzero(lengths - 2 * (points @ comers.T) <= reach[:, None])
        gaps = points[owner] - comers[comer]
        _merge(block[owner], rows[comer], np.sqrt(np.einsum("pd,pd->p", gaps, gaps)), found, distances)


def _merge(
    owners: NDArray[np.int64],
    items: NDArray[np.int64],
    lengths: NDArray[np.float32],
    found: NDArray[np.int32],
    distances: NDArray[np.float32],
) -> None:
    """Put pairs of an item and one that came near it into the item's list, which keeps its length."""
    q = found.shape[1]
    touched = np.unique(owners)
    lists = np.concatenate([np.repeat(touched, q), owners])
    names = np.concatenate([found[touched].ravel(), items.astype(np.int32)])
    apart = np.concatenate([distances[touched].ravel(), lengths])
    order = np.lexsort((names, apart, lists))
    first = np.searchsorted(lists[order], touched)
    best = order[first[:, None] + np.arange(q)]
    found[touched], distances[touched] = names[best], apart[best]


def _nearest_cells(index: Index, embedded: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the cell (m,) whose mean over the items of the index is nearest."""
    n, sizes = len(index), np.bincount(index.cells)
    filled = np.flatnonzero(sizes)
    members = csr_array((np.ones(n, np.float32), (index.cells, np.arange(n))), shape=(len(sizes), n))
    centres = (members @ index.embedding)[filled] / sizes[filled, None].astype(np.float32)
    scores = embedded @ centres.T - np.einsum("kd,kd->k", centres, centres) / 2
    cells: NDArray[np.int64] = filled[scores.argmax(axis=1)]
    return cells
