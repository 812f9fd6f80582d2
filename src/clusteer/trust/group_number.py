"""How many groups there are: those that answers have found, and those they may not have met yet."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

LEVEL = 0.95


@dataclass(frozen=True)
class GroupNumber:
    """How many groups there are.

    Attributes
    ----------
    found : int
        Groups that answers have found and that are believed.
    stated : int
        Groups that answers hold apart from each other, believed or not.
    value : float
        The estimated number, those nobody has met yet among them.
    low, high : float
        An interval of 95 % around it, from ``found`` up.
    rare : float
        A group that holds a larger share of the items than this would have been met, with 95 %; 1 without answers.
    """

    found: int
    stated: int
    value: float
    low: float
    high: float
    rare: float


def estimate_group_number(told: NDArray[np.floating | np.integer]) -> GroupNumber:
    """Return the estimated number of groups, given how many answered items each has.

    Where many groups were met once and few twice, many were not met at all: Chao's estimate with its interval. A group
    that one answer opened and the others speak against holds next to no item in belief, and counts as not found.

    Parameters
    ----------
    told : (k,) float
        Expected number of answered items in each group that answers hold apart.

    Notes
    -----
    **Source**: Chao, *Nonparametric estimation of the number of classes in a population* (1984), with the correction
    for few groups met twice and the log-normal interval of Chao (1987). It takes answered items for drawn at random;
    strategies that look for what is new meet a rare group sooner. Where groups differ much in size it is a lower bound.
    """
    counts = np.round(told).astype(np.int64)
    counts = counts[counts > 0]
    n, found, once, twice = int(counts.sum()), len(counts), int((counts == 1).sum()), int((counts == 2).sum())
    rare = 1 - (1 - LEVEL) ** (1 / n) if n else 1.0
    if once < 2:
        return GroupNumber(found, len(told), float(found), float(found), float(found), rare)
    drawn = (n - 1) / n
    unseen = drawn * once * (once - 1) / (2 * (twice + 1))
    variance = (
        unseen
        + drawn**2 * once * (2 * once - 1) ** 2 / (4 * (twice + 1) ** 2)
        + drawn**2 * once**2 * twice * (once - 1) ** 2 / (4 * (twice + 1) ** 4)
    )
    factor = math.exp(float(ndtri((1 + LEVEL) / 2)) * math.sqrt(math.log1p(variance / unseen**2)))
    return GroupNumber(found, len(told), found + unseen, found + unseen / factor, found + unseen * factor, rare)
