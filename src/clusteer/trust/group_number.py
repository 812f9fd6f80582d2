"""How many groups there are: those that answers have found, and those they may not have met yet."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import poisson

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
        An interval of 95 % around it.
    rare : float
        A group that holds a larger share of the items than this would have been met, with 95 %; 1 without answers.
    """

    found: int
    stated: int
    value: float
    low: float
    high: float
    rare: float


def estimate_group_number(told: NDArray[np.floating | np.integer], wrong: float = 0.0) -> GroupNumber:
    """Return the estimated number of groups, given how many answered items each has.

    Where many groups were met once and few twice, many were not met at all: Chao's estimate with its interval. A group
    that one answer opened and the others speak against holds next to no item in belief, and counts as not found.

    A wrong answer opens a group of its own now and then, which afterwards nobody meets again. Which those are is not
    told, but about how many: a wrong answer says "none of these" as likely as it names any other of the groups met more
    than once. So many of the groups met once are taken for wrong; the interval reaches up to where none of them is, and
    down to where as many are as may well be.

    Parameters
    ----------
    told : (k,) float
        Expected number of answered items in each group that answers hold apart.
    wrong : float
        Expected number of wrong answers.

    Notes
    -----
    **Source**: Chao, *Nonparametric estimation of the number of classes in a population* (1984), with the correction
    for few groups met twice and the log-normal interval of Chao (1987). It takes answered items for drawn at random;
    strategies that look for what is new meet a rare group sooner. Where groups differ much in size it is a lower bound.
    What is taken off for wrong answers is ours.
    """
    counts = np.round(told).astype(np.int64)
    n, met = int(counts.sum()), int((counts > 0).sum())
    again, twice = int((counts > 1).sum()), int((counts == 2).sum())
    opened = wrong / (again + 1)
    once = max(0, round(met - again - opened))
    found = again + once
    more = max(0, found - again - max(0, met - again - int(poisson.ppf((1 + LEVEL) / 2, opened))))
    rare = 1 - (1 - LEVEL) ** (1 / n) if n else 1.0
    if once < 2:
        return GroupNumber(found, len(told), float(found), float(found - more), float(met), rare)
    drawn = (n - 1) / n
    unseen = drawn * once * (once - 1) / (2 * (twice + 1))
    variance = (
        unseen
        + drawn**2 * once * (2 * once - 1) ** 2 / (4 * (twice + 1) ** 2)
        + drawn**2 * once**2 * twice * (once - 1) ** 2 / (4 * (twice + 1) ** 4)
    )
    factor = math.exp(float(ndtri((1 + LEVEL) / 2)) * math.sqrt(math.log1p(variance / unseen**2)))
    high = max(found + unseen * factor, float(met))
    return GroupNumber(found, len(told), found + unseen, found - more + unseen / factor, high, rare)
