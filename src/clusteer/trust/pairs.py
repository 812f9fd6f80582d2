"""How many pairs of items are rightly together, and how many that belong together are: from items drawn at random."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from clusteer.trust.accuracy import LEVEL, Estimate

Floats = NDArray[np.float64]


def estimate_pairs(
    predicted: NDArray[np.integer], told: NDArray[np.integer], n_groups: int, error_rate: float
) -> tuple[Estimate, Estimate] | None:
    """Return pairwise precision and recall of a grouping; None where too little was asked to tell.

    Precision is the share of pairs in one group that belong together, recall the share of pairs that belong together
    that are in one group. Both are over all pairs of drawn items. Who is wrong with probability e names any other
    group: of pairs that belong together a = (1 - e)^2 + e^2 / (k - 1) are told to, of others
    b = 2 (1 - e) e / (k - 1) + (k - 2) (e / (k - 1))^2, so of a share s that is told, (s - b) / (a - b) are. The
    intervals are of 95 %, by the jackknife over items. O(items x groups).

    Parameters
    ----------
    predicted, told : (a,) int64
        Of items drawn at random: the group they are predicted to be in without their answer, and the one answered;
        -1 for a group without a number; of such there is one.
    n_groups : int
        Number of groups k that an answer may name.
    error_rate : float
        e, below 1/2.
    """
    counts = np.zeros((int(predicted.max(initial=-1)) + 2, int(told.max(initial=-1)) + 2))
    np.add.at(counts, (predicted, told), 1)  # The last row and column are those of -1.
    wrong = error_rate / max(n_groups - 1, 1)
    same = (1 - error_rate) ** 2 + error_rate * wrong
    apart = 2 * (1 - error_rate) * wrong + max(n_groups - 2, 0) * wrong**2
    found = _precision_recall(counts, same, apart)
    if found is None:
        return None
    left_out = []
    for one, other in zip(predicted.tolist(), told.tolist(), strict=True):
        fewer = counts.copy()
        fewer[one, other] -= 1
        if (without := _precision_recall(fewer, same, apart)) is None:
            return None
        left_out.append(without)
    a = len(told)
    deviation = np.sqrt((a - 1) / a * np.square(np.array(left_out) - np.mean(left_out, axis=0)).sum(axis=0))
    reach = float(ndtri((1 + LEVEL) / 2)) * deviation
    precision, recall = (
        Estimate(value, max(value - width, 0.0), min(value + width, 1.0), a)
        for value, width in zip(found, reach.tolist(), strict=True)
    )
    return precision, recall


def _precision_recall(counts: Floats, same: float, apart: float) -> tuple[float, float] | None:
    """Return precision and recall given how many items are predicted and told to be where; None without such pairs."""
    joint, grouped, belonging = _pairs(counts), _pairs(counts.sum(axis=1)), _pairs(counts.sum(axis=0))
    both = (joint - apart * grouped) / (same - apart)
    belong = (belonging - apart * _pairs(counts.sum())) / (same - apart)
    if grouped <= 0 or belong <= 0:
        return None
    return float(np.clip(both / grouped, 0, 1)), float(np.clip(both / belong, 0, 1))


def _pairs(counts: Floats) -> float:
    return float((counts * (counts - 1) / 2).sum())
