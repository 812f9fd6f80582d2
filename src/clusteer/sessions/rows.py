"""What the store hands out: one frozen dataclass per table. None is ever changed or deleted."""

from dataclasses import dataclass
from datetime import datetime

from clusteer.core.questions import Question


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
    """One item: its row, the hash of its content, its relative path, and a number that tells equal copies apart."""

    row: int
    sha256: str
    path: str
    copy: int = 0


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
    value: dict[str, str | int | None]
    annotator: str
    at: datetime
