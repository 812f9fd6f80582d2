"""What share of items is grouped as a person means it: an estimate with an interval, from items drawn at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from clusteer.trust.stopping import expected_gain

LEVEL = 0.95
DRAWS = 4_000
OUTCOME = 0.25
"""Right and wrong predictions granted before any: so few that the interval reaches 1 where nothing speaks against."""
CONFIDENCE = 1.0
"""Predictions besides that the model's own confidence counts as; few, as it may be surer than it is right."""
DOUBT = 0.7
"""Standard deviation of the log-odds by which all answers may be believed too much, or too little."""
UNREST = 0.05
"""Standard deviation by which groups may be better, or worse, than others, for all items moved between them; it goes
with the root of their share. Less than of a forecast, as groups made without each of the folds are taken together."""
SUREST = 0.995
"""No answer is taken to be surer right, or wrong, than this."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A share in [0, 1], an interval that holds 95 % of its posterior, and the number of answers it rests on."""

    value: float
    low: float
    high: float
    answers: int


def estimate_accuracy(
    agree: NDArray[np.bool_],
    believed: NDArray[np.floating],
    sure: NDArray[np.floating],
    confidence: NDArray[np.floating],
    n_groups: int,
    moved: float,
    seed: int,
) -> Estimate:
    """Return the estimated share of items that are in the right group.

    Whether a wrong answer or a wrong group is behind a disagreement cannot be told from how often answers disagree, but
    for each answer by itself it can: how far it is believed says how likely it is to be right, given all others. Where
    an answer disagrees, the prediction is right if the answer is wrong; where it agrees, it is wrong only if the answer
    is, and both name the same of the other groups. So each prediction is right with a known probability; that all
    answers may be believed too much or too little by some factor, which of the predictions are right, and what share
    of all items that stands for, is drawn again and again, and the interval is the shortest that holds 95 % of it.

    Where the model is surer of the items drawn than of all, fewer of all are right, by as much: the difference
    estimator of survey sampling, with confidence as what is known of every item (Särndal, Swensson and Wretman, *Model
    Assisted Survey Sampling*, 1992, section 6.3). It holds in the mean whether confidence does or not. The better
    confidence tells right predictions from wrong ones, the less is left to chance, and the more these answers tell.

    Predictions were made without some of the answers. What those moved is likely to be bettered by them, as much as in
    a forecast (``trust.stopping``). Constants were chosen on sessions over the bundled pictures and CIFAR-10's training
    pictures. O(draws x answers).

    Parameters
    ----------
    agree : (a,) bool
        Of items drawn at random, at least one: whether the answer names the group that is predicted without it.
    believed : (a,) float
        How likely each of these answers is to be right.
    sure : (a,) float
        How sure each of these predictions is.
    confidence : (n,) float
        How sure predictions are of all items that could have been drawn; at least one.
    n_groups : int
        Number of groups k that an answer may name.
    moved : float
        Share of items that are in another group than where they are predicted to be.
    seed : int
        Of the draws.
    """
    rng = np.random.default_rng(seed)
    drawn = draw_right(agree, believed, n_groups, rng)
    prior, asked = CONFIDENCE * float(confidence.mean()), len(agree) / _unexplained(drawn.mean(axis=0), sure)
    right = asked * np.clip(drawn.mean(axis=1) + confidence.mean() - sure.mean(), 0, 1)
    share = rng.beta(right + OUTCOME + prior, asked - right + OUTCOME + CONFIDENCE - prior)
    return estimated(share + draw_gain(moved, rng), len(agree))


def _unexplained(right: NDArray[np.floating], sure: NDArray[np.floating]) -> float:
    """Return what share of the variance of what is right is left beside confidence, at most all of it.

    A tenth of an answer is granted to both, so that where nothing varies nothing is explained.
    """
    value = float(right.mean())
    # A prediction is right or wrong, and so its own square: the mean of (right - sure)^2 less the square of their mean.
    left = float((right * (1 - 2 * sure) + sure**2).mean()) - (value - float(sure.mean())) ** 2
    return min((len(right) * left + 0.1) / (len(right) * value * (1 - value) + 0.1), 1.0)


def draw_right(
    agree: NDArray[np.bool_], believed: NDArray[np.floating], n_groups: int, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Draw which predictions are right (draws, a); see ``estimate_accuracy``."""
    wrong = logit(np.clip(1 - believed, 1 - SUREST, SUREST))
    mistaken = expit(wrong + DOUBT * rng.standard_normal((DRAWS, 1)))
    right: NDArray[np.bool_] = rng.random((DRAWS, len(agree))) < np.where(
        agree, 1 - mistaken / max(n_groups - 1, 1), mistaken
    )
    return right


def draw_gain(moved: float, rng: np.random.Generator) -> Floats:
    """Draw by what share more items the groups shown are right than those that predict (draws,)."""
    gain: Floats = expected_gain(moved) + UNREST * np.sqrt(moved) * rng.standard_normal(DRAWS)
    return gain


def estimated(drawn: Floats, answers: int) -> Estimate:
    """Return the mean of what was drawn for a share, and the shortest interval that holds 95 % of it.

    What was drawn beyond 0 or 1 stands for 0 or 1. The interval is found before, and only then cut there: one that ends
    at 1 would hold all that was drawn beyond, and so leave out more of what lies below.
    """
    drawn = np.sort(drawn)
    held = int(np.ceil(LEVEL * len(drawn)))
    first = int(np.argmin(drawn[held - 1 :] - drawn[: len(drawn) - held + 1]))
    drawn = np.clip(drawn, 0, 1)
    return Estimate(float(drawn.mean()), float(drawn[first]), float(drawn[first + held - 1]), answers)
