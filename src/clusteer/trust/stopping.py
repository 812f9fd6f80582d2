"""Whether more answers are worth their time: a forecast from how much the last ones changed the groups."""

from __future__ import annotations

import math
from dataclasses import dataclass

AHEAD = 15
"""Answers that are looked back on, and ahead."""
GAIN = 0.4
"""What as many more answers gain, for all items moved by the last ones; it goes with the power 1.5 of their share, for
where few are moved these are mostly items at the border, which are not righter for it."""
SPREAD = 0.08
"""Standard deviation of the gain, for all items moved; it goes with the root of their share."""
AT_REST = 0.01
"""Share of items moved below which the groups have come to rest."""


@dataclass(frozen=True)
class Forecast:
    """What the next answers are likely to bring.

    Attributes
    ----------
    answers : int
        How many are looked ahead.
    seconds : float
        What they would cost a person.
    moved : float
        Share of items that the last ones moved to another group.
    gain : float
        Share of items, more than now, that are likely to be in the right group.
    spread : float
        Standard deviation of that.
    at_rest : bool
        Whether more answers of this kind are hardly worth their time.
    """

    answers: int
    seconds: float
    moved: float
    gain: float
    spread: float
    at_rest: bool


def expected_gain(moved: float) -> float:
    """Return what share of items, more than now, is likely to be in the right group, given what answers moved."""
    return GAIN * math.pow(moved, 1.5)


def forecast_gain(moved: float, seconds: float) -> Forecast:
    """Return what 15 more answers are likely to bring, given what the last 15 moved and what an answer costs.

    How much successive groupings differ goes with how much is still to be gained; agreement of answers with the
    grouping does not. The two constants are fits to simulated sessions on the bundled pictures; ``bench run forecast``
    holds them against others.

    Parameters
    ----------
    moved : float
        Share of items in another group than before the last 15 answers, in [0, 1].
    seconds : float
        What one answer costs.
    """
    return Forecast(AHEAD, AHEAD * seconds, moved, expected_gain(moved), SPREAD * math.sqrt(moved), moved < AT_REST)
