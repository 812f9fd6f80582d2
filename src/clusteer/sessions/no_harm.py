"""Whether answers have made the groups better than they were before, as answers held out tell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clusteer.core.questions import AGAIN
from clusteer.sessions.earlier import last_round
from clusteer.sessions.holding_out import held_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusteer.sessions.session import Session

FOLDS = 5
"""Answers are held against groups made without a fifth of them."""
LEAST = 20
"""Answers below which nothing is said."""
SURE = 1.645
"""Standard errors by which the start must be ahead to be called better: that is one in twenty by chance."""


@dataclass(frozen=True)
class Comparison:
    """The groups, and those before, held against answers that none of them was made by.

    Attributes
    ----------
    answers : int
        How many.
    guided, start : float
        Share of them that the groups agree with, and those before any answer.
    harmed : bool
        Whether the start is better, by more than chance would have it.
    round : int or None
        Number of the last round that answers have followed; None where there is none.
    last : float or None
        Share of the answers that its groups agree with.
    worsened : bool
        Whether its groups are better, by more than chance would have it.
    """

    answers: int
    guided: float
    start: float
    harmed: bool
    round: int | None = None
    last: float | None = None
    worsened: bool = False


def compare_with_earlier(session: Session) -> Comparison | None:
    """Return how the groups compare with those before any answer and with those of the last round.

    None with fewer than 20 answers to tell by. A group of the start is called what most other answered items in it were
    told to be. Answers are about items that strategies choose because the groups waver there, so all shares are lower
    than accuracy. Six fits, and five more where there is a round.
    """
    answers = [answer for answer in session.ledger.heard if answer.question.purpose != AGAIN]
    held = held_out(session, answers, FOLDS)
    if len(held.items) < LEAST:
        return None
    start = session.unguided().labels
    before = _named(start[held.items], held.told) == held.told
    shares = len(held.items), float(held.agree.mean()), float(before.mean()), _surely_better(before, held.agree)
    row = last_round(session)
    if row is None:
        return Comparison(*shares)
    last = held_out(session, answers, FOLDS, row.answers_upto).agree
    return Comparison(*shares, row.number, float(last.mean()), _surely_better(last, held.agree))


def _surely_better(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> bool:
    """Return whether the first is right of more answers, by more than chance would have it."""
    ahead = one.astype(np.float64) - other
    return bool(ahead.mean() > SURE * float(ahead.std(ddof=1)) / math.sqrt(len(ahead)))


def _named(clusters: NDArray[np.int64], told: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each item what most others of its cluster were told to be; -1 where there is no other."""
    counts = np.zeros((int(clusters.max()) + 1, int(told.max()) + 1), np.int64)
    np.add.at(counts, (clusters, told), 1)
    others = counts[clusters]
    others[np.arange(len(told)), told] -= 1
    named: NDArray[np.int64] = np.where(others.any(axis=1), others.argmax(axis=1), -1)
    return named
