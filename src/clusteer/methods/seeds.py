"""What the closure says: which items seed which group, and what is known of items in no group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints import ConstraintSet


@dataclass(frozen=True, eq=False)
class Seeds:
    """Answered items as a method reads them.

    Attributes
    ----------
    items : (m,) int64
        Items in an open group, in the order they were first spoken of.
    groups : (m,) int64
        The group 0..k-1 of each.
    weights : (m,) float64
        How far the link that put each there is believed, in (0, 1]; 1 for an item that opened a group.
    repeated : (m, k) float64
        How many answers beyond the first hold each item apart from each other group.
    n_groups : int
        Number of open groups k.
    unplaced : tuple of ((s,) int64, (k,) float64)
        Each component in no open group: its items, and how many answers hold them apart from each group.
    """

    items: NDArray[np.int64]
    groups: NDArray[np.int64]
    weights: NDArray[np.float64]
    repeated: NDArray[np.float64]
    n_groups: int
    unplaced: tuple[tuple[NDArray[np.int64], NDArray[np.float64]], ...]

    def first(self, m: int) -> Seeds:
        """Return the seeds among the first m items alone."""
        return Seeds(self.items[:m], self.groups[:m], self.weights[:m], self.repeated[:m], self.n_groups, self.unplaced)


def read_seeds(constraints: ConstraintSet, limit: int | None = None) -> Seeds:
    """Read the open groups as seeds; O(links).

    Parameters
    ----------
    constraints : ConstraintSet
        What is stated.
    limit : int, optional
        Keep at most this many groups, those with most items; earlier ones where equal. The rest count as unplaced.
    """
    closure, touched = constraints.closure(), constraints.touched
    groups = list(constraints.groups)
    if limit is not None and len(groups) > limit:
        by_size = sorted(groups, key=lambda group: -len(closure.members[group]))
        groups = [group for group in groups if group in by_size[:limit]]
    k = len(groups)
    group_of = np.full(closure.n_components + 1, -1)
    group_of[groups] = np.arange(k)

    places = {int(item): place for place, item in enumerate(touched)}
    component = closure.lift(touched) if len(touched) else np.zeros(0, np.int64)
    weights = np.zeros(len(touched))
    for pair, weight in zip(constraints.must.pairs.tolist(), constraints.must.weights, strict=True):
        for item in pair:
            weights[places[item]] = max(weights[places[item]], weight)
    apart: dict[tuple[int, int], set[str]] = {}
    cannot = constraints.cannot
    for (one, other), source in zip(cannot.pairs.tolist(), cannot.sources, strict=True):
        for item, against in ((places[one], places[other]), (places[other], places[one])):
            there = int(group_of[component[against]])
            if there >= 0:
                apart.setdefault((item, there), set()).add(source)
    counts = np.zeros((len(touched), k))
    for (item, there), sources in apart.items():
        counts[item, there] = len(sources)

    group = group_of[component]
    inside = group >= 0
    counts[np.flatnonzero(inside), group[inside]] = 0  # A contradiction; reported elsewhere, it must not count twice.
    unplaced = tuple(
        (touched[component == other], counts[component == other].sum(axis=0))
        for other in np.unique(component[~inside]).tolist()
    )
    return Seeds(
        touched[inside],
        group[inside].astype(np.int64),
        np.where(weights[inside] > 0, weights[inside], 1.0),
        np.maximum(counts[inside] - 1, 0),
        k,
        unplaced,
    )
