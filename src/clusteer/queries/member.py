"""Building a ``member`` question: one item beside every open group, each shown by items the person answered about."""

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints import ConstraintSet
from clusteer.constraints.from_answers import first_met
from clusteer.core import Clustering, History, Question

EXEMPLARS = 3
TRUSTED = 0.99


def open_options(clustering: Clustering, constraints: ConstraintSet, history: History) -> list[tuple[int, ...]]:
    """Return the exemplars of each open group, groups in the order they were opened so that keys stay in place.

    The leader is the item that opened the group: what the group means stays what its first picture showed, whatever
    wrong answers add later. Up to two more follow, each the farthest from those before it among members the
    clustering hardly doubts. All were answered about, so all carry the same link.
    """
    closure = constraints.closure()
    order = first_met(history.answers)
    place = {int(item): position for position, item in reversed(list(enumerate(order)))}
    options = []
    for component in closure.open_groups(order):
        members = closure.members[component]
        leader = min(members.tolist(), key=lambda item: place.get(item, len(place)))
        options.append(_exemplars(leader, members, clustering))
    return options


def _exemplars(leader: int, members: NDArray[np.int64], clustering: Clustering) -> tuple[int, ...]:
    shown = [leader]
    trusted = members[clustering.proba[members, clustering.labels[leader]] >= TRUSTED]
    embedding = clustering.index.embedding
    while len(shown) < min(EXEMPLARS, len(trusted)):
        likeness = (embedding[trusted] @ embedding[shown].T).max(axis=1)
        candidate = int(trusted[np.argmin(likeness)])
        if candidate in shown:
            break
        shown.append(candidate)
    return tuple(shown)


def candidates(clustering: Clustering, constraints: ConstraintSet, history: History) -> NDArray[np.int64]:
    """Return the items worth a ``member`` question: not answered about, not deferred, not barred, not being asked."""
    asked = np.ones(len(clustering.labels), bool)
    asked[constraints.closure().items] = False
    asked[[*history.deferred, *history.barred]] = False
    return np.flatnonzero(asked)


def member_question(
    item: int, options: list[tuple[int, ...]], clustering: Clustering, score: float, why: str
) -> Question:
    """Ask with which of all open groups an item goes; "none" then opens a new one."""
    return Question(
        id="",
        kind="member",
        items=(item,),
        options=tuple(options),
        exhaustive=True,
        round=clustering.round,
        score=score,
        why=why,
    )
