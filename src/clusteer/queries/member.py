"""Building a ``member`` question: one item beside every open group, each shown by items the person answered about."""

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints import ConstraintSet
from clusteer.core import Clustering, History, Question

EXEMPLARS = 3
TRUSTED = 0.99
SUREST = 100
ESTABLISHED, SETTLED = 10, 50
"""Members, and answered items in all, from which on a group shows more than its leader: among fewer, a wrong answer may
still look right, and once shown it would draw its whole class into the group."""


def open_options(
    clustering: Clustering, constraints: ConstraintSet, gone: frozenset[int] = frozenset()
) -> dict[int, tuple[int, ...]]:
    """Return component and exemplars of each open group, in the order they were opened so that keys stay in place.

    The leader is the item that opened the group: what the group means stays what its first picture showed, whatever
    wrong answers add later. Up to two more follow, each the farthest from those before it among members that can be
    relied on. All were answered about, so all carry the same link. Items that are gone cannot be shown: the next that
    was answered about stands for a leader, and a group of which nothing is left is not on offer.
    """
    closure = constraints.closure()
    options = {}
    for leader, group in zip(constraints.leaders, constraints.groups, strict=True):
        members = closure.members[group]
        present = np.setdiff1d(members, list(gone)) if gone else members
        if len(present):
            first = leader if leader not in gone else next(i for i in constraints.touched.tolist() if i in present)
            others = closure.items[closure.component != group]
            established = len(present) >= ESTABLISHED and len(closure.items) >= SETTLED
            options[group] = _exemplars(first, present, others, clustering) if established else (first,)
    return options


def _exemplars(
    leader: int, members: NDArray[np.int64], others: NDArray[np.int64], clustering: Clustering
) -> tuple[int, ...]:
    shown = [leader]
    relied_on = _relied_on(clustering.labels[leader], members, others, clustering)
    embedding = clustering.index.embedding
    while len(shown) < min(EXEMPLARS, len(relied_on)):
        likeness = (embedding[relied_on] @ embedding[shown].T).max(axis=1)
        candidate = int(relied_on[np.argmin(likeness)])
        if candidate in shown:
            break
        shown.append(candidate)
    return tuple(shown)


def _relied_on(
    label: np.int64, members: NDArray[np.int64], others: NDArray[np.int64], clustering: Clustering
) -> NDArray[np.int64]:
    """Return the members that the clustering hardly doubts, less than most, and that look most like other members.

    The farthest among all members would often be the one that a wrong answer put there, and once it is shown, its whole
    class is told to belong. Of large groups the hundred surest are looked at.
    """
    trust = clustering.proba[members, label]
    surest = np.argsort(-trust, kind="stable")[:SUREST]
    trusted = np.sort(members[surest[trust[surest] >= max(TRUSTED, float(np.median(trust)))]])
    if not len(others):
        return trusted
    embedding = clustering.index.embedding
    alike = embedding[trusted] @ embedding[members].T
    alike[trusted[:, None] == members] = -1
    borne_out: NDArray[np.bool_] = alike.max(axis=1) > (embedding[trusted] @ embedding[others].T).max(axis=1)
    return trusted[borne_out]


def candidates(clustering: Clustering, constraints: ConstraintSet, history: History) -> NDArray[np.int64]:
    """Return the items worth a ``member`` question: in no open group, not deferred, not barred, not gone."""
    worth = np.ones(len(clustering.labels), bool)
    closure = constraints.closure()
    worth[closure.items[np.isin(closure.component, constraints.groups)]] = False
    worth[[*history.deferred, *history.barred, *history.gone]] = False
    return np.flatnonzero(worth)


def member_question(
    item: int,
    options: dict[int, tuple[int, ...]],
    constraints: ConstraintSet,
    clustering: Clustering,
    score: float,
    why: str,
) -> Question:
    """Ask with which open group an item goes; "none" then opens a new one, for it is apart from all.

    Groups that the item is already known not to be in are left out. Where a group cannot be shown, "none" opens none.
    """
    closure = constraints.closure()
    component = closure.component_of(item)
    offered = [
        exemplars for group, exemplars in options.items() if component is None or not closure.apart(component, group)
    ]
    return Question(
        id="",
        kind="member",
        items=(item,),
        options=tuple(offered),
        exhaustive=len(options) == len(constraints.groups),
        round=clustering.round,
        score=score,
        why=why,
    )
