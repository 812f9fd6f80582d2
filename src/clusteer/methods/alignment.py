"""Groups that answers opened and clusters there were before: which is which, and where items start from then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from clusteer.constraints import ConstraintSet
from clusteer.core.index import unit_rows

_ROUNDS = 5
"""Times that items are given to columns and the centers of columns taken anew."""
_SHARPNESS = 40.0
"""What a cosine to the center of a column counts beside a logarithm of how often its cluster went there."""
_PRIOR, _STRAY = 1.0, 0.1
"""Answers that stand for a cluster's own column, and for every other one, before there are any."""


@dataclass(frozen=True, eq=False)
class Known:
    """What answers say of items and of the g groups they opened.

    Attributes
    ----------
    items : (m,) int64
        Items in a group.
    groups : (m,) int64
        Group of each.
    weights : (m,) float32
        How far that is believed: the most of the links of each.
    elsewhere : (r,) int64
        Items that are in no group but kept apart from some.
    rejected : (r, g) bool
        The groups these are not in.
    n_groups : int
        Number g.
    """

    items: NDArray[np.int64]
    groups: NDArray[np.int64]
    weights: NDArray[np.float32]
    elsewhere: NDArray[np.int64]
    rejected: NDArray[np.bool_]
    n_groups: int

    @classmethod
    def of(cls, constraints: ConstraintSet) -> Known:
        """Read the closure: an item and the exemplar it was accepted beside are of one group, whatever cluster."""
        closure, opened = constraints.closure(), constraints.groups
        number = np.full(closure.n_components, -1, np.int64)
        number[list(opened)] = np.arange(len(opened))
        groups = number[closure.component]
        inside = groups >= 0
        believed = np.zeros(constraints.n_items, np.float32)
        for links in (constraints.must, constraints.cannot):
            for end in links.pairs.T:
                np.maximum.at(believed, end, links.weights.astype(np.float32))
        apart = np.array(
            [[closure.apart(component, group) for group in opened] for component in closure.component[~inside].tolist()]
        )
        apart = apart.reshape(int((~inside).sum()), len(opened)).astype(bool)
        some = apart.any(axis=1)
        items = closure.items[inside]
        return cls(items, groups[inside], believed[items], closure.items[~inside][some], apart[some], len(opened))


@dataclass(frozen=True, eq=False)
class Columns:
    """What the c columns of a head stand for.

    Attributes
    ----------
    of_clusters : (k,) int64
        Column that the items of each cluster start in.
    of_groups : (g,) int64
        Column of each group; no two are the same.
    origins : (c,) int64
        Cluster that a column was before; -1 for a column that is new.
    """

    of_clusters: NDArray[np.int64]
    of_groups: NDArray[np.int64]
    origins: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number c of columns."""
        return len(self.origins)


def align(labels: NDArray[np.int64], n_clusters: int, known: Known, *, fixed: bool) -> Columns:
    """Match groups and clusters by the answered items they share, open columns and merge clusters.

    A group has the column of a cluster that holds its items. A group for which no cluster is left opens a column. A
    cluster without a group whose answered items are mostly of one group is part of that group: answers have shown
    that the two are one. Its own column passes to a group without one, or is gone.

    Parameters
    ----------
    labels : (n,) int64
        Cluster of each item.
    n_clusters : int
        Number k of clusters.
    known : Known
        The answers.
    fixed : bool
        Whether there must be k columns, more only where more groups were opened. Then no column is gone, and a group
        may take the column of a cluster without a single answered item of its own.
    """
    held = np.zeros((known.n_groups, n_clusters), np.int64)
    np.add.at(held, (known.groups, labels[known.items]), 1)
    matched = zip(*linear_sum_assignment(held, maximize=True), strict=True)
    owner = {int(cluster): int(group) for group, cluster in matched if fixed or held[group, cluster]}
    waiting = [group for group in range(known.n_groups) if group not in owner.values()]
    answered = held.sum(axis=0)
    most = held.argmax(axis=0) if known.n_groups else np.zeros(n_clusters, np.int64)
    part = 2 * held.max(axis=0, initial=0) > answered
    of_groups, own, origins = np.full(known.n_groups, -1, np.int64), np.full(n_clusters, -1, np.int64), list[int]()
    for cluster in range(n_clusters):
        group = owner.get(cluster)
        spare = group is None and answered[cluster] and part[cluster]
        if spare and not waiting and not fixed:
            continue
        if spare and waiting:
            group = waiting.pop(0)
        if group is not None:
            of_groups[group] = len(origins)
        own[cluster] = len(origins)
        origins.append(cluster)
    for group in waiting:
        of_groups[group] = len(origins)
        origins.append(-1)
    of_clusters = np.where(answered > 0, of_groups[most] if known.n_groups else own, own)
    return Columns(of_clusters.astype(np.int64), of_groups, np.array(origins, np.int64))


def start_labels(
    points: NDArray[np.float32], labels: NDArray[np.int64], columns: Columns, known: Known
) -> NDArray[np.int64]:
    """Return the column (n,) that each item starts in: by its cluster, and by likeness where answers part a cluster.

    ::

        argmax_j  log p(j | cluster of i) + 40 z_i . m_j

    p is how often the answered items of a cluster went to column j, m_j the center of the column: at first of its
    answered items, then of all that are in it. Answered items stay where answers put them.

    Parameters
    ----------
    points : (n, d) float32
        Items; rows are brought to length 1.
    labels : (n,) int64
        Cluster of each.
    columns : Columns
        What ``align`` made of the clusters.
    known : Known
        The answers.
    """
    start = columns.of_clusters[labels]
    if not len(known.items):
        return start
    rows, told = unit_rows(points), columns.of_groups[known.groups]
    k, c = len(columns.of_clusters), len(columns)
    counts = np.full((k, c), _STRAY)
    counts[np.arange(k), columns.of_clusters] += _PRIOR
    np.add.at(counts, (labels[known.items], told), 1)
    prior = np.log(counts / counts.sum(axis=1, keepdims=True)).astype(np.float32)[labels]
    for item, away in zip(known.elsewhere.tolist(), known.rejected, strict=True):
        prior[item, columns.of_groups[away]] = -np.inf
    start[known.items] = told
    centers = _means(rows, start, c)
    seeded = np.unique(told)
    centers[seeded] = _means(rows[known.items], told, c)[seeded]
    for _ in range(_ROUNDS):
        start = (prior + np.float32(_SHARPNESS) * (rows @ centers.T)).argmax(axis=1)
        start[known.items] = told
        centers = _means(rows, start, c)
    return start.astype(np.int64)


def _means(rows: NDArray[np.float32], labels: NDArray[np.int64], n_columns: int) -> NDArray[np.float32]:
    sums = np.zeros((n_columns, rows.shape[1]), np.float32)
    np.add.at(sums, labels, rows)
    return unit_rows(sums)
