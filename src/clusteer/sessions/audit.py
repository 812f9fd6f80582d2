"""How good the groups of a session are, as answers about items drawn at random tell."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from clusteer.core.errors import InvalidInputError
from clusteer.core.questions import AUDIT
from clusteer.core.seeds import child_seed
from clusteer.sessions.holding_out import held_out
from clusteer.trust.accuracy import Estimate, estimate_accuracy
from clusteer.trust.pairs import estimate_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusteer.sessions.session import Session


FITTED = 200_000
"""Items that groups are made of in all fits together: 20 folds up to 10,000 items, 5 from 40,000 on."""
LEAST = 4
"""Answers that must tell of a group for anything to be said of it alone."""


@dataclass(frozen=True)
class Sureness:
    """How good groups are.

    Attributes
    ----------
    accuracy : Estimate
        Share of all items that are in the right group.
    groups : dict of int to Estimate
        Of each group that four answers or more tell of: share of its items that belong there. Groups that fewer tell of
        are often such as a wrong answer opened, of which the model's own confidence says much too much.
    precision, recall : Estimate or None
        Share of the pairs in one group that belong together, and of the pairs that belong together that are in one
        group; None where too few were asked about.
    """

    accuracy: Estimate
    groups: dict[int, Estimate]
    precision: Estimate | None
    recall: Estimate | None


def audit(session: Session) -> Sureness:
    """Return how good the groups of a session are.

    Audit answers also guide, so each is held against what groups would be without it: they are dealt into folds, and
    groups are made without each of these (cross-fitting), by one fit of the instant engine each. The more folds, the
    nearer these groups are to the groups shown, and the narrower is the interval; a large collection has fewer.

    Raises
    ------
    InvalidInputError
        If no audit question was answered yet.
    """
    clustering, ledger = session.refit(), session.ledger
    folds = min(max(FITTED // ledger.n_items, 5), 20)
    held = held_out(session, [answer for answer in ledger.answers if answer.question.purpose == AUDIT], folds)
    if not len(held.agree):
        raise InvalidInputError(
            f"session {session.name!r} has no answer to an audit question yet; run: clusteer audit {session.name} "
            "--questions 20"
        )
    weights = session.reliability().weights
    believed = np.array([weights[id] for id in held.answers])
    present, open_ = np.ones(ledger.n_items, bool), np.ones(ledger.n_items, bool)
    present[list(ledger.gone)] = False
    open_[ledger.constraints.closure().items] = False
    k, seed = len(ledger.constraints.groups), child_seed(session.row.seed, AUDIT)

    def estimate(rows: NDArray[np.bool_], items: NDArray[np.bool_]) -> Estimate:
        """Join what is estimated of items nobody was asked about with what is believed of the others."""
        asked, others = clustering.confidence[items & ~open_], held.confidence[items & open_]
        if not len(others):
            value = float(asked.mean())
            return Estimate(value, value, value, int(rows.sum()))
        sure = held.confidence[held.items[rows]]
        found = estimate_accuracy(held.agree[rows], believed[rows], sure, others, k, held.moved, seed)
        share, told = len(others) / int(items.sum()), float(asked.sum()) / int(items.sum())
        value, low, high = (share * value + told for value in (found.value, found.low, found.high))
        return _whole(Estimate(value, low, high, found.answers))

    parts = {group: present & (clustering.labels == group) for group in range(clustering.n_clusters)}
    told = np.bincount(held.predicted[held.predicted >= 0], minlength=clustering.n_clusters)
    groups = {
        group: estimate(held.predicted == group, items)
        for group, items in parts.items()
        if items.any() and told[group] >= LEAST
    }
    pairs = estimate_pairs(held.predicted, held.told, believed, k, held.moved, seed)
    precision, recall = (None, None) if pairs is None else map(_whole, pairs)
    return Sureness(estimate(np.ones(len(held.agree), bool), present), groups, precision, recall)


def known_sureness(session: Session) -> Sureness | None:
    """Return how good the groups are; None where no audit answer tells of any, as where each opened a group."""
    try:
        return audit(session)
    except InvalidInputError:
        return None


def _whole(estimate: Estimate) -> Estimate:
    """Return an interval out to whole percent, as it is shown: what is believed of answers is no surer than that."""
    return replace(estimate, low=math.floor(100 * estimate.low) / 100, high=math.ceil(100 * estimate.high) / 100)
