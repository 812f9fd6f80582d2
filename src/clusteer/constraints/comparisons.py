"""Marks and comparisons that contradict each other, whatever the grouping."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from clusteer.constraints.demands import Name, listed
from clusteer.constraints.kinds import Difficulty, Triplet

Fault = tuple[str, tuple[str, ...]]
"""A sentence and the ledger ids it is about."""


def contradicting_marks(difficulties: Iterable[Difficulty], name: Name) -> Iterator[Fault]:
    """Yield the items that are said to be easy and hard."""
    marked: dict[tuple[int, bool], Difficulty] = {}
    for mark in difficulties:
        if mark.value:
            marked.setdefault((mark.item, mark.value > 0), mark)
    for (item, easy), mark in marked.items():
        if easy and (hard := marked.get((item, False))):
            yield f"{name(item)} is marked as easy and as hard", (mark.source, hard.source)


def contradicting_triplets(triplets: Iterable[Triplet], name: Name) -> Iterator[Fault]:
    """Yield sets of comparisons that no distances between the items agree with, one of each tangle.

    Each triplet says that one pair of items is closer than another pair. They contradict each other where following
    them from pair to pair comes back to the first; of each strongly connected component one such round is given.
    """
    stated: dict[tuple[int, ...], Triplet] = {}
    for triplet in triplets:
        stated.setdefault(triplet.named, triplet)
    if not stated:
        return
    items = np.array(list(stated), np.int64)
    closer, farther = np.sort(items[:, :2]), np.sort(items[:, ::2])
    pairs, places = np.unique(np.concatenate([closer, farther]), axis=0, return_inverse=True)
    one, other = places.reshape(2, -1)
    p = len(pairs)
    said = dict(zip(zip(one.tolist(), other.tolist(), strict=True), stated.values(), strict=True))
    graph = coo_array((np.ones(len(one)), (one, other)), shape=(p, p)).tocsr()
    tangle = connected_components(graph, directed=True, connection="strong")[1]
    inside = np.flatnonzero(tangle[one] == tangle[other])
    for first in inside[np.unique(tangle[one[inside]], return_index=True)[1]].tolist():
        start, goal = int(other[first]), int(one[first])
        came, path = breadth_first_order(graph, start)[1], [goal]
        while path[-1] != start:
            path.append(int(came[path[-1]]))
        path = [goal, *path[::-1]]
        around = [said[step] for step in pairwise(path)]
        yield _sentence(around, name), tuple(triplet.source for triplet in around)


def _sentence(around: list[Triplet], name: Name) -> str:
    clauses = [f"{name(t.anchor)} is closer to {name(t.near)} than to {name(t.far)}" for t in around]
    return f"no distances agree with all of these: {listed(clauses, 5)}"
