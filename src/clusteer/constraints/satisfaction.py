"""Whether a labelling does what a constraint asks, kind by kind."""

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints.kinds import (
    Balance,
    CannotLink,
    Cardinality,
    ClusterSizes,
    Constraint,
    Difficulty,
    Member,
    MustLink,
    Rejection,
    Relation,
    Rule,
    Triplet,
)

ROUNDING = 1e-9
"""By how much a share may pass a tolerance: what dividing counts leaves."""


def satisfied(constraint: Constraint, labels: NDArray[np.int64]) -> bool:
    """Say whether a labelling satisfies one constraint.

    Member and rejection go by the leader of the exemplars. A triplet is broken where the anchor shares the group of
    ``far`` and not that of ``near``. Sizes hold where every group's count is within 1 of its share, largest to
    largest. A group without items is no group. Difficulty asks nothing of labels.

    Parameters
    ----------
    constraint : Constraint
        Of any kind.
    labels : (n,) int64
        Group 0..k-1 of each item, every group with an item.
    """
    match constraint:
        case MustLink() | Member():
            first, second = constraint.pair
            return bool(labels[first] == labels[second])
        case CannotLink() | Rejection():
            first, second = constraint.pair
            return bool(labels[first] != labels[second])
        case Triplet():
            anchor, near, far = labels[list(constraint.named)].tolist()
            return bool(anchor != far or anchor == near)
        case Difficulty():
            return True
        case ClusterSizes():
            return _sized(constraint, labels)
        case Cardinality():
            return _bounded(constraint, labels)
        case Balance():
            k = int(labels.max(initial=-1)) + 1
            shares = [np.bincount(labels[list(part)], minlength=k) / len(part) for part in constraint.parts]
            return bool((np.ptp(shares, axis=0) <= constraint.tolerance + ROUNDING).all())
        case Rule():
            return not all(_holds(premise, labels) for premise in constraint.premises) or _holds(
                constraint.conclusion, labels
            )


def _holds(relation: Relation, labels: NDArray[np.int64]) -> bool:
    return bool((labels[relation.first] == labels[relation.second]) == relation.together)


def sizes_allowed(sizes: ClusterSizes, n_items: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the fewest and the most items that satisfy each size (k,), smallest group first.

    A count is right where it is less than 1 from its share of the items; no group is empty.
    """
    wanted = np.sort(sizes.shares) * n_items
    counts = np.floor(wanted)[:, None] + np.arange(-1, 3)
    right = np.abs(counts - wanted[:, None]) < 1
    least, most = np.where(right, counts, np.inf).min(axis=1), np.where(right, counts, -np.inf).max(axis=1)
    return np.maximum(least, 1).astype(np.int64), most.astype(np.int64)


def _sized(sizes: ClusterSizes, labels: NDArray[np.int64]) -> bool:
    counts = np.sort(np.bincount(labels))
    if len(counts) != len(sizes.shares):
        return False
    least, most = sizes_allowed(sizes, len(labels))
    return bool(((least <= counts) & (counts <= most)).all())


def _bounded(cardinality: Cardinality, labels: NDArray[np.int64]) -> bool:
    counted = labels if cardinality.items is None else labels[list(cardinality.items)]
    counts = np.bincount(counted, minlength=int(labels.max(initial=-1)) + 1)
    if cardinality.group is not None:
        counts = counts[[labels[cardinality.group]]]
    lower, upper = cardinality.lower or 0, len(labels) if cardinality.upper is None else cardinality.upper
    return bool(((counts >= lower) & (counts <= upper)).all())
