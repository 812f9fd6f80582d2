"""Answers: told, listed, taken back."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from clusteer.core.errors import NotFoundError
from clusteer.sessions.steps import last_step
from clusteer.sessions.words import answer_words, declaration_words
from clusteer.studio.shapes import AnswerIn, AnswerOut, Told, Undone
from clusteer.studio.studio import Opened
from clusteer.studio.view import view_of

router = APIRouter(tags=["answers"])


@router.post("/sessions/{name}/answers")
def tell(live: Opened, told: AnswerIn) -> Told:
    """Record an answer; it is on disk when this returns. The same answer told twice is one answer."""
    with live.session() as session:
        answer = session.tell(told.question, told.choice, told.annotator, told.seconds)
        return Told(answer=answer.id, ledger=len(session.ledger.lines))


@router.get("/sessions/{name}/answers")
def recent(live: Opened, limit: Annotated[int, Query(ge=1, le=1_000)] = 20) -> list[AnswerOut]:
    """Return the last standing answers in words, the newest first."""
    view = view_of(live)
    return [view.answer(answer) for answer in view.ledger.answers[: -limit - 1 : -1]]


@router.delete("/sessions/{name}/answers/last")
def undo(live: Opened, annotator: Annotated[str, Query(max_length=100)] = "") -> Undone:
    """Take back the last thing a person said: an answer, whose question is open again, or a whole edit."""
    with live.session() as session:
        step = last_step(session.ledger, annotator)
        answer = session.undo(annotator)
        words = answer_words(answer, [item.path for item in session.items])
    if step is not None and len(step.told) + len(step.withdrawn) > 1:
        return Undone(answer=answer.id, words=f"{words}, and all else that this edit said")
    view = view_of(live)
    asked = answer.question.id in {row.question.id for row in view.ledger.unanswered}
    return Undone(answer=answer.id, words=words, question=view.question(answer.question) if asked else None)


@router.delete("/sessions/{name}/answers/{id}")
def retract(
    live: Opened, id: Annotated[str, Path(max_length=20)], annotator: Annotated[str, Query(max_length=100)] = ""
) -> Undone:
    """Take back an answer (a12), or something declared (d3)."""
    with live.session() as session:
        ids = [item.path for item in session.items]
        declared = {row.id: row for row in session.ledger.standing_declarations}
        if id in declared:
            session.declare("retract", {"declaration": declared[id].number}, annotator)
            return Undone(answer=id, words=declaration_words(declared[id], ids))
        answer = next((answer for answer in session.ledger.answers if answer.id == id), None)
        if answer is None:
            raise NotFoundError(
                f"there is no standing answer {id!r}; those there are: /api/sessions/{live.name}/answers"
            )
        session.retract(id, annotator)
        return Undone(answer=id, words=answer_words(answer, ids))
