"""What goes over the wire about clashes, doubts, sureness and agreement, as JSON."""

from typing import Annotated

from pydantic import Field

from clusteer.studio.shapes import Annotator, Item, Shape


class ClashStep(Shape):
    """One step of a contradiction; where it is what ends most of several, how many end without it, else 0."""

    answer: str
    words: str
    together: bool
    settles: int


class Clash(Shape):
    """Answers that contradict each other: step i joins item i and the next, the last keeps the ends apart.

    ``at_stake`` items hang on it.
    """

    id: str
    items: list[Item]
    steps: list[ClashStep]
    sentence: str
    at_stake: int


class Doubt(Shape):
    """An answer that is more likely wrong than right, whose it is, and the items it is about."""

    answer: str
    annotator: str
    words: str
    right: float
    items: list[Item]


class Contradicted(Shape):
    """An answer that those of all others contradict."""

    answer: str
    words: str


class Share(Shape):
    """A share of items, the interval that holds 95 % of its posterior, and the answers it rests on."""

    value: float
    low: float
    high: float
    answers: int


class Sureness(Shape):
    """How many items are in the right group: of all, and of each group by its number."""

    whole: Share
    groups: dict[int, Share]


class AuditIn(Shape):
    """Who is to be asked about items drawn at random."""

    annotator: Annotator = ""


class AuditOut(Shape):
    """How many questions are open to them."""

    open: int


class Agreement(Shape):
    """How one person's answers compare with what those of all others imply, and those that they contradict."""

    annotator: str
    compared: int
    disagreed: list[Contradicted]


class Reask(Shape):
    """Which answer to ask again."""

    answer: Annotated[str, Field(max_length=20, examples=["a1"])]
    annotator: Annotator = ""
