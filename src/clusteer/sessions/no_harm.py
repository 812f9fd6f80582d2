"""Whether answers have made the groups better than they were before any, as answers held out tell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clusteer.core.questions import AGAIN
from clusteer.sessions.holding_out import held_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusteer.sessions.session import Session

LEAST = 20
"""Answers below which nothing is said."""
SURE = 1.645
"""Standard errors by which the start must be ahead to be called better: that is one in twenty by chance."""


@dataclass(frozen=True)
class Comparison:
    """The groups, and those before any answer, held against answers that neither was made by.

    Attributes
    ----------
    answers : int
        How many.
    guided, start : float
        Share of them that the groups agree with, and those before any answer.
    harmed : bool
        Whether the start is better, by more than chance would have it.
    """

    answers: int
    guided: float
    start: float
    harmed: bool


def compare_with_start(session: Session) -> Comparison | None:
    """Return how the groups compare with those before any answer; None with fewer than 20 answers to tell by.

    A group of the start is called what most other answered items in it were told to be. Answers are about items that
    strategies choose because the groups waver there, so both shares are lower than accuracy. Six fits.
    """
    answers = [answer for answer in session.ledger.heard if answer.question.purpose != AGAIN]
    held = held_out(session, answers)
    if len(held.items) < LEAST:
        return None
    start = session.unguided().labels
    before = _named(start[held.items], held.told) == held.told
    ahead = held.agree.astype(np.float64) - before
    error = float(ahead.std(ddof=1)) / math.sqrt(len(ahead))
    return Comparison(len(ahead), float(held.agree.mean()), float(before.mean()), bool(ahead.mean() + SURE * error < 0))


def _named(clusters: NDArray[np.int64], told: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each item what most others of its cluster were told to be; -1 where there is no other."""
    counts = np.zeros((int(clusters.max()) + 1, int(told.max()) + 1), np.int64)
    np.add.at(counts, (clusters, told), 1)
    others = counts[clusters]
    others[np.arange(len(told)), told] -= 1
    named: NDArray[np.int64] = np.where(others.any(axis=1), others.argmax(axis=1), -1)
    return named
