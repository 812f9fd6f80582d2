"""A session as a replay, and a replay as a session: same questions, answers and declarations under the same ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clusteer.core.errors import NotFoundError
from clusteer.core.questions import Answer, Question
from clusteer.sessions.artifacts import store_index
from clusteer.sessions.declaring import moved
from clusteer.sessions.ledger import Ledger
from clusteer.sessions.places import FOLDER, current_source, item_rows
from clusteer.sessions.replay_file import (
    Replay,
    ReplayAnswer,
    ReplayDeclaration,
    ReplayItem,
    ReplayQuestion,
    read_replay,
)
from clusteer.sessions.rows import AnswerRow, Declaration, DeclarationRow, QuestionRow, SessionRow
from clusteer.sessions.session import Session
from clusteer.sessions.settings import check_settings

if TYPE_CHECKING:
    from clusteer.core.index import Index
    from clusteer.data.images import ImageSet
    from clusteer.encoders.tfidf import Tfidf
    from clusteer.sessions.store import Store


def replay_of(session: Session) -> Replay:
    """Return what a session was asked and told."""
    ledger, row = session.ledger, session.row
    place: dict[int, int] = {}

    def spot(item: int) -> int:
        return place.setdefault(item, len(place))

    questions = [
        ReplayQuestion(
            id=asked.question.id, kind=asked.question.kind, items=[spot(item) for item in asked.question.items],
            options=[[spot(item) for item in option] for option in asked.question.options],
            exhaustive=asked.question.exhaustive, round=asked.question.round, score=asked.question.score,
            why=asked.question.why, purpose=asked.question.purpose, annotator=asked.annotator, at=asked.at,
        )
        for asked in ledger.questions
    ]  # fmt: skip
    answers = [
        ReplayAnswer(
            id=line.id, question=f"q{line.question}", choice=line.choice,
            retracts=None if line.retracts is None else f"a{line.retracts}",
            annotator=line.annotator, source=line.source, seconds=line.seconds, at=line.at,
        )
        for line in ledger.lines
    ]  # fmt: skip
    declarations = [
        ReplayDeclaration(kind=said.kind, value=moved(said.value, spot), annotator=said.annotator, at=said.at)
        for said in map(_without_place, ledger.declarations)
    ]
    items = [session.items[item] for item in place]
    return Replay(
        name=row.name, images=row.images, source=current_source(row.source, ledger.declarations),
        encoder=row.encoder, method=row.method, strategy=row.strategy, n_clusters=row.n_clusters, budget=row.budget,
        seed=row.seed, at=row.at,
        items=[ReplayItem(id=item.path, sha256=item.sha256, copy_number=item.copy) for item in items],
        questions=questions, answers=answers, declarations=declarations,
    )  # fmt: skip


def replay(
    path: Path, images: ImageSet, index: Index, *, store: Store, tfidf: Tfidf | None = None, name: str | None = None
) -> Session:
    """Build the session of a replay.json anew: same questions, answers and declarations under the same ids.

    Parameters
    ----------
    path : Path
        The file.
    images : ImageSet
        Items that hold at least all that the replay names; they may be renamed, moved, more.
    index : Index
        These items under an encoder, not necessarily the same.
    store : Store
        Where to keep the session.
    tfidf : Tfidf, optional
        What encoded the texts.
    name : str, optional
        Its name; that of the replay where not given.

    Raises
    ------
    NotFoundError
        If an item that the replay names is not among ``images``.
    InvalidInputError
        If the file is no replay, or the name is taken.
    """
    recorded = read_replay(path)
    row_of = _match(recorded.items, images)
    settings = SessionRow(
        0, name or recorded.name, images.name, images.source, index.encoder, recorded.method, recorded.strategy,
        recorded.n_clusters, recorded.budget, recorded.seed, recorded.at,
    )  # fmt: skip
    items = item_rows(images)
    check_settings(settings, len(items), len(index))
    declarations = [
        DeclarationRow(number, said.kind, moved(said.value, row_of.__getitem__), said.annotator, said.at)
        for number, said in enumerate(recorded.declarations, 1)
    ]
    questions, lines = _rows(recorded, row_of)
    row = store.create(settings, items, store_index(index, tfidf, store.artifacts), questions, lines, declarations)
    session = Session(store, row, index)
    session.items, session.images, session.tfidf = items, images, tfidf
    return session


def replayed_answers(path: Path, images: ImageSet) -> tuple[Answer, ...]:
    """Return the standing answers of a replay.json about these items, skips included; for ``simulate``."""
    recorded = read_replay(path)
    questions, lines = _rows(recorded, _match(recorded.items, images))
    return Ledger(len(images), tuple(questions), tuple(lines)).answers


@dataclass(frozen=True)
class Past:
    """What a replay tells a collection that may lack some of its items.

    Attributes
    ----------
    answers : tuple of Answer
        Standing answers in order; an item that is not here is numbered -1.
    declarations : tuple of (str, dict, str)
        Kind, value and annotator of each, items numbered as in the replay.
    row_of : callable
        From an item's number in the replay to its row; raises LookupError where it is not here.
    """

    answers: tuple[Answer, ...]
    declarations: tuple[tuple[str, Declaration, str], ...]
    row_of: Callable[[int], int]


def recorded_past(path: Path, images: ImageSet) -> Past:
    """Return what a replay.json says of these items; see ``Past``."""
    recorded = read_replay(path)
    rows = _find(recorded.items, images)

    def row_of(item: int) -> int:
        row = rows[item]
        if row is None:
            raise LookupError(item)
        return row

    questions, lines = _rows(recorded, [-1 if row is None else row for row in rows])
    said = tuple(
        DeclarationRow(number, said.kind, said.value, said.annotator, said.at)
        for number, said in enumerate(recorded.declarations, 1)
    )
    ledger = Ledger(len(images), tuple(questions), tuple(lines), said)
    declarations = tuple((row.kind, row.value, row.annotator) for row in ledger.standing_declarations)
    return Past(ledger.answers, declarations, row_of)


def _without_place(said: DeclarationRow) -> DeclarationRow:
    """Return a declaration as it holds elsewhere: where a folder is, is said by whoever replays."""
    return replace(said, value={**said.value, "path": None}) if said.kind == FOLDER else said


def _rows(recorded: Replay, row_of: Sequence[int]) -> tuple[list[QuestionRow], list[AnswerRow]]:
    questions = [
        QuestionRow(
            number,
            Question(
                asked.id, asked.kind, tuple(row_of[item] for item in asked.items),
                tuple(tuple(row_of[item] for item in option) for option in asked.options),
                asked.exhaustive, asked.round, asked.score, asked.why, asked.purpose,
            ),
            asked.annotator,
            asked.at,
        )
        for number, asked in enumerate(recorded.questions, 1)
    ]  # fmt: skip
    lines = [
        AnswerRow(
            seq, int(line.question[1:]), line.choice, None if line.retracts is None else int(line.retracts[1:]),
            line.annotator, line.source, line.seconds, line.at,
        )
        for seq, line in enumerate(recorded.answers, 1)
    ]  # fmt: skip
    return questions, lines


def _match(items: Sequence[ReplayItem], images: ImageSet) -> list[int]:
    """Row of each item, all of which must be here."""
    found = _find(items, images)
    missing = [item.id for item, row in zip(items, found, strict=True) if row is None]
    if missing:
        raise NotFoundError(
            f"{len(missing)} of the {len(items)} items that the replay names are not among the {len(images)} items "
            f"given, the first is {missing[0]!r}; give the collection the session was made from, or make a new session "
            "and import the replay into it: that leaves out what speaks of items that are gone"
        )
    return [row for row in found if row is not None]


def _find(items: Sequence[ReplayItem], images: ImageSet) -> list[int | None]:
    """Row of each item, None where it is not here: by content and name, else by content, equal copies one by one."""
    by_name = {key: row for row, key in enumerate(zip(images.hashes, images.ids, strict=True))}
    found = [by_name.get((item.sha256, item.id)) for item in items]
    taken = set(found)
    rows_with: dict[str, list[int]] = defaultdict(list)
    for row, sha256 in enumerate(images.hashes):
        if row not in taken:
            rows_with[sha256].append(row)
    for place, item in enumerate(items):
        if found[place] is None and rows_with[item.sha256]:
            found[place] = rows_with[item.sha256].pop(0)
    return found
