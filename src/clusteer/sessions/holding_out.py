"""Answers held against groups that were made without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clusteer.constraints.from_answers import from_answers
from clusteer.core.questions import AGAIN, NONE, SKIP, UNSURE
from clusteer.core.seeds import child_seed
from clusteer.sessions.placing import group_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusteer.core.questions import Answer
    from clusteer.sessions.session import Session


@dataclass(frozen=True, eq=False)
class HeldOut:
    """m answers held against groups made without them, as numbers of the session's groups.

    Attributes
    ----------
    answers : tuple of str
        Their ids.
    items : (m,) int64
        The items they are about.
    predicted, told : (m,) int64
        Which group was predicted, -1 for one that the session has not, and which was told.
    confidence : (n,) float64
        How sure the predicted groups of all items are; of those held out without the answers of their fold, of all
        others in the mean.
    moved : float
        Share of the items nobody was asked about that are in another group than where they are predicted to be.
    """

    answers: tuple[str, ...]
    items: NDArray[np.int64]
    predicted: NDArray[np.int64]
    told: NDArray[np.int64]
    confidence: NDArray[np.float64]
    moved: float

    @property
    def agree(self) -> NDArray[np.bool_]:
        """Whether each answer names the group that was predicted."""
        agree: NDArray[np.bool_] = self.predicted == self.told
        return agree


def held_out(session: Session, answers: Sequence[Answer], folds: int, upto: int | None = None) -> HeldOut:
    """Hold some answers about the group of an item against groups made without them (cross-fitting).

    They are dealt into so many folds, and the instant engine fits without each. Without the answer that opened a group
    there is no such group; those are not held against anything. What was said first counts, and not what was said when
    the item was asked about again, for it is not by chance who is asked again. With ``upto`` the groups are those that
    so many lines of the ledger make, less the fold.
    """
    clustering, ledger = session.refit(), session.ledger
    columns, closure = group_columns(clustering, ledger.constraints), ledger.constraints.closure()
    openers = set(ledger.constraints.leaders)
    said: dict[str, tuple[int, int]] = {}
    for answer in answers:
        if answer.question.kind == "member" and answer.choice not in (SKIP, UNSURE) and answer.source != "cluster":
            item = named = answer.question.items[0]
            if answer.id in ledger.overruled:
                if answer.choice == NONE:
                    continue  # The group that it opened is gone.
                named = answer.question.options[int(answer.choice) - 1][0]
            if (component := closure.component_of(named)) in columns and item not in openers:
                said[answer.id] = (item, columns[component])
    dealt = np.random.default_rng(child_seed(session.row.seed, "folds")).permutation(len(said)) % folds
    of = dict(zip(said, dealt.tolist(), strict=True))
    open_ = np.ones(ledger.n_items, bool)
    open_[closure.items] = False
    # Of a group that no answer opened it cannot be said which one it was before.
    labels = np.where(np.isin(clustering.labels, list(columns.values())), clustering.labels, -1)
    engine, found, moved, confidence = session.new_engine(), [], [], np.zeros(ledger.n_items)
    for number in sorted(set(of.values())):
        fold = {id: said[id] for id in said if of[id] == number}
        tested = {item for item, _ in fold.values()}
        kept = [
            answer
            for answer in ledger.heard
            if (upto is None or answer.seq <= upto)
            and answer.id not in fold
            and not (answer.question.purpose == AGAIN and answer.question.items[0] in tested)
        ]
        constraints = from_answers(kept, ledger.n_items, ledger.contradicted, ledger.declared).deduced()
        without = engine.fit_index(session.index, constraints).clustering(0, 0)
        own = np.full(without.n_clusters, -1)
        for leader, column in zip(constraints.leaders, group_columns(without, constraints).values(), strict=True):
            own[column] = columns.get(closure.component_of(leader), -1)
        predicted = own[without.labels]
        confidence += without.confidence
        moved.append(float((predicted != labels)[open_].mean()) if open_.any() else 0.0)
        found += [(id, item, predicted[item], group, without.confidence[item]) for id, (item, group) in fold.items()]
    ids, items, groups, told, sure = zip(*found, strict=True) if found else ((),) * 5
    confidence /= max(len(moved), 1)
    confidence[list(items)] = sure
    return HeldOut(
        ids,
        np.array(items, np.int64),
        np.array(groups, np.int64),
        np.array(told, np.int64),
        confidence,
        float(np.mean(moved)) if moved else 0.0,
    )
