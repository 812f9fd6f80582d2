"""A metric that serves the criterion: what varies inside groups is dimmed, what tells groups apart is raised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

DIRECTIONS = 24
"""Principal directions of the within-group scatter that are dimmed."""
SHRINKAGE = 0.3
"""Scatter along a direction is held against this share of the mean over all directions."""
RIDGE = 0.1
"""Ridge of the head that raises directions, as a share of the mean variance."""
KEPT = np.float32(0.001)
"""Share of an item's squared length that dimming leaves at least."""


@dataclass(frozen=True, eq=False)
class LearnedMetric:
    """Cosines in a metric learned from a labelling, at the cost of a few coordinates per item.

    With S_w the within-group scatter of unit rows, the metric (S_w + lambda I)^-1 is kept to the leading directions u
    of S_w: their share s / (s + lambda) of the inner product is taken away. Then the scores of a ridge head that
    tells the groups apart are appended as further coordinates.

    Attributes
    ----------
    dimmed : (d, r) float32
        Directions to be taken away, each scaled by the square root of its share.
    raised : (d, k) float32
        Coefficients of the head, scaled to the weight it has; zeros leave it out.
    """

    dimmed: NDArray[np.float32]
    raised: NDArray[np.float32]

    def coordinates(self, embedding: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what ``cosine`` needs of each item of (n, d), as (n, r + k + 1).

        Taken-away then appended coordinates, divided by the item's length in the metric, and 1 / length.
        """
        r = self.dimmed.shape[1]
        kept = embedding @ np.concatenate([self.dimmed, self.raised], axis=1)
        squares = kept**2
        length = np.sqrt(np.maximum(1 + squares[:, r:].sum(axis=1) - squares[:, :r].sum(axis=1), KEPT))[:, None]
        coordinates: NDArray[np.float32] = np.concatenate([kept, np.ones_like(length)], axis=1) / length
        return coordinates

    def cosine(
        self, plain: NDArray[np.float32], first: NDArray[np.float32], second: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return the learned cosine of pairs (e,), given their plain cosine and the ``coordinates`` of both ends."""
        # One product for both kinds of coordinate, those taken away with a minus; the last are the lengths.
        signs = np.ones(first.shape[-1], np.float32)
        signs[: self.dimmed.shape[1]], signs[-1] = -1, 0
        cosine: NDArray[np.float32] = plain * first[..., -1] * second[..., -1]
        cosine += np.einsum("...d,...d->...", first * signs, second)
        return cosine


def plain_metric(dimensions: int) -> LearnedMetric:
    """Return the metric that changes nothing."""
    return LearnedMetric(np.zeros((dimensions, 0), np.float32), np.zeros((dimensions, 0), np.float32))


def fit_metric(
    embedding: NDArray[np.float32],
    labels: NDArray[np.int64],
    weights: NDArray[np.float64],
    n_clusters: int,
    head_share: float,
) -> LearnedMetric:
    """Learn a metric from a weighted labelling; O(n d^2 + d^3).

    Parameters
    ----------
    embedding : (n, d) float32
        Unit rows.
    labels : (n,) int64
        Present best group of each item, 0..n_clusters-1.
    weights : (n,) float64
        How far each label is believed, at least 0; not all 0.
    n_clusters : int
        Number of groups k.
    head_share : float
        Mean squared length of the appended scores: 0 leaves the head out, 1 lets it weigh as much as the embedding.
    """
    d = embedding.shape[1]
    weighted = embedding * weights[:, None].astype(np.float32)
    total = float(weights.sum())
    shares = np.bincount(labels, weights, n_clusters) / total
    members = csr_array(
        (np.ones(len(labels), np.float32), labels, np.arange(len(labels) + 1)), (len(labels), n_clusters)
    )
    sums = (members.T @ weighted).astype(np.float64) / total
    overall = (weighted.T @ embedding).astype(np.float64) / total
    within = overall - (sums / np.maximum(shares, 1e-12)[:, None]).T @ sums

    spread, directions = np.linalg.eigh(within)
    spread, directions = np.maximum(spread[::-1][:DIRECTIONS], 0), directions[:, ::-1][:, :DIRECTIONS]
    shrinkage = max(SHRINKAGE * float(np.trace(within)) / d, 1e-12)
    dimmed = directions * np.sqrt(spread / (spread + shrinkage))

    ridge = max(RIDGE * float(np.trace(overall)) / d, 1e-12)
    head = np.linalg.solve(overall + ridge * np.eye(d), (sums - np.outer(shares, sums.sum(axis=0))).T)
    length = float(np.einsum("dk,de,ek->", head, overall, head))
    raised = head * np.sqrt(head_share / length) if length > 1e-12 else np.zeros_like(head)
    return LearnedMetric(dimmed.astype(np.float32), raised.astype(np.float32))
