"""How many items are grouped as the person has it in mind: an estimate with an interval, from answers about random items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, logsumexp

GRID = 200
"""Points at which each unknown share is looked at."""
DRAWS = 4_000
LEVEL = 0.95
STRATA = 4
"""Parts of alike confidence, of one size, in which accuracy is estimated apart."""
TRUST = 4.0
"""Answers that the model's own confidence counts as, in each part."""
ERRORS, ANSWERS = 1.0, 10.0
"""Prior of the share of wrong answers: one in ten, soon outweighed."""


@dataclass(frozen=True)
class Estimate:
    """A share in [0, 1] and the interval it is in with probability 0.95; ``answers`` say how many it rests on."""

    value: float
    low: float
    high: float
    answers: int


@dataclass(frozen=True, eq=False)
class Audited:
    """Answers about items drawn at random, each beside what is predicted without it.

    Attributes
    ----------
    agree : (a,) bool
        Whether the answer names the group predicted.
    confidence : (a,) float
        Of that prediction.
    group : (a,) int64
        The group predicted.
    """

    agree: NDArray[np.bool_]
    confidence: NDArray[np.floating]
    group: NDArray[np.int64]

    def of(self, rows: NDArray[np.bool_]) -> Audited:
        """Return some of them."""
        return Audited(self.agree[rows], self.confidence[rows], self.group[rows])


def accuracy_estimate(
    audited: Audited, confidence: NDArray[np.floating], n_groups: int, wrong: float, given: float, seed: int
) -> Estimate:
    """Return the estimated share of items that are grouped as the person has it in mind.

    Items are parted by confidence. In each part the share r of right groups is unknown; before any audit answer it is
    about the mean confidence, which counts as four answers. People are wrong with an unknown probability e, and then
    name any other group: an answer agrees with probability r (1 - e) + (1 - r) e / (k - 1). The posterior of all r and
    of e is found on a grid, and the interval is what it leaves between 2.5 % and 97.5 %. Wrong answers so widen the
    interval, and do not lower the estimate. O(answers + grid^2).

    Parameters
    ----------
    audited : Audited
        What was answered about items drawn at random.
    confidence : (n,) float
        Of all items that could be drawn.
    n_groups : int
        Number of groups k.
    wrong, given : float
        Wrong answers, as others tell, of so many given: what is known of e beside the audit. Counts as at most 50.
    seed : int
        Of the draws from the posterior.
    """
    bounds = np.quantile(confidence, np.arange(1, STRATA) / STRATA)
    part = np.searchsorted(bounds, audited.confidence, side="right")
    parts_of_all = np.searchsorted(bounds, confidence, side="right")
    weights = np.bincount(parts_of_all, minlength=STRATA) / len(confidence)
    means = np.bincount(parts_of_all, confidence, STRATA) / np.maximum(np.bincount(parts_of_all, minlength=STRATA), 1)
    shares = (np.arange(GRID) + 0.5) / GRID
    errors = shares[shares < 0.5]
    known = min(1.0, 50 / max(given, 1e-9))
    log_prior_e = _log_beta(errors, wrong * known + ERRORS, (given - wrong) * known + ANSWERS - ERRORS)
    likely = shares[:, None] * (1 - errors) + (1 - shares[:, None]) * errors / max(n_groups - 1, 1)
    tables = []
    for stratum in range(STRATA):
        hits = int(audited.agree[part == stratum].sum())
        misses = int((part == stratum).sum()) - hits
        mean = float(np.clip(means[stratum], 0.02, 0.98))
        table = hits * np.log(likely) + misses * np.log1p(-likely)
        tables.append(table + _log_beta(shares, TRUST * mean, TRUST * (1 - mean))[:, None])
    rng = np.random.default_rng(seed)
    log_e = log_prior_e + sum(logsumexp(table, axis=0) for table in tables)
    drawn = rng.choice(len(errors), DRAWS, p=np.exp(log_e - logsumexp(log_e)))
    total = np.zeros(DRAWS)
    for weight, table in zip(weights, tables, strict=True):
        chances = np.exp(table - logsumexp(table, axis=0))
        ends = np.cumsum(chances, axis=0)
        places = (rng.random(DRAWS) > ends[:, drawn]).sum(axis=0)
        total += weight * shares[np.minimum(places, GRID - 1)]
    low, high = np.quantile(total, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(float(total.mean()), float(low), float(high), len(audited.agree))


def _log_beta(values: NDArray[np.float64], a: float, b: float) -> NDArray[np.float64]:
    logs: NDArray[np.float64] = (a - 1) * np.log(values) + (b - 1) * np.log1p(-values) - betaln(a, b)
    return logs
