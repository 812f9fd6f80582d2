"""A committee whose members each go without a third of the answers: how far to believe these, and how sure labels are.

An answer left out of a finished fit has still shaped the metric that it is judged in, so wrong answers are believed and
labels that fit them seem surer than they are. A member has its own metric, from its own answers. What it says of an
answer it has not heard is evidence about that answer, and what members agree upon tells how much hangs on single ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

MEMBERS = 3
"""Members; two go without too much late in a session, five without too little early."""
MEMBER_POWER = 1.5
"""How sharp a member's own probabilities are made. Chosen with the number of members on sessions over the bundled
pictures and CIFAR-10's training pictures."""
FLATTEST, SHARPEST = 1 / 32, 4.0
"""Powers between which one is looked for. Beyond, items that must move to meet a demand could not be told apart."""


@dataclass(frozen=True, eq=False)
class Committee:
    """What the members of a committee say.

    Attributes
    ----------
    dealt : (d,) int64
        Places of the answers that one member each has not heard.
    predicted : (d, k) float64
        The group probabilities that this member gives the item of each.
    sureness : float or None
        The mean probability that members give to the likeliest groups of items nobody was asked about; None where
        there are no such items.
    """

    dealt: NDArray[np.int64]
    predicted: NDArray[np.float64]
    sureness: float | None


def members(groups: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the places of the answers that each member goes without: a third each, dealt at random.

    All hear the answer that opened a group, so all know the same groups; of three answers besides there are three
    members, of none there is none.

    Parameters
    ----------
    groups : (m,) int64
        The group that each answer named, in the order they were given.
    """
    dealt = np.setdiff1d(np.arange(len(groups)), np.unique(groups, return_index=True)[1])
    # RandomState, because NumPy has frozen its streams: a session reopened years later says the same.
    member = np.random.RandomState(0).permutation(len(dealt)) % MEMBERS
    return [dealt[member == one] for one in range(min(MEMBERS, len(dealt)))]


def share_unmet(groups: NDArray[np.int64], believed: NDArray[np.float64]) -> float:
    """Return the share of items that are of groups no answer has named yet, and so in a wrong group for certain.

    As many as of the answers name a group that no other names, each counted as far as it is believed: the estimate of
    Good and Turing (Good, *The population frequencies of species and the estimation of population parameters*, 1953).

    Parameters
    ----------
    groups : (m,) int64
        The group that each answer named.
    believed : (m, k) float64
        What is believed of the item of each.
    """
    alone = np.bincount(groups)[groups] == 1
    return float(believed[alone, groups[alone]].sum()) / len(groups)


def raised(proba: NDArray[np.float32], power: float) -> NDArray[np.float32]:
    """Return probabilities (n, k) to a power of at most ``SHARPEST``, their rows summing to 1 again."""
    # No row vanishes, as its likeliest group has 1 / k or more; to find that first would take longer than all the rest.
    sharp: NDArray[np.float32] = proba ** np.float32(power)
    sharp /= sharp.sum(axis=1, keepdims=True)
    return sharp


def matching_power(proba: NDArray[np.float32], sureness: float) -> float:
    """Return the power of probabilities (n, k) at which their likeliest groups have this probability in the mean.

    The mean grows with the power, so there is one; beyond the ends of what is looked for, the nearer end. 1 where there
    are no items, or one group. O(n k).
    """
    if not proba.size or proba.shape[1] == 1:
        return 1.0

    # The likeliest group is at 0, so its probability is 1 over the sum.
    logs = np.log(np.maximum(proba / proba.max(axis=1, keepdims=True), np.finfo(np.float32).tiny))

    def excess(log_power: float) -> float:
        return float((1 / np.exp(np.float32(np.exp(log_power)) * logs).sum(axis=1)).mean()) - sureness

    low, high = float(np.log(FLATTEST)), float(np.log(SHARPEST))
    if excess(low) >= 0:
        return FLATTEST
    if excess(high) <= 0:
        return SHARPEST
    return float(np.exp(brentq(excess, low, high, xtol=1e-4)))
