"""What a session says about itself."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints.consistency import Conflict
from clusteer.constraints.demands import Demand
from clusteer.core.clustering import Clustering
from clusteer.core.questions import AUDIT, SKIP, UNSURE, Answer
from clusteer.sessions.ledger import Ledger
from clusteer.sessions.placing import group_columns
from clusteer.sessions.rows import SessionRow
from clusteer.trust.agreement import Agreement, agreement
from clusteer.trust.clashes import Settling, rank_conflicts, settling
from clusteer.trust.group_number import GroupNumber, estimate_group_number
from clusteer.trust.reliability import Reliability


@dataclass(frozen=True)
class Group:
    """One group as it stands: its number, what it is called (empty if nothing), how many items it holds."""

    number: int
    name: str
    size: int


@dataclass(frozen=True)
class Status:
    """Where a session stands.

    Attributes
    ----------
    name, encoder, method, strategy : str
        As the session was made.
    items : int
        Number of items that are there.
    gone : int
        Number of items whose files are gone; their answers stay.
    answers : int
        Standing answers, skipped and unsure ones included.
    audited : int
        Of these, answers to questions about items drawn at random, which tell how good the groups are.
    shown : int
        Questions ever shown.
    open : int
        Questions shown, unanswered and still worth an answer.
    skipped, unsure : int
        Standing answers of these kinds.
    budget : int or None
        Questions the person is willing to answer in all.
    stale : int
        Ledger lines since the last round on disk.
    groups : tuple of Group
        By number.
    group_number : GroupNumber
        How many groups there seem to be in all, those nobody has met yet among them.
    conflicts : tuple of Conflict
        Contradictions, those that most items hang on first; each names the answers on its path.
    at_stake : tuple of int
        How many items hang on each.
    settling : Settling or None
        The answer or declaration without which most contradictions end.
    doubtful : dict of str to float
        Answers that are more likely wrong than right, with the probability that they are right, least first.
    overruled : tuple of str
        Answers that a later one about the same item has overruled: told, but heard no more.
    error_rates : dict of str to float
        Estimated share of wrong answers by annotator.
    agreement : dict of str to Agreement
        By annotator, where there are several: how far the others agree.
    unmet : tuple of Cardinality, Balance or ClusterSizes
        Demands that the current groups do not meet: they cannot, or not yet.
    """

    name: str
    encoder: str
    method: str
    strategy: str
    items: int
    gone: int
    answers: int
    audited: int
    shown: int
    open: int
    skipped: int
    unsure: int
    budget: int | None
    stale: int
    groups: tuple[Group, ...]
    group_number: GroupNumber
    conflicts: tuple[Conflict, ...]
    at_stake: tuple[int, ...]
    settling: Settling | None
    doubtful: dict[str, float]
    overruled: tuple[str, ...]
    error_rates: dict[str, float]
    agreement: dict[str, Agreement]
    unmet: tuple[Demand, ...]


@dataclass(frozen=True)
class Reason:
    """Why an item is where it is.

    Attributes
    ----------
    item : int
        The item.
    group : Group
        Its group.
    confidence : float
        Probability of that group, in [0, 1].
    provenance : {"human", "implied", "model"}
        Whether a person said so, answers imply so, or the model thinks so.
    evidence : tuple of (int, float)
        Answered items that decided it, with their weights, weightiest first.
    answers : tuple of Answer
        Standing answers that speak of the item.
    """

    item: int
    group: Group
    confidence: float
    provenance: str
    evidence: tuple[tuple[int, float], ...]
    answers: tuple[Answer, ...]


def report_status(
    settings: SessionRow,
    ledger: Ledger,
    groups: tuple[Group, ...],
    clustering: Clustering,
    believed: Reliability,
    unmet: tuple[Demand, ...],
    stale: int,
) -> Status:
    """Return where a session stands to whose ledger ``stale`` lines were added since its last round on disk."""
    choices = Counter(answer.choice for answer in ledger.answers)
    clashes = rank_conflicts(ledger.conflicts, ledger.constraints, clustering.labels)
    return Status(
        name=settings.name,
        encoder=settings.encoder,
        method=settings.method,
        strategy=settings.strategy,
        items=ledger.n_items - len(ledger.gone),
        gone=len(ledger.gone),
        answers=len(ledger.answers),
        audited=sum(answer.question.purpose == AUDIT for answer in ledger.answers),
        shown=len(ledger.questions),
        open=len(ledger.unanswered),
        skipped=choices[SKIP],
        unsure=choices[UNSURE],
        budget=settings.budget,
        stale=stale,
        groups=groups,
        group_number=estimate_group_number(
            _told(clustering, ledger), sum(1 - weight for weight in believed.weights.values())
        ),
        conflicts=tuple(conflict for conflict, _ in clashes),
        at_stake=tuple(stake for _, stake in clashes),
        settling=settling(ledger.constraints, believed.weights),
        doubtful={id: believed.weights[id] for id in believed.doubtful() if id not in ledger.overruled},
        overruled=tuple(answer.id for answer in ledger.answers if answer.id in ledger.overruled),
        error_rates=believed.error_rates,
        agreement=agreement(ledger.heard, ledger.constraints),
        unmet=unmet,
    )


def _told(clustering: Clustering, ledger: Ledger) -> NDArray[np.float64]:
    """Return how many answered items each open group has, each counted as far as it is believed to be there."""
    members = ledger.constraints.closure().members
    columns = group_columns(clustering, ledger.constraints)
    return np.array([clustering.proba[members[group], columns[group]].sum() for group in ledger.constraints.groups])


def report_reason(
    item: int,
    clustering: Clustering,
    ledger: Ledger,
    groups: tuple[Group, ...],
    evidence: list[tuple[int, float]],
) -> Reason:
    """Return why an item is in its group, given what the engine weighed."""
    spoken = [
        answer
        for answer in ledger.answers
        if item in (*answer.question.items, *(option[0] for option in answer.question.options))
    ]
    return Reason(
        item=item,
        group=groups[int(clustering.labels[item])],
        confidence=float(clustering.confidence[item]),
        provenance=ledger.provenance(clustering.labels)[item],
        evidence=tuple(evidence),
        answers=tuple(spoken),
    )
