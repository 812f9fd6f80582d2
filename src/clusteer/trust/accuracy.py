"""What share of items is grouped as a person means it: an estimate with an interval, from items drawn at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, logsumexp

LEVEL = 0.95
GRID = 200
"""Points at which each unknown share is looked at."""
DRAWS = 4_000
PARTS = (0.1, 0.25, 0.5)
"""Where items in the order of confidence are parted; accuracy is estimated in each part, least sure items first."""
JEFFREYS = 0.5
"""Right and wrong answers granted to each part before any."""
CONFIDENCE = 2.0
"""Answers besides that the model's own confidence counts as, in each part; few, as it may be surer than it is right."""
ERRORS, ANSWERS = 1.0, 10.0
"""Prior of the share of wrong answers: one in ten, soon outweighed."""
TOLD = 50.0
"""Most answers that count as evidence of how often answers are wrong, besides those to audit questions."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A share in [0, 1], an interval that holds 95 % of its posterior, and the number of answers it rests on."""

    value: float
    low: float
    high: float
    answers: int


@dataclass(frozen=True)
class Errors:
    """How often answers are wrong, as other answers tell: about ``wrong`` of ``given``."""

    wrong: float
    given: int


def estimate_accuracy(
    agree: NDArray[np.bool_],
    audited: NDArray[np.floating],
    confidence: NDArray[np.floating],
    n_groups: int,
    errors: Errors,
    seed: int,
) -> Estimate:
    """Return the estimated share of items that are in the right group.

    Items are parted by confidence. The share r of each part that is right is unknown; before any audit answer it is
    about the mean confidence, which counts as two answers beside Jeffreys' prior. People are wrong with an unknown
    probability e, and then name any other group: an answer agrees with probability r (1 - e) + (1 - r) e / (k - 1). The
    posterior of every r and of e is found on a grid; the interval is the shortest that holds 95 % of it. So wrong
    answers widen the interval and do not lower the estimate: where the model is sure and an answer disagrees, it may
    well be the answer that is wrong. O(a + grid^2).

    Parameters
    ----------
    agree : (a,) bool
        Of items drawn at random: whether the answer names the group that is predicted without it.
    audited : (a,) float
        How sure each of these predictions is.
    confidence : (n,) float
        How sure the groups of all items are that could have been drawn; at least one.
    n_groups : int
        Number of groups k that an answer may name.
    errors : Errors
        What is known of e besides.
    seed : int
        Of the draws from the posterior.
    """
    bounds, parts = np.quantile(confidence, PARTS), len(PARTS) + 1
    part, part_of_all = (np.searchsorted(bounds, values, side="right") for values in (audited, confidence))
    sizes = np.bincount(part_of_all, minlength=parts)
    means = np.bincount(part_of_all, confidence, parts) / np.maximum(sizes, 1)
    shares = (np.arange(GRID) + 0.5) / GRID
    wrong = shares[shares < 0.5]
    agrees = shares[:, None] * (1 - wrong) + (1 - shares[:, None]) * wrong / max(n_groups - 1, 1)
    posteriors = []
    for number in range(parts):
        hits, asked = int(agree[part == number].sum()), int((part == number).sum())
        mean = float(np.clip(means[number], 0.02, 0.98))
        prior = _log_beta(JEFFREYS + CONFIDENCE * mean, JEFFREYS + CONFIDENCE * (1 - mean))
        posteriors.append(prior[:, None] + hits * np.log(agrees) + (asked - hits) * np.log1p(-agrees))
    counted = min(1.0, TOLD / max(errors.given, 1))
    right = counted * (errors.given - errors.wrong)
    log_wrong = _log_beta(counted * errors.wrong + ERRORS, right + ANSWERS - ERRORS)[: len(wrong)]
    for posterior in posteriors:
        log_wrong = log_wrong + logsumexp(posterior, axis=0)
    rng = np.random.default_rng(seed)
    drawn = rng.choice(len(wrong), DRAWS, p=np.exp(log_wrong - logsumexp(log_wrong)))
    total = np.zeros(DRAWS)
    for size, posterior in zip(sizes, posteriors, strict=True):
        ends = np.cumsum(np.exp(posterior - logsumexp(posterior, axis=0)), axis=0)
        places = (rng.random(DRAWS) > ends[:, drawn]).sum(axis=0)
        total += size / len(confidence) * shares[np.minimum(places, GRID - 1)]
    low, high = _shortest(total)
    return Estimate(float(total.mean()), low, high, len(agree))


def _shortest(drawn: Floats) -> tuple[float, float]:
    """Return the shortest interval that holds 95 % of what was drawn, out to the edges of the grid's cells.

    So it reaches 1 where nothing speaks against all being right.
    """
    drawn = np.sort(drawn)
    held = int(np.ceil(LEVEL * len(drawn)))
    first = int(np.argmin(drawn[held - 1 :] - drawn[: len(drawn) - held + 1]))
    low, high = np.floor(drawn[first] * GRID) / GRID, np.ceil(drawn[first + held - 1] * GRID) / GRID
    return float(low), float(high)


def _log_beta(a: float, b: float) -> Floats:
    """Return the log of how likely each cell of the grid is a priori; by cells, as much may lie at the ends."""
    logs: Floats = np.log(np.diff(betainc(a, b, np.arange(GRID + 1) / GRID)) + 1e-300)
    return logs
