"""Answers from elsewhere: labels somebody has given already, and what another session was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clusteer.core.questions import ALL, NONE, SAME, SKIP, UNSURE, Answer, Question, outside, page_choice
from clusteer.sessions.declaring import moved
from clusteer.sessions.places import FOLDER
from clusteer.sessions.settings import check_printable

if TYPE_CHECKING:
    from pathlib import Path

    from clusteer.sessions.rows import Declaration
    from clusteer.sessions.session import Session

SOURCE = "import"
"""The source of every answer that is imported."""


@dataclass(frozen=True)
class Imported:
    """What an import brought.

    Attributes
    ----------
    answers : int
        Answers recorded.
    declarations : int
        Names and demands recorded.
    known : int
        Labelled items, or answers, that said nothing new.
    lost : int
        Answers and declarations left out because items they speak of are not in this collection.
    """

    answers: int
    declarations: int
    known: int = 0
    lost: int = 0


def import_labels(session: Session, labels: Mapping[int, str], annotator: str = "") -> Imported:
    """Record labels as answers and their words as names of the groups.

    The first item of each label stands for it: it is told apart from those of the labels before it, and every other
    item of the label is told to be the same. Links that the session implies already are left out, so that the same
    labels imported twice are recorded once.

    Parameters
    ----------
    session : Session
        Where to.
    labels : mapping of int to str
        Row of some items, and the label of each.
    annotator : str
        Who gave them.
    """
    for label in labels.values():
        check_printable("a label", label)
    closure = session.constraints.closure()
    first: dict[str, int] = {}
    told: list[Answer] = []
    known = 0
    for item, label in labels.items():
        leader = first.setdefault(label, item)
        if leader != item:
            question, choice = Question("", "same", (leader, item), why=f"Both were labelled {label!r}."), SAME
            settled = closure.same(leader, item) is True
        else:
            others = [other for other in first.values() if other != item and closure.same(other, item) is not False]
            options = tuple((other,) for other in others)
            question, choice = Question("", "member", (item,), options, why=f"The first labelled {label!r}."), NONE
            settled = not options
        if settled:
            known += leader != item
            continue
        told.append(Answer(question, choice, annotator, SOURCE))
    said = [row.value for row in session.ledger.standing_declarations if row.kind == "name"]
    names: list[Declaration] = [{"item": item, "name": label} for label, item in first.items()]
    fresh = [value for value in names if value not in said]
    session.store.add_told(session.row.id, told, [("name", value, annotator) for value in fresh])
    return Imported(len(told), len(fresh), known)


def import_replay(session: Session, path: Path) -> Imported:
    """Record what another session was told of items that this one has too, told apart by their content.

    A question that shows an item this collection lacks is asked of the rest of what it shows, where that still makes
    sense: an exemplar may be missing, an item of a page, an option that was passed over.

    Parameters
    ----------
    session : Session
        Where to.
    path : Path
        A replay.json of an export.

    Raises
    ------
    NotFoundError, InvalidInputError
        If there is no such file, or it is no replay.
    """
    from clusteer.sessions.replay import recorded_past

    past = recorded_past(path, session.images)
    have = {(_shown(answer.question), answer.choice, answer.annotator) for answer in session.ledger.answers}
    told: list[Answer] = []
    known = lost = 0
    for answer in past.answers:
        kept = _cut(answer)
        if kept is None:
            lost += 1
        elif (_shown(kept.question), kept.choice, kept.annotator) in have:
            known += 1
        else:
            told.append(replace(kept, source=SOURCE))
    said = {(row.kind, repr(row.value)) for row in session.ledger.standing_declarations}
    fresh = []
    for kind, value, annotator in past.declarations:
        if kind in ("n_clusters", FOLDER):
            continue  # How many groups there are, and where files are, is a matter of this collection.
        try:
            here = moved(value, past.row_of)
        except LookupError:
            lost += 1
            continue
        if (kind, repr(here)) in said:
            known += 1
        else:
            fresh.append((kind, here, annotator))
    session.store.add_told(session.row.id, told, fresh)
    return Imported(len(told), len(fresh), known, lost)


def _shown(question: Question) -> tuple[str, tuple[int, ...], tuple[tuple[int, ...], ...]]:
    return question.kind, question.items, question.options


def _cut(answer: Answer) -> Answer | None:
    """Return an answer over the items that are here, the others being numbered -1; None where nothing is left."""
    question, choice = answer.question, answer.choice
    options = [tuple(item for item in option if item >= 0) for option in question.options]
    items = tuple(item for item in question.items if item >= 0)
    if question.kind == "page":
        if not items or not options[0]:
            return None
        cut = replace(question, items=items, options=tuple(options))
        if choice in (ALL, SKIP, UNSURE):
            return replace(answer, question=cut)
        return replace(answer, question=cut, choice=page_choice(cut, outside(question, choice)))
    if items != question.items or (question.kind == "nearer" and not all(options)):
        return None
    if choice.isdecimal() and not options[int(choice) - 1]:
        return None
    kept = [place for place, option in enumerate(options) if option]
    if choice == NONE and not kept:
        return None
    position = str(kept.index(int(choice) - 1) + 1) if choice.isdecimal() else choice
    exhaustive = question.exhaustive and len(kept) == len(options)
    cut = replace(question, options=tuple(options[place] for place in kept), exhaustive=exhaustive)
    return replace(answer, question=cut, choice=position)
