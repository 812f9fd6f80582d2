"""Items that links join or keep apart, under k-means: where it starts, and who may go where at what price."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clusteer.constraints import ConstraintSet
from clusteer.core import InvalidInputError


class LinkedItems:
    """The pairs of a constraint set, and what follows from them."""

    def __init__(self, constraints: ConstraintSet, n: int) -> None:
        if constraints.n_items != n:
            raise InvalidInputError(
                f"constraints index {constraints.n_items} items but X has {n} rows; build the constraints for exactly "
                "this X"
            )
        must, cannot, self.closure = constraints.must, constraints.cannot, constraints.closure()
        if ignored := len(constraints) - len(must) - len(cannot):
            warnings.warn(f"{ignored} constraints are no links and are ignored", UserWarning, stacklevel=4)
        self.must, self.must_weights = must.pairs, must.weights
        self.cannot, self.cannot_weights = cannot.pairs, cannot.weights
        self.items = self.closure.items
        self.joined = [members for members in self.closure.members if len(members) > 1]
        self._apart: list[list[int]] = [[] for _ in range(self.closure.n_components)]
        for first, second in self.closure.apart_pairs.tolist():
            self._apart[first].append(second)
            self._apart[second].append(first)

    def start(
        self, values: NDArray[np.floating], joined: Sequence[int], k: int, rng: np.random.Generator
    ) -> NDArray[np.floating]:
        """Return k centers: means of the first k joined sets, an item apart from all of them, others far away."""
        centers = [values[self.joined[place]].mean(axis=0) for place in joined[:k]]
        if centers and len(centers) < k:
            known = self.closure.lift(np.array([self.joined[place][0] for place in joined])).tolist()
            loners = set(self._apart[known[0]]).intersection(*(self._apart[component] for component in known))
            if loners:
                centers.append(values[self.closure.members[min(loners)]].mean(axis=0))
        return spread_centers(values, centers, k, rng)

    def assign(self, distances: NDArray[np.floating], order: NDArray[np.int64]) -> NDArray[np.int64] | None:
        """Return the nearest group (n,) of each item that breaks no link, items in order; None where there is none."""
        labels: NDArray[np.int64] = distances.argmin(axis=1)
        group = [-1] * self.closure.n_components
        components = self.closure.lift(order)
        first = np.sort(np.unique(components, return_index=True)[1])  # the first of a component speaks for all of it
        for component, free in zip(components[first].tolist(), distances[order[first]].tolist(), strict=True):
            for other in self._apart[component]:
                if group[other] >= 0:
                    free[group[other]] = np.inf
            nearest = min(free)
            if nearest == np.inf:
                return None
            group[component] = free.index(nearest)
        labels[self.items] = np.array(group, np.int64)[self.closure.component]
        return None if self.closure.contradicted.any() else labels

    def settle(
        self,
        costs: NDArray[np.floating],
        labels: NDArray[np.int64],
        broken_must: NDArray[np.floating],
        broken_cannot: NDArray[np.floating],
        rng: np.random.Generator,
    ) -> NDArray[np.int64]:
        """Return the cheapest group (n,) of each item, linked ones moved one by one until no move is cheaper."""
        found: NDArray[np.int64] = costs.argmin(axis=1)
        places = labels[self.items].tolist()
        prices = costs[self.items].tolist()
        must, cannot = self._partners(self.must, broken_must), self._partners(self.cannot, broken_cannot)
        moved = True
        while moved:
            moved = False
            for item in rng.permutation(len(places)).tolist():
                # To stand apart from a partner costs the same wherever, so only the partner's own group is cheaper.
                price = prices[item].copy()
                for other, saved in must[item]:
                    price[places[other]] -= saved
                for other, paid in cannot[item]:
                    price[places[other]] += paid
                least = min(price)
                if least < price[places[item]] - 1e-9 * (1 + abs(least)):
                    places[item], moved = price.index(least), True
        found[self.items] = places
        return found

    def is_broken(self, labels: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which must-links (m,) and which cannot-links (c,) labels break."""
        apart = labels[self.must[:, 0]] != labels[self.must[:, 1]]
        return apart, labels[self.cannot[:, 0]] == labels[self.cannot[:, 1]]

    def broken(
        self, labels: NDArray[np.int64], broken_must: NDArray[np.floating], broken_cannot: NDArray[np.floating]
    ) -> float:
        """Return what the broken links cost."""
        apart, together = self.is_broken(labels)
        return float(broken_must[apart].sum() + broken_cannot[together].sum())

    def _partners(self, pairs: NDArray[np.int64], price: NDArray[np.floating]) -> list[list[tuple[int, float]]]:
        """Return for each linked item, by its place in ``items``, the places of its partners and what a link costs."""
        partners: list[list[tuple[int, float]]] = [[] for _ in self.items]
        places = np.searchsorted(self.items, pairs)
        for first, second, paid in zip(*places.T.tolist(), price.tolist(), strict=True):
            partners[first].append((second, paid))
            partners[second].append((first, paid))
        return partners


