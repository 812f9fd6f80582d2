"""Which contradiction matters most, and which answer, asked again, could settle most of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints import ConstraintSet
from clusteer.constraints.consistency import Conflict

CONSIDERED = 20
"""Answers whose removal is tried, those in most contradictions first."""


@dataclass(frozen=True)
class Settling:
    """The answer or declaration that could settle most: its id, and how many contradictions end without it."""

    source: str
    settled: int


def rank_conflicts(
    conflicts: Sequence[Conflict], constraints: ConstraintSet, labels: NDArray[np.int64]
) -> list[tuple[Conflict, int]]:
    """Return contradictions with the number of items that hang on each, the most first, then the shortest.

    A contradiction joins what should be apart, so all items in the groups of the items it joins may be wrong.

    Parameters
    ----------
    conflicts : sequence of Conflict
        The shortest first.
    constraints : ConstraintSet
        What they are among.
    labels : (n,) int64
        Group of each item.
    """
    closure, sizes = constraints.closure(), np.bincount(labels)
    ranked = []
    for conflict in conflicts:
        component = closure.component_of(conflict.items[0])
        members = closure.members[component] if component is not None else np.array(conflict.items)
        ranked.append((conflict, int(sizes[np.unique(labels[members])].sum())))
    return sorted(ranked, key=lambda entry: -entry[1])


def settling(constraints: ConstraintSet, believed: Mapping[str, float]) -> Settling | None:
    """Return what, taken back, leaves fewest contradictions; of several the least believed. None without any.

    O(20 closures).
    """
    conflicts = constraints.conflicts()
    if not conflicts:
        return None
    times = Counter(source for conflict in conflicts for source in conflict.sources)
    tried = [source for source, _ in times.most_common(CONSIDERED)]
    left = {source: len(constraints.without({source}).conflicts()) for source in tried}
    best = min(tried, key=lambda source: (left[source], believed.get(source, 1.0)))
    return Settling(best, len(conflicts) - left[best])
