"""What pairwise constraints gave before deep clustering: COP-KMeans, PCKMeans and MPCKMeans, as their papers have them.

All three are k-means that also obeys pairs, know the number of groups beforehand, and work in the features they are
given. They are here to be measured against, with pairs that cost a person as long as the questions of a session do.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from clusteer.constraints import ConstraintSet
from clusteer.core import InvalidInputError, child_seed
from clusteer.core.checks import check_n_clusters
from clusteer.core.threads import one_thread
from clusteer.methods.linked_items import (
    LinkedItems,
    distances_to,
    farthest_first,
    means_of,
    spread_centers,
    widest_difference,
)

_FLOOR = 1e-6
"""Least scatter of a dimension, as a part of the mean over dimensions; it keeps the metric finite."""


class NoAssignmentError(InvalidInputError):
    """Raised when COP-KMeans comes to an item in every start that no group may take."""


@dataclass(frozen=True)
class _Result:
    labels: NDArray[np.int64]
    centers: NDArray[np.floating]
    metric: NDArray[np.floating]
    objective: float
    n_iter: int


class _ConstrainedKMeans(ClusterMixin, BaseEstimator, ABC):  # type: ignore[misc]  # scikit-learn carries no types
    def __init__(self, *, n_clusters: int = 8, n_init: int = 4, max_iter: int = 100, random_state: int = 0) -> None:
        self.n_clusters = n_clusters
        self.n_init = n_init
        self.max_iter = max_iter
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: object = None, *, constraints: ConstraintSet | None = None) -> Self:
        """Group the rows of X; of several starts, that with the least objective counts.

        Parameters
        ----------
        X : (n, d) array
            The items.
        y : ignored
            For scikit-learn.
        constraints : ConstraintSet, optional
            What is known, over exactly these n rows. Links count; a warning says how many others are ignored.

        Raises
        ------
        InvalidInputError
            If the constraints are over another number of items, or there are more groups than items.
        """
        values = validate_data(self, X, dtype=[np.float64, np.float32])
        check_n_clusters(self.n_clusters, len(values))
        if min(self.n_init, self.max_iter) < 1:
            raise InvalidInputError(f"n_init is {self.n_init} and max_iter {self.max_iter}; give at least 1 of each")
        links = LinkedItems(ConstraintSet(len(values)) if constraints is None else constraints, len(values))
        with one_thread():
            starts = [np.random.default_rng(child_seed(self.random_state, "start", i)) for i in range(self.n_init)]
            results = [result for rng in starts if (result := self._run(values, links, rng)) is not None]
        if not results:
            raise NoAssignmentError(
                f"none of {self.n_init} starts found an assignment to {self.n_clusters} groups that keeps "
                f"{len(links.must)} must-links and {len(links.cannot)} cannot-links; give more starts (n_init), or a "
                "method that may break links"
            )
        best = min(results, key=lambda result: result.objective)
        self.labels_, self.cluster_centers_, self.metric_ = best.labels, best.centers, best.metric
        self.objective_, self.n_iter_ = best.objective, best.n_iter
        return self

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """Return the group (m,) with the nearest center of new items."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        groups: NDArray[np.int64] = distances_to(values, self.cluster_centers_, self.metric_).argmin(axis=1)
        return groups

    @abstractmethod
    def _run(self, values: NDArray[np.floating], links: LinkedItems, rng: np.random.Generator) -> _Result | None:
        """Return what one start found; None where links left no way."""


class COPKMeans(_ConstrainedKMeans):
    """k-means that breaks no link (Wagstaff, Cardie, Rogers and Schroedl, ICML 2001).

    Item by item, each takes the nearest group that no link forbids; a start fails at an item that has none. The paper
    gives up there; here each start takes the items in an order of its own, and the starts that fail do not count.

    Parameters
    ----------
    n_clusters : int
        Number of groups k.
    n_init : int
        Starts.
    max_iter : int
        Rounds of assignment and centers in a start.
    random_state : int
        Same seed, same groups.

    Attributes
    ----------
    labels_ : (n,) int64
        Group of each item.
    cluster_centers_ : (k, d) array
        Means of the groups.
    metric_ : (d,) array
        Ones: plain Euclidean distance.
    objective_ : float
        Sum of squared distances to the centers.
    n_iter_ : int
        Rounds of the best start.
    n_features_in_ : int
        Number d of features.
    """

    def __init__(self, *, n_clusters: int = 8, n_init: int = 10, max_iter: int = 100, random_state: int = 0) -> None:
        super().__init__(n_clusters=n_clusters, n_init=n_init, max_iter=max_iter, random_state=random_state)

    def _run(self, values: NDArray[np.floating], links: LinkedItems, rng: np.random.Generator) -> _Result | None:
        metric = np.ones(values.shape[1], values.dtype)
        centers = spread_centers(values, [], self.n_clusters, rng)
        order = rng.permutation(links.items)
        labels = np.full(len(values), -1)
        stable, n_iter = False, 0
        while not stable and n_iter < self.max_iter:
            n_iter += 1
            distances = distances_to(values, centers, metric)
            found = links.assign(distances, order)
            if found is None:
                return None
            stable = n_iter > 1 and np.array_equal(found, labels)
            labels, centers = found, means_of(values, found, centers)
        return _Result(labels, centers, metric, float(distances[np.arange(len(labels)), labels].sum()), n_iter)


