"""What the next answers of a session are likely to bring."""

from __future__ import annotations

from statistics import fmean, median
from typing import TYPE_CHECKING

import numpy as np

from clusteer.metrics import accuracy
from clusteer.queries.costs import human_seconds
from clusteer.trust.stopping import AHEAD, Forecast, forecast_gain

if TYPE_CHECKING:
    from clusteer.sessions.ledger import Ledger
    from clusteer.sessions.session import Session

MOST = 0.5
"""Share of the items spoken of that must hang together with a group for anything to be foreseen."""


def forecast(session: Session) -> Forecast | None:
    """Return what 15 more answers are likely to bring.

    The groups are made once more without the last 15 answers: one fit of the instant engine. None is returned before 30
    are told, and where most items spoken of hang together with no group: the engine learns nothing from such pairs, so
    that they moved nothing does not say that nothing is to be gained.
    """
    now, ledger = session.refit().labels, session.ledger
    if len(ledger.standing) < 2 * AHEAD or _placed(ledger) < MOST:
        return None
    earlier = ledger.upto(ledger.standing[-AHEAD].seq - 1).constraints
    before = session.new_engine().fit_index(session.index, earlier).clustering(0, 0).labels
    present = np.setdiff1d(np.arange(ledger.n_items), list(ledger.gone))
    return forecast_gain(1 - accuracy(before[present], now[present]), _seconds(ledger))


def _placed(ledger: Ledger) -> float:
    """Return the share of the items spoken of that hang together with a group."""
    closure, groups = ledger.constraints.closure(), ledger.constraints.groups
    return float(np.isin(closure.component, groups).mean()) if groups else 0.0


def _seconds(ledger: Ledger) -> float:
    """Return what an answer costs: the median of what was measured, else what such answers are reckoned to cost."""
    measured = [answer.seconds for answer in ledger.answers if answer.seconds is not None]
    if measured:
        return median(measured)
    return fmean(human_seconds(answer.question, answer.choice) for answer in ledger.answers)
