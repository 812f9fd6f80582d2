"""What is asked of a person, what may be answered, and what strategies may know of the past."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from clusteer.core.errors import InvalidInputError

KINDS = ("same", "member", "nearer", "difficulty", "page")
SKIP = "skip"
UNSURE = "unsure"
NONE = "none"
SAME = "same"
DIFFERENT = "different"
EASY = "easy"
HARD = "hard"
ALL = "all"
AUDIT = "audit"
AGAIN = "again"
PAGE = 9
"""Options a person sees at once; the rest follow on further pages of the same question."""
LETTERS = "abcdefghijklmnoprstvwxyz"
"""What the items of a ``page`` are called, in order: letters that mean neither undo nor quit where a key answers."""
SHEET = len(LETTERS)
"""Items a ``page`` shows at most."""


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes
    ----------
    id : str
        Unique within the session; empty until the session has stored the question.
    kind : {"same", "member", "nearer", "difficulty", "page"}
        ``same``: do the two items belong together? ``member``: with which of these groups does the item go, or none?
        ``nearer``: to which of two items is it closer? ``difficulty``: is the item a clear case of anything?
        ``page``: which of these items do not belong to this one group?
    items : tuple of int
        The items asked about: two for ``same``, any number for ``page``, else one.
    options : tuple of tuple of int
        For ``member`` one entry per group on offer, for ``page`` the one group: one to three exemplar items, led by one
        the person answered about. For ``nearer`` two entries of one item. Always items, never cluster numbers. Empty
        for ``same`` and ``difficulty``.
    exhaustive : bool
        True where every open group was on offer, on one page or the next; then "none" opens a new group.
    round : int
        Round of the clustering the question was chosen from.
    score : float
        How much the strategy wanted it; comparable within one proposal only.
    why : str
        One sentence for the person: why this question.
    purpose : {"", "audit", "again"}
        "audit" where the item was drawn at random, so that the answer also tells how good the groups are; "again" where
        earlier answers about the item are doubted. The person is not told, or they would answer with another care.
    """

    id: str
    kind: str
    items: tuple[int, ...]
    options: tuple[tuple[int, ...], ...] = ()
    exhaustive: bool = False
    round: int = 0
    score: float = 0.0
    why: str = ""
    purpose: str = ""

    def page(self, number: int) -> tuple[tuple[int, ...], ...]:
        """Return the options on page ``number`` (from 0), at most nine."""
        return self.options[number * PAGE : (number + 1) * PAGE]

    @property
    def pages(self) -> int:
        """Number of pages the options take; 1 for kinds without options."""
        return max(1, -(-len(self.options) // PAGE))


def legal_choices(question: Question) -> tuple[str, ...]:
    """Return every choice ``tell`` accepts for this question, substantive ones first; for ``page`` see below.

    ``same``: "same", "different". ``member``: "1".."k" by position over all pages, "none". ``nearer``: "1", "2".
    ``difficulty``: "easy", "hard". ``page``: "all", and beyond what is listed the positions of those that do not
    belong, such as "2,5". "skip" (not me, not now) and "unsure" (nobody can tell) are always legal.
    """
    return (*substantive_choices(question), SKIP, UNSURE)


def substantive_choices(question: Question) -> tuple[str, ...]:
    """Return the choices that say something about the items; of a ``page`` the first only."""
    match question.kind:
        case "same":
            return (SAME, DIFFERENT)
        case "difficulty":
            return (EASY, HARD)
        case "page":
            return (ALL,)
    positions = tuple(str(position + 1) for position in range(len(question.options)))
    return positions if question.kind == "nearer" else (*positions, NONE)


def check_choice(question: Question, choice: str) -> str:
    """Return a choice as it is recorded: positions on a page in order and each once.

    Raises
    ------
    InvalidInputError
        If the question does not offer it.
    """
    if choice in legal_choices(question):
        return choice
    if question.kind != "page":
        raise InvalidInputError(
            f"{choice!r} is no answer to question {question.id}; choose {', '.join(legal_choices(question))}"
        )
    words = choice.replace(",", " ").split()
    if not words or not all(word.isascii() and word.isdecimal() for word in words):
        raise InvalidInputError(
            f"{choice!r} is no answer to question {question.id}; choose all, skip, unsure, or the numbers of those "
            "that do not belong, such as 2,5"
        )
    positions = sorted({int(word) for word in words})
    if not 1 <= positions[0] <= positions[-1] <= len(question.items):
        raise InvalidInputError(
            f"{choice!r} names number {positions[0] if positions[0] < 1 else positions[-1]} but question {question.id} "
            f"shows {len(question.items)} items; count from 1"
        )
    return ",".join(map(str, positions))


def page_choice(question: Question, outside: Iterable[int]) -> str:
    """Return the choice that says which of the items of a ``page`` do not belong to its group."""
    left_out = set(outside)
    return ",".join(str(place) for place, item in enumerate(question.items, 1) if item in left_out) or ALL


def outside(question: Question, choice: str) -> tuple[int, ...]:
    """Return the items of a ``page`` that a choice, as ``check_choice`` returns it, says do not belong."""
    return () if choice == ALL else tuple(question.items[int(place) - 1] for place in choice.split(","))


@dataclass(frozen=True)
class Answer:
    """What a person said to one question.

    Attributes
    ----------
    question : Question
        The question as it was shown.
    choice : str
        What ``check_choice`` returns.
    annotator : str
        Who answered.
    source : str
        "human", "import", "simulated", or "cluster" where a cluster and not its exemplars was accepted.
    at : datetime
        When, in UTC.
    seconds : float or None
        How long the person took; None if not measured.
    id : str
        Ledger id, empty outside a session.
    seq : int
        Position in the ledger, from 1; 0 outside a session.
    """

    question: Question
    choice: str
    annotator: str = ""
    source: str = "human"
    at: datetime | None = None
    seconds: float | None = None
    id: str = ""
    seq: int = 0


@dataclass(frozen=True)
class History:
    """What a strategy may know of the past.

    Attributes
    ----------
    asked : tuple of Question
        Every question ever shown, in order.
    answers : tuple of Answer
        The standing answers (latest choice per question, retractions removed), in ledger order.
    deferred : frozenset of int
        Items not to ask about now: skipped within the last 50 answers.
    barred : frozenset of int
        Items never to ask about again: somebody was unsure.
    gone : frozenset of int
        Items that can be shown no more, because their files are gone: neither asked about nor shown as exemplars.
    spent : int
        Questions shown, skips included.
    budget : int or None
        Questions the person is willing to see in all.
    believed : mapping of str to float
        By the id of a standing answer that no later one has overruled: how far it is believed, in (0, 1].
    """

    asked: Sequence[Question] = ()
    answers: Sequence[Answer] = ()
    deferred: frozenset[int] = field(default_factory=frozenset)
    barred: frozenset[int] = field(default_factory=frozenset)
    gone: frozenset[int] = field(default_factory=frozenset)
    spent: int = 0
    budget: int | None = None
    believed: Mapping[str, float] = field(default_factory=dict)