class PCKMeans(_ConstrainedKMeans):
    """k-means that pays for each broken link (Basu, Banerjee and Mooney, SDM 2004).

    The objective is half the squared distances to the centers plus ``weight`` times the weight of each broken link. A
    start begins at the means of the largest sets of items that must-links join, goes on with an item that is apart
    from all of them, and is filled up as in k-means++ (the paper: at random). Linked items are then assigned one by
    one in random order until none moves. The paper also charges for links that follow from those stated; here these
    act through the start only, so that the cost stays linear in the number of links.

    Parameters
    ----------
    n_clusters : int
        Number of groups k.
    weight : float
        What a broken link costs; 1 in the paper.
    n_init, max_iter, random_state : int
        As of ``COPKMeans``.

    Attributes
    ----------
    labels_, cluster_centers_, metric_, objective_, n_iter_, n_features_in_
        As of ``COPKMeans``, with the objective above.
    """

    def __init__(
        self,
        *,
        n_clusters: int = 8,
        weight: float = 1.0,
        n_init: int = 4,
        max_iter: int = 100,
        random_state: int = 0,
    ) -> None:
        super().__init__(n_clusters=n_clusters, n_init=n_init, max_iter=max_iter, random_state=random_state)
        self.weight = weight

    def _run(self, values: NDArray[np.floating], links: LinkedItems, rng: np.random.Generator) -> _Result:
        metric = np.ones(values.shape[1], values.dtype)
        joined = sorted(rng.permutation(len(links.joined)), key=lambda place: -len(links.joined[place]))
        centers = links.start(values, joined, self.n_clusters, rng)
        broken_must, broken_cannot = self.weight * links.must_weights, self.weight * links.cannot_weights
        labels = distances_to(values, centers, metric).argmin(axis=1)
        stable, n_iter = False, 0
        while not stable and n_iter < self.max_iter:
            n_iter += 1
            costs = distances_to(values, centers, metric) / 2
            found = links.settle(costs, labels, broken_must, broken_cannot, rng)
            stable = n_iter > 1 and np.array_equal(found, labels)
            labels, centers = found, means_of(values, found, centers)
        objective = costs[np.arange(len(labels)), labels].sum() + links.broken(labels, broken_must, broken_cannot)
        return _Result(labels, centers, metric, float(objective), n_iter)


class MPCKMeans(_ConstrainedKMeans):
    """PCKMeans that learns which dimensions count (Bilenko, Basu and Mooney, ICML 2004), one diagonal metric for all.

    Squared distances are weighted by dimension, less the logarithm of the metric's determinant; a broken must-link
    costs the more the farther its items are apart, a broken cannot-link the more the nearer they are, measured against
    the most distant items there are. After each assignment the metric is the inverse of the scatter that is left,
    broken links included. The paper also has one metric per group, and full matrices. The most distant items are those
    found from the mean in two steps, not among all pairs. A start begins at sets of items that must-links join, chosen
    largest and farthest first, and goes on as that of ``PCKMeans``.

    Parameters
    ----------
    n_clusters : int
        Number of groups k.
    weight : float
        How much broken links count; 1 in the paper.
    n_init, max_iter, random_state : int
        As of ``COPKMeans``.

    Attributes
    ----------
    metric_ : (d,) array
        Weight of each dimension.
    labels_, cluster_centers_, objective_, n_iter_, n_features_in_
        As of ``COPKMeans``, with the objective above.
    """

    def __init__(
        self,
        *,
        n_clusters: int = 8,
        weight: float = 1.0,
        n_init: int = 4,
        max_iter: int = 100,
        random_state: int = 0,
    ) -> None:
        super().__init__(n_clusters=n_clusters, n_init=n_init, max_iter=max_iter, random_state=random_state)
        self.weight = weight

    def _run(self, values: NDArray[np.floating], links: LinkedItems, rng: np.random.Generator) -> _Result:
        metric = np.ones(values.shape[1], values.dtype)
        centers = links.start(values, farthest_first(values, links.joined), self.n_clusters, rng)
        must = (values[links.must[:, 0]] - values[links.must[:, 1]]) ** 2
        cannot = (values[links.cannot[:, 0]] - values[links.cannot[:, 1]]) ** 2
        labels = distances_to(values, centers, metric).argmin(axis=1)
        stable, n_iter = False, 0
        while not stable and n_iter < self.max_iter:
            n_iter += 1
            widest = widest_difference(values, metric)
            broken_must = self.weight * links.must_weights * (must @ metric)
            broken_cannot = self.weight * links.cannot_weights * np.maximum((widest - cannot) @ metric, 0)
            costs = distances_to(values, centers, metric)
            found = links.settle(costs, labels, broken_must, broken_cannot, rng)
            stable = n_iter > 1 and np.array_equal(found, labels)
            labels, centers = found, means_of(values, found, centers)
            if not stable:
                metric = self._metric(values, labels, centers, links, must, cannot, widest)
        objective = costs[np.arange(len(labels)), labels].sum() - len(labels) * np.log(metric).sum()
        objective += links.broken(labels, broken_must, broken_cannot)
        return _Result(labels, centers, metric, float(objective), n_iter)

    def _metric(
        self,
        values: NDArray[np.floating],
        labels: NDArray[np.int64],
        centers: NDArray[np.floating],
        links: LinkedItems,
        must: NDArray[np.floating],
        cannot: NDArray[np.floating],
        widest: NDArray[np.floating],
    ) -> NDArray[np.floating]:
        """Return the diagonal (d,) that the objective is least for, given labels and centers."""
        scatter = ((values - centers[labels]) ** 2).sum(axis=0, dtype=np.float64)
        apart, together = links.is_broken(labels)
        scatter += (self.weight * links.must_weights * apart) @ must
        scatter += (self.weight * links.cannot_weights * together) @ (widest - cannot)
        mean = scatter.mean()
        if mean <= 0:
            return np.ones(values.shape[1], values.dtype)
        metric: NDArray[np.floating] = (len(values) / np.maximum(scatter, _FLOOR * mean)).astype(values.dtype)
        return metric
