"""The map: every item as a point in the plane, near those it is like."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clusteer.core.files import write_whole

if TYPE_CHECKING:
    from clusteer.core.index import Index
    from clusteer.sessions.preparing import Advance

FEWEST = 50
"""With fewer items the two main axes say as much as any layout."""
EARLY, LATE, STEP = 250, 500, 25


def main_axes(embedding: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the two axes (n, 2) along which the items differ most, centred, the first from -1 to 1."""
    axes = np.zeros((len(embedding), 2), np.float32)
    # The columns of an index are principal axes, the widest first.
    axes[:, : embedding.shape[1]] = embedding[:, :2] - embedding[:, :2].mean(axis=0)
    return fitted(axes)


def write_projection(index: Index, to: Path, progress: Advance) -> None:
    """Lay the items out by t-SNE over the neighbors the index knows, and write (n, 2) float32."""
    write_whole(to, partial(np.save, arr=_layout(index, progress), allow_pickle=False))


def _layout(index: Index, progress: Advance) -> NDArray[np.float32]:
    if len(index) < FEWEST:
        return main_axes(index.embedding)
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    known = PrecomputedNeighbors(index.neighbors.astype(np.int64), index.distances.astype(np.float64))
    near = PerplexityBasedNN(perplexity=min(30, index.neighbors.shape[1] / 3), knn_index=known, n_jobs=2)
    begin = main_axes(index.embedding).astype(np.float64) * 1e-4
    points = TSNEEmbedding(begin, near, negative_gradient_method="auto", n_jobs=2, random_state=0)
    for start in range(0, EARLY + LATE, STEP):
        early = start < EARLY
        points = points.optimize(STEP, exaggeration=12 if early else None, momentum=0.5 if early else 0.8)
        progress(start + STEP, EARLY + LATE)
    return fitted(np.asarray(points, np.float32))


def fitted(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return points (n, 2) centred and scaled so that the widest axis reaches from -1 to 1."""
    centred = points - (points.max(axis=0) + points.min(axis=0)) / 2
    scaled: NDArray[np.float32] = (centred / max(float(np.abs(centred).max(initial=0)), 1e-12)).astype(np.float32)
    return scaled
