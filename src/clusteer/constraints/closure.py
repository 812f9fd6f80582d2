"""What links imply: components of must-links, and cannot-links lifted from items to components."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


class Closure:
    """The closure of m must-links and c cannot-links, in O((m + c) log(m + c)) whatever the collection's size.

    Items that no link touches are in no component. No clique is written out: a component of s items stands for
    its s(s-1)/2 implied must-links, a pair of components kept apart for the product of their sizes.

    Parameters
    ----------
    must_link : (m, 2) int64
        Pairs that belong together.
    cannot_link : (c, 2) int64
        Pairs that do not. One inside a component is a contradiction: it keeps nothing apart and is reported by
        ``ConstraintSet.conflicts``.

    Attributes
    ----------
    items : (t,) int64
        The touched items, ascending.
    component : (t,) int64
        Component of each, numbered by first appearance in ``items``.
    n_components : int
        Number of components.
    contradicted : (c,) bool
        Which of the cannot-links lie inside a component.
    """

    def __init__(self, must_link: NDArray[np.int64], cannot_link: NDArray[np.int64]) -> None:
        self.items: NDArray[np.int64]
        self.items, places = np.unique(np.concatenate([must_link, cannot_link]), return_inverse=True)
        t, m = len(self.items), len(must_link)
        places = places.reshape(-1, 2)
        graph = coo_array((np.ones(m, np.int8), (places[:m, 0], places[:m, 1])), shape=(t, t))
        self.n_components = 0
        self.component: NDArray[np.int64] = np.zeros(0, np.int64)
        if t:
            self.n_components, component = connected_components(graph, directed=False)
            self.component = component.astype(np.int64)
        lifted = np.sort(self.component[places[m:]], axis=1)
        self.contradicted: NDArray[np.bool_] = lifted[:, 0] == lifted[:, 1]
        self._apart = np.unique((lifted[:, 0] * self.n_components + lifted[:, 1])[~self.contradicted])

    def lift(self, items: NDArray[np.int64]) -> NDArray[np.int64]:
        """Component of each of some items that links touch, in the shape given."""
        return self.component[np.searchsorted(self.items, items)]

    def component_of(self, item: int) -> int | None:
        """Component of an item, or None where no link touches it."""
        place = int(np.searchsorted(self.items, item))
        if place < len(self.items) and self.items[place] == item:
            return int(self.component[place])
        return None

    @cached_property
    def members(self) -> tuple[NDArray[np.int64], ...]:
        """The items of each component, ascending."""
        order = np.argsort(self.component, kind="stable")
        bounds = np.searchsorted(self.component[order], np.arange(1, self.n_components))
        return tuple(np.split(self.items[order], bounds)) if self.n_components else ()

    @property
    def apart_pairs(self) -> NDArray[np.int64]:
        """(p, 2) pairs of components that links keep apart, the smaller number first."""
        return np.stack([self._apart // max(1, self.n_components), self._apart % max(1, self.n_components)], axis=1)

    def apart(self, first: int, second: int) -> bool:
        """Say whether links keep two components apart."""
        return bool(self._kept_apart(first, np.array(second)))

    def same(self, first: int, second: int) -> bool | None:
        """Return what is known of two items: True together, False apart, None unknown."""
        a, b = self.component_of(first), self.component_of(second)
        if a is None or b is None:
            return None
        if a == b:
            return True
        return False if self.apart(a, b) else None

    def known(self, pairs: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return of each of some pairs (m, 2) whether it is known to belong together, and whether to be apart."""
        places = np.minimum(np.searchsorted(self.items, pairs), max(0, len(self.items) - 1))
        linked = np.zeros(len(pairs), bool)
        components = np.zeros(pairs.shape, np.int64)
        if len(self.items):
            linked = (self.items[places] == pairs).all(axis=1)
            components = self.component[places]
        one, other = components.T
        apart = np.zeros(len(pairs), bool)
        apart[linked] = self._kept_apart(one[linked], other[linked])
        return linked & (one == other), apart

    def open_groups(self, order: NDArray[np.int64]) -> list[int]:
        """Return the components that are groups of their own: each kept apart from all that opened before it.

        Parameters
        ----------
        order : (a,) int64
            Items in the order their components are considered.
        """
        components = self.lift(order[np.isin(order, self.items)])
        waiting = components[np.sort(np.unique(components, return_index=True)[1])]
        groups: list[int] = []
        while len(waiting):
            groups.append(int(waiting[0]))
            waiting = waiting[self._kept_apart(groups[-1], waiting)]
        return groups

    def _kept_apart(self, component: int | NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.bool_]:
        codes = np.minimum(component, others) * self.n_components + np.maximum(component, others)
        kept: NDArray[np.bool_] = np.searchsorted(self._apart, codes) < np.searchsorted(self._apart, codes, "right")
        return kept
