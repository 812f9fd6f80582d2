"""What changed: which items moved between two groupings, and because of which answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query
from numpy.typing import NDArray

from clusteer.core.questions import Answer
from clusteer.sessions.words import answer_words
from clusteer.studio.live import Live
from clusteer.studio.shapes import Changes, MoveSeen
from clusteer.studio.studio import Opened
from clusteer.studio.view import View, view_of

router = APIRouter(tags=["changes"])

EXPLAINED = 40
"""Moved items whose causes are looked up; each costs one diffusion over the graph."""
_CAUSES = 3


@dataclass(frozen=True)
class Moved:
    """What moved: the rows (m,), and the group each was in (m,), in today's numbers, -1 for one that is no more."""

    rows: NDArray[np.int64]
    before: NDArray[np.int64]
    since: int


def moved_since(live: Live, view: View, since: int | None) -> Moved:
    """Return what moved since a ledger line, or where none is given since the update before the last."""
    past = [entry for entry in list(live.past) if len(entry.labels) == len(view.labels)]
    shown = view.clustering.answers_upto
    earlier = [entry for entry in past if entry.upto < shown] if since is None else [
        entry for entry in past if entry.upto <= since
    ]  # fmt: skip
    start = earlier[-1] if earlier else past[0] if past else None
    if start is None:
        return Moved(np.zeros(0, np.int64), np.zeros(0, np.int64), shown)
    before = _renumbered(start.labels, view.clustering.labels)[start.labels]
    rows = np.flatnonzero((before != view.labels) & (view.labels >= 0))
    return Moved(rows, before[rows], start.upto)


def _renumbered(before: NDArray[np.int32], now: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each old group the one that holds most of it now, each at most once; -1 where none is left."""
    from scipy.optimize import linear_sum_assignment

    k, m = int(before.max()) + 1, int(now.max()) + 1
    shared = np.bincount(before * m + now, minlength=k * m).reshape(k, m)
    numbers = np.full(k, -1, np.int64)
    old, new = linear_sum_assignment(-shared)
    common = shared[old, new] > 0
    numbers[old[common]] = new[common]
    return numbers


@router.get("/sessions/{name}/changes")
def changes(
    live: Opened,
    since: Annotated[int | None, Query(ge=0, le=2**31, description="Ledger lines at the start.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 500,
) -> Changes:
    """Return what moved since a ledger line, or in the last update, the surest first, each with its causes."""
    view = view_of(live)
    moved = moved_since(live, view, since)
    order = np.argsort(-view.confidence[moved.rows], kind="stable")[:limit].tolist()
    told = [answer for answer in view.ledger.answers if answer.seq > moved.since]
    moves: list[MoveSeen] = []
    for place in order:
        row, origin = int(moved.rows[place]), int(moved.before[place])
        now = int(view.labels[row])
        causes = _causes(live, row, told) if len(moves) < EXPLAINED else told[-1:]
        moves.append(
            MoveSeen.model_validate(
                {
                    "item": view.item(row),
                    "from": origin if origin >= 0 else None,
                    "to": now,
                    "from_name": view.name(origin) if origin >= 0 else "a group that is no more",
                    "to_name": view.name(now),
                    "because": [answer_words(answer, view.ids) for answer in causes],
                }
            )
        )
    return Changes(moves=moves, total=len(moved.rows), since=moved.since, upto=view.clustering.answers_upto)


def _causes(live: Live, row: int, told: list[Answer]) -> list[Answer]:
    """Return which of some answers moved an item: those about it, else about the items that decide its group."""
    if len(told) <= 1:
        return told
    about = [answer for answer in told if row in answer.question.items]
    if about:
        return about[-_CAUSES:]
    weights = dict(live.explain(row))
    weighed = [(max(weights.get(item, 0.0) for item in answer.question.items), answer) for answer in told]
    weighed.sort(key=lambda entry: -entry[0])
    return [answer for weight, answer in weighed[:_CAUSES] if weight > 0] or told[-1:]
