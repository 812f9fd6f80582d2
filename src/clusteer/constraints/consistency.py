"""Contradictions, each as the shortest path of answers that a person can re-read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order

from clusteer.constraints.closure import Closure


@dataclass(frozen=True)
class Conflict:
    """A cannot-link whose two ends a path of must-links joins: not all of these answers can be right.

    Attributes
    ----------
    items : tuple of int
        The items along the path; its first and last are the ends of the cannot-link.
    together : tuple of str
        Source of the must-link of each step, one fewer than ``items``.
    apart : str
        Source of the cannot-link.
    """

    items: tuple[int, ...]
    together: tuple[str, ...]
    apart: str

    @property
    def sources(self) -> tuple[str, ...]:
        """Every answer involved, each once."""
        return tuple(dict.fromkeys([*self.together, self.apart]))


def find_conflicts(
    must_link: NDArray[np.int64],
    must_sources: tuple[str, ...],
    cannot_link: NDArray[np.int64],
    cannot_sources: tuple[str, ...],
    closure: Closure,
) -> list[Conflict]:
    """Return one conflict per cannot-link inside a component of ``closure``, shortest path first.

    Only contradicted components are searched, breadth first, once per item that contradicted cannot-links start from:
    O(starts x must-links of the component), in compiled code.
    """
    contradicted = np.flatnonzero(closure.contradicted)
    if not len(contradicted):
        return []
    where = closure.lift(cannot_link[contradicted, 0])
    component = closure.lift(must_link[:, 0])
    searched = np.flatnonzero(np.isin(component, where))
    searched = searched[np.argsort(component[searched], kind="stable")]
    bounds = np.searchsorted(component[searched], np.stack([np.unique(where), np.unique(where) + 1]))
    found = []
    for number, start, stop in zip(np.unique(where).tolist(), *bounds.tolist(), strict=True):
        rows = searched[start:stop]
        paths = _Paths(must_link[rows], [must_sources[row] for row in rows.tolist()])
        inside = contradicted[where == number]
        # A search from an item serves all its cannot-links, so each starts from the end that has more of them.
        ends = cannot_link[inside]
        _, places, counts = np.unique(ends, return_inverse=True, return_counts=True)
        times = counts[places].reshape(-1, 2)
        turned = times[:, 0] < times[:, 1]
        ends = np.where(turned[:, None], ends[:, ::-1], ends)
        for place in np.argsort(ends[:, 0], kind="stable").tolist():
            items, together = paths.between(*ends[place].tolist())
            if turned[place]:
                items, together = items[::-1], together[::-1]
            row = int(inside[place])
            found.append((row, Conflict(tuple(items), tuple(together), cannot_sources[row])))
    found.sort(key=lambda entry: (len(entry[1].items), entry[0]))
    return [conflict for _, conflict in found]


class _Paths:
    """Shortest paths along the must-links (m, 2) of one component."""

    def __init__(self, links: NDArray[np.int64], sources: list[str]) -> None:
        self._items, places = np.unique(links, return_inverse=True)
        s, places = len(self._items), places.reshape(-1, 2)
        both = np.stack([places, places[:, ::-1]], axis=1).reshape(-1, 2)
        # Of links stated twice the first is named.
        self._steps, rows = np.unique(both[:, 0] * s + both[:, 1], return_index=True)
        self._sources = [sources[row] for row in (rows // 2).tolist()]
        ones = np.ones(len(self._steps))
        self._graph = coo_array((ones, (self._steps // s, self._steps % s)), shape=(s, s)).tocsr()
        self._origin = -1
        self._came: NDArray[np.int32] = np.zeros(0, np.int32)

    def between(self, start: int, goal: int) -> tuple[list[int], list[str]]:
        """Return the items of a shortest path and the source of each step; searches only where ``start`` is new."""
        origin, place = np.searchsorted(self._items, (start, goal)).tolist()
        if origin != self._origin:
            self._origin, self._came = origin, breadth_first_order(self._graph, origin)[1]
        came, path = self._came, [place]
        while path[-1] != origin:
            path.append(int(came[path[-1]]))
        steps = np.array([before * len(self._items) + after for before, after in zip(path[1:], path, strict=False)])
        together = [self._sources[step] for step in np.searchsorted(self._steps, steps[::-1]).tolist()]
        return self._items[path[::-1]].tolist(), together
