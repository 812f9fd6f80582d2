"""How sure the labels may claim to be: one power for all probabilities, fitted to answers that were each left out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clusteer.methods.answer_posterior import AnswerPosterior
from clusteer.methods.seeds import Seeds

PROBES = 8
"""Columns in which the answered items' responses to themselves are found."""
POWERS = (0.5, 0.7, 1.0, 1.4, 2.0, 2.8)
STIFFNESS = 1.0
"""Nats that a power e times larger or smaller than 1 must gain to be believed."""


class Probes:
    """Seeds that tell what (m,) items receive from themselves when labels diffuse.

    Exact for up to 8 items. Beyond, several share a column with random signs, so that what they send each other
    cancels on average. 8 columns for any m.
    """

    def __init__(self, items: NDArray[np.int64]) -> None:
        self._items = items
        self._columns = np.arange(len(items)) % PROBES
        # RandomState, because NumPy has frozen its streams: a session reopened years later says the same.
        self._signs = np.where(np.random.RandomState(0).rand(len(items)) < 0.5, -1, 1).astype(np.float32)

    def plant(self, n: int) -> NDArray[np.float32]:
        """Return the columns (n, at most 8) to be diffused."""
        seeds = np.zeros((n, min(PROBES, len(self._items))), np.float32)
        seeds[self._items, self._columns] = self._signs
        return seeds

    def read(self, spread: NDArray[np.float32], alpha: float) -> NDArray[np.float64]:
        """Return the response of each item to a seed at itself (m,), given what became of the columns."""
        responses = spread[self._items, self._columns] * self._signs
        return np.clip(responses.astype(np.float64), 1 - alpha, 1)


def fit_power(
    seeds: Seeds, posterior: AnswerPosterior, received: NDArray[np.float32], own: NDArray[np.float64]
) -> float:
    """Return the power of the probabilities under which the answers, each left out, are likeliest.

    Answers count by the share of the collection they stand for, as in the posterior.

    Parameters
    ----------
    seeds : Seeds
        m answered items.
    posterior : AnswerPosterior
        What is believed of them.
    received : (m, k) float32
        What diffuses to each answered item, by group, every group's total over the collection being 1.
    own : (m, k) float64
        What each receives from itself, in the same measure.
    """
    left = np.maximum(received - own, 0) * posterior.shares + 1e-12
    logs = np.log(left)
    m, k = logs.shape

    def gain(power: float) -> float:
        raised = np.exp(power * (logs - logs.max(axis=1, keepdims=True)))
        told = raised[np.arange(m), seeds.groups] / raised.sum(axis=1)
        likelihood = np.log((1 - posterior.error_rate) * told + posterior.error_rate / k)
        return float(m * posterior.importance @ likelihood) - STIFFNESS * float(np.log(power)) ** 2

    return max(POWERS, key=gain)
