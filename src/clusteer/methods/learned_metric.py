"""A metric that serves the criterion: what varies inside groups is dimmed, what tells groups apart is raised."""

import numpy as np
from numpy.typing import NDArray

from clusteer.methods.diffusion import NeighborGraph

DIRECTIONS = 24
"""Principal directions of the within-group scatter that are dimmed."""
SHRINKAGE = 0.3
"""Scatter along a direction is compared with this share of the mean over all directions."""
RIDGE = 0.1
"""Ridge of the head that raises directions, as a share of the mean variance."""


def learned_cosine(
    graph: NeighborGraph,
    embedding: NDArray[np.float32],
    labels: NDArray[np.int64],
    weights: NDArray[np.float64],
    n_clusters: int,
    head_share: float,
) -> NDArray[np.float32]:
    """Return the cosine of the two ends of each edge (e,) in the metric that a weighted labelling implies.

    With T the total and S_w the within-group scatter, the metric is (S_w + lambda I)^-1, kept to the leading
    directions u of S_w: their share s / (s + lambda) of the inner product is taken away. Then the scores of a ridge
    head, scaled to mean squared length ``head_share``, are appended as further coordinates.
    O(n d^2 + d^3 + e (directions + k)).

    Parameters
    ----------
    graph : NeighborGraph
        Its edges and their cosines in ``embedding``.
    embedding : (n, d) float32
        Unit rows.
    labels : (n,) int64
        Present best group of each item, 0..n_clusters-1.
    weights : (n,) float64
        How far each label is believed, at least 0 and not all 0.
    n_clusters : int
        Number of groups k.
    head_share : float
        0 leaves the head out; 1 lets it weigh as much as the embedding.
    """
    weighted = embedding * weights[:, None].astype(np.float32)
    total = float(weights.sum())
    counts = np.bincount(labels, weights, n_clusters)
    sums = np.zeros((n_clusters, embedding.shape[1]))
    np.add.at(sums, labels, weighted)
    overall = (weighted.T @ embedding).astype(np.float64) / total
    means = sums / np.maximum(counts, 1e-12)[:, None]
    within = overall - (means.T * (counts / total)) @ means

    spread, directions = np.linalg.eigh(within)
    spread, directions = spread[::-1][:DIRECTIONS], directions[:, ::-1][:, :DIRECTIONS]
    spread = np.maximum(spread, 0)
    shrinkage = max(SHRINKAGE * np.trace(within) / len(within), 1e-12)
    dimmed = (embedding @ (directions * np.sqrt(spread / (spread + shrinkage)))).astype(np.float32)
    left = 1 - np.float32(0.999) * (dimmed**2).sum(axis=1)
    i, j = graph.first, graph.second
    cosine = (graph.cosine - np.einsum("ed,ed->e", dimmed[i], dimmed[j])) / np.sqrt(left[i] * left[j])
    if head_share > 0:
        ridge = max(RIDGE * np.trace(overall) / len(overall), 1e-12)
        target = (sums - np.outer(counts / total, weighted.sum(axis=0))).T / total
        scores = (embedding @ np.linalg.solve(overall + ridge * np.eye(len(overall)), target)).astype(np.float32)
        length = float((scores**2).sum(axis=1).mean())
        if length > 0:
            scores *= np.float32(np.sqrt(head_share / length))
            size = 1 + (scores**2).sum(axis=1)
            cosine = (cosine + np.einsum("ed,ed->e", scores[i], scores[j])) / np.sqrt(size[i] * size[j])
    return cosine.astype(np.float32)
