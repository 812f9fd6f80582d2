"""How well a grouping agrees with a known one: arrays in, floats out. Group numbers never matter, nor does order."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from clusteer.core.checks import check_labels


def accuracy(truth: ArrayLike, labels: ArrayLike) -> float:
    """Share of items in the right group, in [0, 1], groups matched one to one as well as can be (Hungarian).

    The two may differ in number of groups: items of a group without a partner are wrong.

    Parameters
    ----------
    truth, labels : (n,) arrays
        One group per item, of any type.
    """
    table = _table(truth, labels)
    rows, columns = linear_sum_assignment(table, maximize=True)
    return float(table[rows, columns].sum() / table.sum())


def nmi(truth: ArrayLike, labels: ArrayLike) -> float:
    """Mutual information over the arithmetic mean of the entropies, in [0, 1]; 1 where both are one group."""
    return float(normalized_mutual_info_score(*_codes(truth, labels)))


def nmi_geometric(truth: ArrayLike, labels: ArrayLike) -> float:
    """Mutual information over the geometric mean of the entropies: what papers before 2019 mostly printed as NMI."""
    return float(normalized_mutual_info_score(*_codes(truth, labels), average_method="geometric"))


def ari(truth: ArrayLike, labels: ArrayLike) -> float:
    """Rand index corrected for chance: 0 for a random grouping, 1 for the same one, at least -0.5."""
    return float(adjusted_rand_score(*_codes(truth, labels)))


def rand(truth: ArrayLike, labels: ArrayLike) -> float:
    """Share of the n(n-1)/2 pairs on which both agree, in [0, 1]; 1 for a single item."""
    both, true, found, pairs = _pairs(truth, labels)
    return (pairs + 2 * both - true - found) / pairs if pairs else 1.0


def pair_f(truth: ArrayLike, labels: ArrayLike) -> float:
    """F-measure of the pairs grouped together, in [0, 1]; 1 where neither groups any."""
    both, true, found, _ = _pairs(truth, labels)
    return 2 * both / (true + found) if true + found else 1.0


def _codes(truth: ArrayLike, labels: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    known = np.asarray(truth)
    return check_labels(known, known.size, "truth"), check_labels(labels, known.size)


def _table(truth: ArrayLike, labels: ArrayLike) -> NDArray[np.int64]:
    """Items by true group (row) and found group (column)."""
    true, found = _codes(truth, labels)
    table = np.zeros((true.max() + 1, found.max() + 1), np.int64)
    np.add.at(table, (true, found), 1)
    return table


def _pairs(truth: ArrayLike, labels: ArrayLike) -> tuple[int, int, int, int]:
    """Pairs together in both, in the truth, in the labels; all pairs."""
    table = _table(truth, labels)
    counts = (table, table.sum(axis=1), table.sum(axis=0), table.sum())
    both, true, found, pairs = (int((count * (count - 1) // 2).sum()) for count in counts)
    return both, true, found, pairs
