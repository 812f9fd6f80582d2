"""Contradictions, each as the shortest path of answers that a person can re-read."""

from collections import defaultdict, deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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

    Only the contradicted components are searched, breadth first, once per contradicted cannot-link.
    """
    contradicted = np.flatnonzero(closure.contradicted)
    searched = np.flatnonzero(np.isin(closure.lift(must_link[:, 0]), closure.lift(cannot_link[contradicted, 0])))
    steps: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for row, (i, j) in zip(searched.tolist(), must_link[searched].tolist(), strict=True):
        steps[i].append((j, must_sources[row]))
        steps[j].append((i, must_sources[row]))
    found = []
    for row, (start, goal) in zip(contradicted.tolist(), cannot_link[contradicted].tolist(), strict=True):
        came: dict[int, tuple[int, str]] = {start: (start, "")}
        queue = deque([start])
        while goal not in came:
            item = queue.popleft()
            for neighbor, link in steps[item]:
                if neighbor not in came:
                    came[neighbor] = (item, link)
                    queue.append(neighbor)
        items, together = [goal], []
        while items[-1] != start:
            item, link = came[items[-1]]
            items.append(item)
            together.append(link)
        found.append(Conflict(tuple(items[::-1]), tuple(together[::-1]), cannot_sources[row]))
    return sorted(found, key=lambda conflict: len(conflict.items))
