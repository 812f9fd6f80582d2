"""Where to start from when pairs are known: small k-means groups, merged as pairs and distances together say.

k-means with k groups often parts one class and joins two others, and no training by gradients moves a center from here
to there. Small groups are nearly pure; which of them belong together is what pairs know.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from clusteer.core import child_seed
from clusteer.core.threads import one_thread

_PER_GROUP = 10
"""Small groups for each group there is to be."""
_MIXED = 0.15
"""Presumed share of pairs in small groups of one class that still say apart, as these are not quite pure."""
_LEAST = 10
"""Pairs of either kind below which distances cannot be calibrated."""


def merged_groups(
    spaces: Sequence[NDArray[np.float32]],
    n_clusters: int,
    pairs: NDArray[np.int64],
    together: NDArray[np.bool_],
    weights: NDArray[np.float64],
    wrong: float,
    seed: int,
) -> NDArray[np.int64] | None:
    """Return a start for clustering with pairs.

    How likely two small groups are of one class is read from the distance of their centers, by a logistic curve fitted
    to the pairs, and from the pairs between them, by Bayes' rule. Merging goes on, the likeliest two first, until k are
    left; of merged groups distances count in the mean and pairs in the sum. Of several spaces that one serves in which
    distances explain the pairs best.

    Parameters
    ----------
    spaces : sequence of (n, d) float32
        Items as embedded in one way or another; d may differ.
    n_clusters : int
        Number of groups k, at least 2.
    pairs : (m, 2) int64
        Items of each pair.
    together : (m,) bool
        Whether they belong together.
    weights : (m,) float64
        How far each pair is believed, in (0, 1].
    wrong : float
        Share of pairs that are wrong, in [0, 0.5).
    seed : int
        Same seed, same start.

    Returns
    -------
    (n,) int64 or None
        Group of each item; None where there are fewer than ten pairs of either kind, or too few items.
    """
    n_small = min(_PER_GROUP * n_clusters, len(spaces[0]) // 2)
    if min(together.sum(), (~together).sum()) < _LEAST or n_small <= n_clusters:
        return None
    found = [_small_groups(space, n_small, seed) for space in spaces]
    apart = [np.sqrt(np.square(centers[:, None] - centers).sum(axis=2)) for _, centers in found]
    curves = [
        _logistic(distances[tuple(small[pairs].T)], together, weights, wrong)
        for (small, _), distances in zip(found, apart, strict=True)
    ]
    best = min(range(len(spaces)), key=lambda place: curves[place][2])
    small, distances, (slope, offset, _) = found[best][0], apart[best], curves[best]
    first, second = small[pairs].T
    sizes = np.bincount(small, minlength=n_small).astype(np.float64)
    items = np.outer(sizes, sizes)
    # What one pair says of the two groups it links, as a log-odds for their being of one class.
    apart_in_one, joined_in_two = (
        mixed + wrong * (1 - 2 * mixed) for mixed in (_MIXED, _MIXED / max(2, n_clusters - 1))
    )
    says = np.where(together, np.log((1 - apart_in_one) / joined_in_two), np.log(apart_in_one / (1 - joined_in_two)))
    evidence = np.zeros((n_small, n_small))
    np.add.at(evidence, (first, second), weights * says)
    return _merged(items * (slope * distances + offset), items, evidence + evidence.T, n_clusters)[small]


def _small_groups(codes: NDArray[np.float32], n_small: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the small group of each item (n,) and the centers (s, d)."""
    from sklearn.cluster import KMeans

    rows = np.random.default_rng(child_seed(seed, "start")).permutation(len(codes))[:20_000]
    with one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Fewer distinct codes than small groups: some are then empty.
        model = KMeans(n_small, n_init=1, random_state=child_seed(seed, "start k-means")).fit(codes[rows])
        return model.predict(codes).astype(np.int64), model.cluster_centers_.astype(np.float64)


def _logistic(
    distances: NDArray[np.float64], together: NDArray[np.bool_], weights: NDArray[np.float64], wrong: float
) -> tuple[float, float, float]:
    """Return slope (at most 0) and offset of the log-odds that pairs belong together, by distance, and the loss left.

    Pairs state it wrongly with probability ``wrong``.
    """
    unit = distances.mean() or 1.0
    signs = np.where(together, 1.0, -1.0)

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slope, offset = parameters
        margins = signs * (slope * distances / unit + offset)
        right = expit(margins)
        stated = wrong + (1 - 2 * wrong) * right
        pull = -weights * signs * (1 - 2 * wrong) * right * (1 - right) / stated
        gradient = np.array([pull @ (distances / unit), pull.sum()]) + 0.01 * parameters
        return float(-(weights * np.log(stated)).sum() + 0.005 * parameters @ parameters), gradient

    found = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=[(None, 0), (None, None)])
    return float(found.x[0] / unit), float(found.x[1]), float(found.fun)


def _merged(
    total: NDArray[np.float64], items: NDArray[np.float64], evidence: NDArray[np.float64], k: int
) -> NDArray[np.int64]:
    """Return the group 0..k-1 (s,) of each small group; ``total / items + evidence`` are log-odds, likeliest first."""
    group = np.arange(len(total))
    total, items, evidence = total.copy(), np.maximum(items, 1e-9), evidence.copy()
    alive = np.arange(len(total))
    while len(alive) > k:
        rows = np.ix_(alive, alive)
        odds = total[rows] / items[rows] + evidence[rows]
        np.fill_diagonal(odds, -np.inf)
        kept, gone = alive[list(np.unravel_index(odds.argmax(), odds.shape))]
        for matrix in (total, items, evidence):
            matrix[kept] += matrix[gone]
            matrix[:, kept] += matrix[:, gone]
        group[group == gone] = kept
        alive = alive[alive != gone]
    return np.searchsorted(alive, group).astype(np.int64)
