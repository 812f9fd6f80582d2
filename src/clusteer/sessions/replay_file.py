"""replay.json: every question and answer of a session in words that outlive its database."""

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue, NonNegativeInt, ValidationError

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.core.questions import Question, check_choice
from clusteer.sessions.asking import check_question
from clusteer.sessions.declaring import check_declaration
from clusteer.sessions.faults import plain_faults
from clusteer.sessions.places import FOLDER


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False, frozen=True)


class ReplayItem(_Part):
    """An item that a question or declaration names; they do so by its place in the list, from 0."""

    id: str
    sha256: str
    copy_number: NonNegativeInt


class ReplayQuestion(_Part):
    """A question as it was shown."""

    id: str
    kind: str
    items: list[NonNegativeInt]
    options: list[list[NonNegativeInt]]
    exhaustive: bool
    round: NonNegativeInt
    score: float
    why: str
    purpose: str = ""
    annotator: str
    at: datetime


class ReplayAnswer(_Part):
    """A ledger line; ``retracts`` names the answer it undoes, and then there is no choice."""

    id: str
    question: str
    choice: str | None
    retracts: str | None
    annotator: str
    source: str
    seconds: float | None
    at: datetime


class ReplayDeclaration(_Part):
    """A declaration; where it names items, by their places in the list of items."""

    kind: str
    value: dict[str, JsonValue]
    annotator: str
    at: datetime


class Replay(_Part):
    """The whole of a replay.json."""

    format: Literal["clusteer replay 1"] = "clusteer replay 1"
    name: str
    images: str
    source: dict[str, str]
    encoder: str
    method: str
    strategy: str
    n_clusters: int | None
    budget: int | None
    seed: int
    at: datetime
    items: list[ReplayItem]
    questions: list[ReplayQuestion]
    answers: list[ReplayAnswer]
    declarations: list[ReplayDeclaration]


def read_replay(path: Path) -> Replay:
    """Read a replay.json and check it.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InvalidInputError
        If it is not what ``replay_of`` gives, as JSON.
    """
    with plain_faults(path):
        try:
            replay = Replay.model_validate_json(path.read_bytes())
        except FileNotFoundError as fault:
            raise NotFoundError(f"there is no file {path}; give a replay.json of an export") from fault
        except ValidationError as fault:
            first = fault.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the file"
            raise InvalidInputError(f"{path} is no replay this version can read: {where}: {first['msg']}") from fault
    _check(replay, path)
    return replay


def _check(replay: Replay, path: Path) -> None:
    """Refuse what fits the form and yet is no ledger."""

    def refuse(id: str, what: str) -> InvalidInputError:
        return InvalidInputError(f"{path} is no replay this version can read: {id} {what}")

    questions: dict[str, Question] = {}
    for number, asked in enumerate(replay.questions, 1):
        if asked.id != f"q{number}":
            raise refuse(asked.id, f"stands where q{number} belongs")
        questions[asked.id] = Question(asked.id, asked.kind, tuple(asked.items), tuple(map(tuple, asked.options)))
        try:
            check_question(questions[asked.id], len(replay.items))
        except InvalidInputError as fault:
            raise refuse(asked.id, str(fault)) from fault
    told: dict[str, ReplayAnswer] = {}
    for seq, line in enumerate(replay.answers, 1):
        if line.id != f"a{seq}":
            raise refuse(line.id, f"stands where a{seq} belongs")
        if line.question not in questions:
            raise refuse(line.id, f"answers {line.question}, which is not listed")
        if line.retracts is None:
            try:
                canonical = check_choice(questions[line.question], line.choice or "")
            except InvalidInputError as fault:
                raise refuse(line.id, f"says {fault}") from fault
            if canonical != line.choice:
                raise refuse(line.id, f"chooses {line.choice!r} where {canonical!r} is meant")
        if line.retracts is not None:
            undone = told.get(line.retracts)
            if undone is None or undone.retracts or undone.question != line.question or line.choice is not None:
                raise refuse(line.id, f"retracts {line.retracts}, which is no earlier answer to {line.question}")
        told[line.id] = line
    for number, said in enumerate(replay.declarations, 1):
        if said.kind == FOLDER:
            continue
        try:
            check_declaration(said.kind, said.value, len(replay.items), number - 1)
        except InvalidInputError as fault:
            raise refuse(f"d{number}", f"says {fault}") from fault
