"""What is asked of a person, what may be answered, and what strategies may know of the past."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

KINDS = ("same", "member")
SKIP = "skip"
UNSURE = "unsure"
NONE = "none"
SAME = "same"
DIFFERENT = "different"
PAGE = 9
"""Options a person sees at once; the rest follow on further pages of the same question."""


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes
    ----------
    id : str
        Unique within the session; empty until the session has stored the question.
    kind : {"same", "member"}
        ``same``: do the two items belong together? ``member``: with which of these groups does the item go, or none?
    items : tuple of int
        The items asked about: two for ``same``, one for ``member``.
    options : tuple of tuple of int
        For ``member`` one entry per group on offer: one to three exemplar items, led by one the person answered
        about. Always items, never cluster numbers. Empty for ``same``.
    exhaustive : bool
        True where every open group was on offer, on one page or the next; then "none" opens a new group.
    round : int
        Round of the clustering the question was chosen from.
    score : float
        How much the strategy wanted it; comparable within one proposal only.
    why : str
        One sentence for the person: why this question.
    """

    id: str
    kind: str
    items: tuple[int, ...]
    options: tuple[tuple[int, ...], ...] = ()
    exhaustive: bool = False
    round: int = 0
    score: float = 0.0
    why: str = ""

    def page(self, number: int) -> tuple[tuple[int, ...], ...]:
        """Return the options on page ``number`` (from 0), at most nine."""
        return self.options[number * PAGE : (number + 1) * PAGE]

    @property
    def pages(self) -> int:
        """Number of pages the options take; 1 for kinds without options."""
        return max(1, -(-len(self.options) // PAGE))


def legal_choices(question: Question) -> tuple[str, ...]:
    """Return every choice ``tell`` accepts for this question, substantive ones first.

    ``same``: "same", "different". ``member``: "1".."k" by position over all pages, "none".
    "skip" (not me, not now) and "unsure" (nobody can tell) are always legal.
    """
    return (*substantive_choices(question), SKIP, UNSURE)


def substantive_choices(question: Question) -> tuple[str, ...]:
    """Return the choices that say something about the items."""
    if question.kind == "same":
        return (SAME, DIFFERENT)
    return (*(str(position + 1) for position in range(len(question.options))), NONE)


@dataclass(frozen=True)
class Answer:
    """What a person said to one question.

    Attributes
    ----------
    question : Question
        The question as it was shown.
    choice : str
        One of ``legal_choices(question)``.
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
    spent : int
        Questions shown, skips included.
    budget : int or None
        Questions the person is willing to see in all.
    """

    asked: Sequence[Question] = ()
    answers: Sequence[Answer] = ()
    deferred: frozenset[int] = field(default_factory=frozenset)
    barred: frozenset[int] = field(default_factory=frozenset)
    spent: int = 0
    budget: int | None = None
