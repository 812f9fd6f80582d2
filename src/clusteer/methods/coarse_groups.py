"""Groups that items fall into by themselves: an expert for criteria that join such groups, as land, air and water do.

Where a criterion follows them a few answers about a group tell of all of it, whatever single neighbors say, and a wrong
answer is outvoted. Where it cuts through them they tell nothing; how the answers agree within them says which it is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clusteer.core import Index
from clusteer.neighbors.groups import kmeans

NUMBERS = (6, 10, 16)
"""Numbers of groups of the partitions whose words are averaged: none of them suits every collection."""
GRANTED = 1.0
"""Answers that each group is granted, spread as all items are, before its own are counted."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def coarse_groups(index: Index) -> Ints:
    """Return the group of each cell of an index (c, p) in each of p partitions.

    They are k-means partitions of the means of the cells, each cell counting as many items as it holds, so they cost
    the same however many items there are.
    """
    n, sizes = len(index), np.bincount(index.cells)
    members = csr_array((np.ones(n), (index.cells, np.arange(n))), shape=(len(sizes), n))
    means = (members @ index.embedding.astype(np.float64) / sizes[:, None]).astype(np.float32)
    weights = sizes.astype(np.float32)
    return np.stack([kmeans(means, min(number, len(sizes)), 0, weights) for number in NUMBERS], axis=1)


def told_of_groups(groups: Ints, answered: Ints, soft: Floats, shares: Floats) -> Floats:
    """Return the mean over partitions of the log-probability of each criterion's group (c, k) in their groups.

    Parameters
    ----------
    groups, answered : (c, p), (m, p) int64
        Groups to tell of, and those of the answered items.
    soft : (m, k) float64
        What is believed of the answered items.
    shares : (k,) float64
        Estimated share of all items in each group of the criterion.
    """
    told: Floats = np.zeros((len(groups), soft.shape[1]))
    for group, own in zip(groups.T, answered.T, strict=True):
        told += _log_probability(_seen(own, soft, int(group.max()) + 1), shares)[group]
    told /= groups.shape[1]
    return told


def told_without_own(answered: Ints, soft: Floats, shares: Floats) -> Floats:
    """Return the same of each answered item (m, k), as the others tell; ``shares`` (m, k) are without its own too."""
    told: Floats = np.zeros_like(soft)
    for own in answered.T:
        told += _log_probability(_seen(own, soft, int(own.max()) + 1)[own] - soft, shares)
    told /= answered.shape[1]
    return told


def _seen(own: Ints, soft: Floats, number: int) -> Floats:
    seen = np.zeros((number, soft.shape[1]))
    np.add.at(seen, own, soft)
    return seen


def _log_probability(seen: Floats, shares: Floats) -> Floats:
    # What was subtracted leaves rounding behind, which must not be negative.
    granted = np.maximum(seen, 0) + GRANTED * shares
    logs: Floats = np.log(granted) - np.log(granted.sum(axis=1, keepdims=True))
    return logs
