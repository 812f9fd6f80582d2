"""k-means on an embedding, and how many groups it seems to have."""

import warnings

import numpy as np
from numpy.typing import NDArray

from clusteer.core import child_seed
from clusteer.core.checks import check_n_clusters
from clusteer.core.threads import one_thread

_FITTED_ON = 20_000
_SILHOUETTE_ON = 2000
_FEW = 32
_RESTARTS = 4


def kmeans(
    embedding: NDArray[np.float32], n_clusters: int, seed: int, weights: NDArray[np.float32] | None = None
) -> NDArray[np.int64]:
    """Return the k-means group of each item.

    Centres are fitted on at most 20,000 items drawn at random; up to 32 groups the best of four starts is taken.

    Parameters
    ----------
    embedding : (n, d) float32
        The items.
    n_clusters : int
        Number of groups k, 1 to n.
    seed : int
        Same seed, same groups.
    weights : (n,) float32, optional
        How much each item counts, at least 0 and not all 0; alike if not given.

    Returns
    -------
    (n,) int64
        Group numbers 0..k-1; some are empty where there are fewer than k distinct items.

    Raises
    ------
    InvalidInputError
        If k is below 1 or above n.
    """
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    check_n_clusters(n_clusters, len(embedding))
    rows = _sample(len(embedding), max(_FITTED_ON, n_clusters), child_seed(seed, "k-means sample"))
    model = KMeans(
        n_clusters,
        n_init=_RESTARTS if n_clusters <= _FEW else 1,
        random_state=child_seed(seed, "k-means"),
    )
    # One thread: several add up the centres in an order of their own each time, and wait for each other where another
    # process shares the cores.
    with one_thread(), warnings.catch_warnings():
        # Fewer distinct items than groups: the groups are then the distinct items, which is what was asked for.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(embedding[rows], sample_weight=None if weights is None else weights[rows])
        labels: NDArray[np.int64] = model.predict(embedding).astype(np.int64)
    return labels


def choose_n_clusters(embedding: NDArray[np.float32], seed: int, low: int = 2, high: int = 20) -> int:
    """Return the number of groups in low..high with the best mean silhouette of k-means on at most 2,000 items.

    Parameters
    ----------
    embedding : (n, d) float32
        The items.
    seed : int
        Same seed, same number.
    low, high : int
        Range of numbers tried, ``low`` at least 2; numbers that n items cannot be parted into are left out.

    Returns
    -------
    int
        The number, the smallest of equally good ones; 1 if there are fewer than 3 items or all are alike.
    """
    from sklearn.metrics import pairwise_distances, silhouette_score

    rows = _sample(len(embedding), _SILHOUETTE_ON, child_seed(seed, "silhouette sample"))
    sample = embedding[rows]
    distances = pairwise_distances(sample)
    np.fill_diagonal(distances, 0)
    best, number = -np.inf, 1
    for k in range(low, min(high, len(sample) - 1) + 1):
        labels = kmeans(sample, k, child_seed(seed, "silhouette", k))
        if len(np.unique(labels)) < k:
            break
        score = silhouette_score(distances, labels, metric="precomputed")
        if score > best:
            best, number = score, k
    return number


def _sample(n: int, most: int, seed: int) -> NDArray[np.int64]:
    """Row numbers of at most ``most`` of n items, in order."""
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, most, replace=False))
