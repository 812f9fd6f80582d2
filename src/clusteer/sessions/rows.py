"""What the store hands out: one frozen dataclass per table. None is ever changed or deleted."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeAlias

from clusteer.constraints.from_declarations import Declared
from clusteer.core.questions import Question

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Declaration: TypeAlias = dict[str, Json]


@dataclass(frozen=True)
class SessionRow:
    """What a session was made with.

    Attributes
    ----------
    id : int
        Key within the database.
    name : str
        Unique within the database.
    images : str
        Name of the set of images.
    source : dict of str to str
        Where they come from, as ``ImageSet.source`` says it.
    encoder, method, strategy : str
        Names, so that opening a session imports none of them.
    n_clusters : int or None
        Number of groups; None lets the answers decide.
    budget : int or None
        Questions the person is willing to see in all.
    seed : int
        Seed of everything drawn in this session.
    at : datetime
        When, in UTC.
    """

    id: int
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


@dataclass(frozen=True)
class ItemRow:
    """One item as it was last found.

    Attributes
    ----------
    row : int
        Given once; answers name the item by it.
    sha256 : str
        Of its content.
    path : str
        Its id in the set: the relative path, behind the folder's prefix where there are several folders.
    copy : int
        Tells items of equal content apart.
    gone : bool
        Whether its file is gone; it is then neither asked about, shown nor exported, but its answers stay.
    folder : int
        Where it is: 0 is the session's own source, 1 and up are folders added later.
    """

    row: int
    sha256: str
    path: str
    copy: int = 0
    gone: bool = False
    folder: int = 0


@dataclass(frozen=True)
class RoundRow:
    """One clustering on disk; ``artifacts`` names its files by what they hold."""

    number: int
    kind: str
    method: str
    answers_upto: int
    artifacts: dict[str, str]
    at: datetime


@dataclass(frozen=True)
class QuestionRow:
    """A question and its lease: whom it was shown to, and when."""

    number: int
    question: Question
    annotator: str
    at: datetime


@dataclass(frozen=True)
class AnswerRow:
    """One line of the ledger: a choice, or with ``retracts`` the undoing of an earlier line.

    Attributes
    ----------
    seq : int
        Position in the session's ledger, from 1.
    question : int
        Number of the question.
    choice : str or None
        None in a retraction.
    retracts : int or None
        ``seq`` of the line it undoes.
    """

    seq: int
    question: int
    choice: str | None
    retracts: int | None
    annotator: str
    source: str
    seconds: float | None
    at: datetime

    @property
    def id(self) -> str:
        """The id people see."""
        return f"a{self.seq}"


@dataclass(frozen=True)
class DeclarationRow:
    """Something a person stated without being asked, such as a group's name."""

    number: int
    kind: str
    value: Declaration
    annotator: str
    at: datetime

    @property
    def id(self) -> str:
        """The id people see."""
        return f"d{self.number}"

    @cached_property
    def declared(self) -> Declared:
        """The constraint stated, where this is one; kept with the row, because it is read at every update."""
        return Declared(self.id, self.kind, self.value, self.at)
