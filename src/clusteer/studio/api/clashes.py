"""Clashes: answers that contradict each other. They never block; one of them is taken back or asked again."""

from typing import TYPE_CHECKING

from fastapi import APIRouter

from clusteer.core.errors import NotFoundError
from clusteer.sessions.words import conflict_words
from clusteer.studio.shapes import Clash, ClashStep, QuestionOut, Reask
from clusteer.studio.studio import Opened
from clusteer.studio.view import View, view_of

if TYPE_CHECKING:
    from clusteer.constraints.consistency import Conflict

router = APIRouter(tags=["clashes"])


@router.get("/sessions/{name}/clashes")
def clashes(live: Opened) -> list[Clash]:
    """Return every contradiction as its shortest path, the shortest first."""
    view = view_of(live)
    return [_clash(view, conflict) for conflict in view.ledger.conflicts]


@router.post("/sessions/{name}/clashes/reask")
def reask(live: Opened, wanted: Reask) -> QuestionOut:
    """Return the question behind an answer; answering it again replaces the answer."""
    view = view_of(live)
    for answer in view.ledger.answers:
        if answer.id == wanted.answer:
            return view.question(answer.question)
    raise NotFoundError(f"there is no standing answer {wanted.answer!r} to ask again")


def _clash(view: View, conflict: "Conflict") -> Clash:
    steps = [ClashStep(answer=source, words=view.source_words(source), together=True) for source in conflict.together]
    steps.append(ClashStep(answer=conflict.apart, words=view.source_words(conflict.apart), together=False))
    return Clash(
        id="-".join((conflict.apart, *conflict.together)),
        items=view.rows(conflict.items),
        steps=steps,
        sentence=conflict_words(conflict, view.ids),
    )