def distances_to(
    values: NDArray[np.floating], centers: NDArray[np.floating], metric: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Return squared distances (n, k), each dimension weighted by the metric (d,)."""
    weighted = centers * metric
    squares = (values**2 @ metric)[:, None] - 2 * values @ weighted.T + (centers * weighted).sum(axis=1)
    distances: NDArray[np.floating] = np.maximum(squares, 0)
    return distances


def means_of(
    values: NDArray[np.floating], labels: NDArray[np.int64], centers: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Return the mean (k, d) of each group; the center it had where it is empty."""
    n, k = len(labels), len(centers)
    members = csr_array((np.ones(n, values.dtype), labels, np.arange(n + 1)), shape=(n, k))
    sizes = np.bincount(labels, minlength=k)[:, None]
    means: NDArray[np.floating] = np.where(sizes > 0, members.T @ values / np.maximum(sizes, 1), centers)
    return means.astype(values.dtype)


def spread_centers(
    values: NDArray[np.floating], centers: list[NDArray[np.floating]], k: int, rng: np.random.Generator
) -> NDArray[np.floating]:
    """Return k centers: those there are, and items drawn as in k-means++, the likelier the farther from all others."""
    ones = np.ones(values.shape[1], values.dtype)
    found = centers or [values[rng.integers(len(values))]]
    nearest = distances_to(values, np.array(found), ones).min(axis=1).astype(np.float64)
    while len(found) < k:
        total = nearest.sum()
        item = int(rng.choice(len(values), p=nearest / total)) if total > 0 else int(rng.integers(len(values)))
        found = [*found, values[item]]
        nearest = np.minimum(nearest, distances_to(values, values[item][None], ones)[:, 0])
    return np.array(found, values.dtype)


def farthest_first(values: NDArray[np.floating], joined: Sequence[NDArray[np.int64]]) -> list[int]:
    """Return the places of joined sets: the largest, then that with most items times distance, and so on."""
    if not joined:
        return []
    sizes = np.array([len(members) for members in joined], np.float64)
    means = np.array([values[members].mean(axis=0) for members in joined])
    chosen = [int(sizes.argmax())]
    nearest = np.linalg.norm(means - means[chosen[0]], axis=1)
    while len(chosen) < len(joined):
        weight = sizes * nearest
        weight[chosen] = -1
        chosen.append(int(weight.argmax()))
        nearest = np.minimum(nearest, np.linalg.norm(means - means[chosen[-1]], axis=1))
    return chosen


def widest_difference(values: NDArray[np.floating], metric: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return the squared differences (d,) of the item farthest from the mean and the one farthest from it."""
    one = distances_to(values, values.mean(axis=0)[None], metric)[:, 0].argmax()
    other = distances_to(values, values[one][None], metric)[:, 0].argmax()
    widest: NDArray[np.floating] = (values[one] - values[other]) ** 2
    return widest
