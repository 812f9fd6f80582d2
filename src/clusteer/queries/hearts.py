"""The item at the heart of each region, among the some hundred items most worth asking about."""

import warnings

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from clusteer.core.threads import one_thread

SHORTLIST = 400


def worthy(points: NDArray[np.float32], worth: NDArray[np.float32], regions: int, seed: int) -> list[tuple[int, float]]:
    """Return the hearts of up to ``regions`` regions among the 400 items most worth it; O(n) beside them.

    Parameters
    ----------
    points : (n, d) float32
        All items.
    worth : (n,) float32
        What asking about each is worth; below 0 for those that may not be asked about.
    regions, seed : int
        As of ``hearts``.
    """
    shortlist = _largest(worth, min(SHORTLIST, int((worth >= 0).sum())))
    found = hearts(points[shortlist], worth[shortlist] + np.float32(1e-6), regions, seed)
    return [(int(shortlist[row]), weight) for row, weight in found]


def hearts(
    points: NDArray[np.float32], weights: NDArray[np.float32], regions: int, seed: int
) -> list[tuple[int, float]]:
    """Return (row, summed weight) of the row nearest the centre of each region, the weightiest region first.

    Regions come from weighted k-means. They are fewer where fewer rows are distinct; where there are no more rows than
    regions, each row is one.

    Parameters
    ----------
    points : (n, d) float32
        Some hundred rows.
    weights : (n,) float32
        What each row counts, above 0.
    regions : int
        How many, at least 1.
    seed : int
        Same seed, same regions.
    """
    if len(points) <= regions:
        found = [(row, float(weight)) for row, weight in enumerate(weights)]
    else:
        with one_thread(), warnings.catch_warnings():
            # Fewer distinct rows than regions: each distinct row is then a region, which is what was asked for.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model = KMeans(regions, n_init=1, random_state=seed).fit(points, sample_weight=weights)
        found = []
        for region in np.unique(model.labels_):
            rows = np.flatnonzero(model.labels_ == region)
            nearest = ((points[rows] - model.cluster_centers_[region]) ** 2).sum(axis=1)
            found.append((int(rows[np.argmin(nearest)]), float(weights[rows].sum())))
    return sorted(found, key=lambda heart: -heart[1])


def _largest(values: NDArray[np.float32], n: int) -> NDArray[np.int64]:
    if n == 0:
        return np.zeros(0, np.int64)
    top = np.argpartition(-values, n - 1)[:n]
    return top[np.lexsort((top, -values[top]))].astype(np.int64)
