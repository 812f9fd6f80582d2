"""Clashes and doubts: answers that contradict each other or all others. They never block; each may be asked again."""

from typing import TYPE_CHECKING

from fastapi import APIRouter

from clusteer.core.errors import NotFoundError
from clusteer.sessions.words import answer_words, conflict_words
from clusteer.studio.shapes import QuestionOut
from clusteer.studio.studio import Opened
from clusteer.studio.trust_shapes import Agreement, Clash, ClashStep, Contradicted, Doubt, Reask
from clusteer.studio.view import View, view_of

if TYPE_CHECKING:
    from clusteer.constraints.consistency import Conflict
    from clusteer.core.questions import Answer

router = APIRouter(tags=["clashes"])
MOST = 50
"""Doubtful answers shown at a time."""


@router.get("/sessions/{name}/clashes")
def clashes(live: Opened) -> list[Clash]:
    """Return every contradiction as its shortest path, those that most items hang on first."""
    from clusteer.sessions.believing import believed_answers
    from clusteer.trust.clashes import rank_conflicts, settling

    view = view_of(live)
    ledger, constraints = view.ledger, view.ledger.constraints
    settles = {}
    if len(ledger.conflicts) > 1:
        best = settling(constraints, believed_answers(ledger, view.clustering).weights)
        settles = {} if best is None else {best.source: best.settled}
    ranked = rank_conflicts(ledger.conflicts, constraints, view.clustering.labels)
    return [_clash(view, conflict, at_stake, settles) for conflict, at_stake in ranked]


@router.get("/sessions/{name}/doubts")
def doubts(live: Opened) -> list[Doubt]:
    """Return the answers that are more likely wrong than right, at most fifty, the least believed first."""
    from clusteer.sessions.believing import believed_answers

    view = view_of(live)
    believed = believed_answers(view.ledger, view.clustering)
    answers = {answer.id: answer for answer in view.ledger.heard}
    return [
        Doubt(
            answer=id,
            annotator=answers[id].annotator,
            words=answer_words(answers[id], view.ids),
            right=believed.weights[id],
            items=view.rows(_shown(answers[id])),
        )
        for id in believed.doubtful()
        if id in answers
    ][:MOST]


def _shown(answer: "Answer") -> list[int]:
    """Return what an answer is about, and the exemplars of the group it chose."""
    question, choice = answer.question, answer.choice
    chosen = question.options[int(choice) - 1] if question.kind == "member" and choice.isdecimal() else ()
    return [*question.items, *chosen]


@router.get("/sessions/{name}/agreement")
def people(live: Opened) -> list[Agreement]:
    """Return for each person how far the others agree; nothing where fewer than two people answered."""
    from clusteer.trust.agreement import agreement

    view = view_of(live)
    return [
        Agreement(
            annotator=person,
            compared=found.compared,
            disagreed=[Contradicted(answer=id, words=view.source_words(id)) for id in found.disagreed],
        )
        for person, found in agreement(view.ledger.heard, view.ledger.constraints).items()
    ]


@router.post("/sessions/{name}/clashes/reask")
def reask(live: Opened, wanted: Reask) -> QuestionOut:
    """Return the question behind an answer; answering it again replaces the answer."""
    view = view_of(live)
    for answer in view.ledger.answers:
        if answer.id == wanted.answer:
            return view.question(answer.question)
    raise NotFoundError(f"there is no standing answer {wanted.answer!r} to ask again")


def _clash(view: View, conflict: "Conflict", at_stake: int, settles: dict[str, int]) -> Clash:
    sources = [*((source, True) for source in conflict.together), (conflict.apart, False)]
    return Clash(
        id="-".join((conflict.apart, *conflict.together)),
        items=view.rows(conflict.items),
        steps=[
            ClashStep(answer=source, words=view.source_words(source), together=together, settles=settles.get(source, 0))
            for source, together in sources
        ],
        sentence=conflict_words(conflict, view.ids),
        at_stake=at_stake,
    )
