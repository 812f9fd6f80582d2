"""How good the groups of a session are, as answers about items drawn at random tell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clusteer.constraints.from_answers import from_answers
from clusteer.core.errors import InvalidInputError
from clusteer.core.questions import AGAIN, AUDIT, NONE, SKIP, UNSURE
from clusteer.core.seeds import child_seed
from clusteer.sessions.placing import group_columns
from clusteer.trust.accuracy import Errors, Estimate, estimate_accuracy
from clusteer.trust.pairs import estimate_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusteer.core.clustering import Clustering
    from clusteer.sessions.ledger import Ledger
    from clusteer.sessions.session import Session

_MOST_WRONG = 0.4
"""Share of wrong answers beyond which pairs would tell nothing."""
FOLDS = 5
"""Each audit answer is held against groups made without a fifth of the audit answers, its own among them."""


@dataclass(frozen=True)
class Sureness:
    """How good groups are.

    Attributes
    ----------
    accuracy : Estimate
        Share of all items that are in the right group.
    groups : dict of int to Estimate
        Of each group: share of its items that belong there.
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

    Audit answers also guide, so each is held against what groups would be without it: they are dealt into five folds,
    and groups are made without each of these (cross-fitting). Five fits of the instant engine.

    Raises
    ------
    InvalidInputError
        If no audit question was answered yet.
    """
    clustering, ledger = session.refit(), session.ledger
    held = _held(session, clustering, ledger)
    if not len(held.agree):
        raise InvalidInputError(
            f"session {session.name!r} has no answer to an audit question yet; run: clusteer audit {session.name} "
            "--questions 20"
        )
    believed = session.reliability().weights
    errors = Errors(sum(1 - weight for weight in believed.values()), len(believed))
    present, open_ = np.ones(ledger.n_items, bool), np.ones(ledger.n_items, bool)
    present[list(ledger.gone)] = False
    open_[ledger.constraints.closure().items] = False
    k, seed = len(ledger.constraints.groups), child_seed(session.row.seed, AUDIT)

    def estimate(rows: NDArray[np.bool_], items: NDArray[np.bool_]) -> Estimate:
        """Join what is estimated of items nobody was asked about with what is believed of the others."""
        asked, sure = clustering.confidence[items & ~open_], clustering.confidence[items & open_]
        if not len(sure):
            believed = float(asked.mean())
            return Estimate(believed, believed, believed, int(rows.sum()))
        found = estimate_accuracy(held.agree[rows], held.confidence[rows], sure, k, errors, seed)
        share, told = len(sure) / int(items.sum()), float(asked.sum()) / int(items.sum())
        value, low, high = (share * value + told for value in (found.value, found.low, found.high))
        # Out to whole percent, as it is shown: what is believed of answers is no surer than that.
        return Estimate(value, math.floor(100 * low) / 100, math.ceil(100 * high) / 100, found.answers)

    parts = {group: present & (clustering.labels == group) for group in range(clustering.n_clusters)}
    groups = {group: estimate(held.predicted == group, items) for group, items in parts.items() if items.any()}
    rate = min(errors.wrong / max(errors.given, 1), _MOST_WRONG)
    precision, recall = estimate_pairs(held.predicted, held.told, k, rate) or (None, None)
    return Sureness(estimate(np.ones(len(held.agree), bool), present), groups, precision, recall)


@dataclass(frozen=True, eq=False)
class _Held:
    """Audit answers held against groups made without them: how sure these were, which was predicted, and which told."""

    confidence: NDArray[np.float64]
    predicted: NDArray[np.int64]
    told: NDArray[np.int64]

    @property
    def agree(self) -> NDArray[np.bool_]:
        """Whether each answer names the group that was predicted."""
        agree: NDArray[np.bool_] = self.predicted == self.told
        return agree


def _held(session: Session, clustering: Clustering, ledger: Ledger) -> _Held:
    """Hold each audit answer that names a group against the groups without its fold, as numbers of the session's.

    Without the answer that opened a group there is no such group; those are not held against anything.
    """
    columns, closure = group_columns(clustering, ledger.constraints), ledger.constraints.closure()
    openers = set(ledger.constraints.leaders)
    said: dict[str, tuple[int, int]] = {}
    for answer in ledger.answers:
        if answer.question.purpose == AUDIT and answer.choice not in (SKIP, UNSURE):
            item = named = answer.question.items[0]
            if answer.id in ledger.overruled:
                # What was said first counts, for it is not by chance who is asked again.
                if answer.choice == NONE:
                    continue  # The group that it opened is gone.
                named = answer.question.options[int(answer.choice) - 1][0]
            if (component := closure.component_of(named)) in columns and item not in openers:
                said[answer.id] = (item, columns[component])
    fold = np.random.default_rng(child_seed(session.row.seed, "folds")).permutation(len(said)) % FOLDS
    of = dict(zip(said, fold.tolist(), strict=True))
    engine, found = session.new_engine(), []
    for number in sorted(set(of.values())):
        tested = {said[id][0] for id in said if of[id] == number}
        kept = [
            answer
            for answer in ledger.heard
            if of.get(answer.id) != number
            and not (answer.question.purpose == AGAIN and answer.question.items[0] in tested)
        ]
        constraints = from_answers(kept, ledger.n_items, ledger.contradicted, ledger.declared).deduced()
        without = engine.fit_index(session.index, constraints).clustering(0, 0)
        own = {
            column: columns.get(closure.component_of(int(constraints.closure().members[component][0])), -1)
            for component, column in group_columns(without, constraints).items()
            if component is not None
        }
        for id in (id for id in said if of[id] == number):
            item, group = said[id]
            found.append((float(without.confidence[item]), own.get(int(without.labels[item]), -1), group))
    confidence, predicted, told = zip(*found, strict=True) if found else ((), (), ())
    return _Held(np.array(confidence, float), np.array(predicted, np.int64), np.array(told, np.int64))
