"""What goes over the wire, as JSON. Field by field this is the page of the API; ``trust_shapes`` has the rest of it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Row = Annotated[int, Field(ge=0, le=2**31)]
Annotator = Annotated[str, Field(max_length=100, description="Who answers, where several people do.")]
Rows = Annotated[list[Row], Field(min_length=1, max_length=2_400)]


class Shape(BaseModel):
    """What all have in common: unknown fields are refused, so that a slip of the pen is noticed."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Fault(Shape):
    """Why something could not be done, and what to do."""

    detail: str


class Health(Shape):
    """The studio itself."""

    version: str
    root: str = Field(description="Folder that typed paths lie under.")
    datasets: list[str]
    encoders: list[str]


class Item(Shape):
    """One picture, text or row of features."""

    row: int
    id: str
    text: str | None = None
    picture: str | None = Field(description="Where its picture is; add &size=64 to 1024.")
    group: int | None = Field(description="None where its file is gone.")
    confidence: float
    human: bool = Field(description="Whether a person said something of it.")


class Group(Shape):
    """One group as it stands."""

    number: int
    name: str
    colour: str
    size: int
    exemplars: list[int]
    confidence: float = Field(description="Mean over its items.")


class Pace(Shape):
    """How fast the questions were answered: how many of those whose time is known, and in how long."""

    answers: int
    seconds: float


class SessionSummary(Shape):
    """One session on the home page."""

    name: str
    images: str
    kind: Literal["images", "texts", "features"]
    items: int
    gone: int
    groups: int
    answers: int
    changed: datetime
    cover: list[int]
    cover_texts: list[str] = []


class SessionDetail(Shape):
    """Where a session stands."""

    name: str
    kind: Literal["images", "texts", "features"]
    items: int
    gone: int
    encoder: str
    method: str
    strategy: str
    answers: int
    shown: int
    open: int
    skipped: int
    unsure: int
    audited: int = Field(description="Answers about items drawn at random.")
    budget: int | None
    pace: Pace
    groups: list[Group] = Field(description="Empty while the first grouping is being made.")
    conflicts: int
    round_answers: int = Field(description="Ledger lines that the grouping shown has seen.")
    ledger: int = Field(description="Ledger lines there are.")
    version: str = Field(description="Another one whenever anything shown could have changed.")
    computing: bool = Field(description="Whether the grouping is behind the answers.")
    trouble: str = Field(description="Why the grouping could not be brought up to date; empty where it could.")


class Option(Shape):
    """One choice of a question, with the pictures that stand for it."""

    group: int | None
    name: str
    items: list[Item]


class QuestionOut(Shape):
    """A question to a person."""

    id: str
    kind: str
    items: list[Item]
    options: list[Option]
    pages: int
    exhaustive: bool
    why: str
    known: list[str] = Field(description="What was said of its items before.")
    choices: list[str] = Field(description="What may be answered; of a page also the numbers of those left out.")


class Asked(Shape):
    """Questions, or why there are none."""

    questions: list[QuestionOut]
    note: str | None = None


class AskIn(Shape):
    """A wish for questions."""

    n: Annotated[int, Field(ge=1, le=5)] = 1
    annotator: Annotator = ""
    strategy: Annotated[str, Field(max_length=40)] | None = None


class AnswerIn(Shape):
    """An answer to a question."""

    question: Annotated[str, Field(max_length=20, examples=["q1"])]
    choice: Annotated[str, Field(max_length=200, examples=["same"])]
    annotator: Annotator = ""
    seconds: Annotated[float, Field(ge=0, le=86_400)] | None = None


class Told(Shape):
    """An answer that is on disk, and the lines the ledger has with it."""

    answer: str
    ledger: int


class AnswerOut(Shape):
    """An answer in words."""

    id: str
    seq: int
    kind: str
    words: str
    annotator: str
    source: str
    at: datetime | None
    seconds: float | None
    rows: list[int]


class Undone(Shape):
    """What was taken back."""

    answer: str
    words: str
    question: QuestionOut | None = None


class GroupChange(Shape):
    """What a group is to be called, and its colour; an empty name takes the name away."""

    name: Annotated[str, Field(max_length=100)] | None = None
    colour: Annotated[str, Field(pattern="^#[0-9a-f]{6}$", examples=["#4477aa"])] | None = None
    annotator: Annotator = ""


class Items(Shape):
    """Some of the items, and how many there are."""

    total: int
    items: list[Item]


class GroupProbability(Shape):
    """How likely an item is in a group."""

    group: int
    name: str
    probability: float


class ItemDetail(Item):
    """An item, and why it is where it is."""

    why: str
    confidences: list[GroupProbability]
    evidence: list[Item]
    answers: list[AnswerOut]


class Merge(Shape):
    """Make one of two groups."""

    kind: Literal["merge"]
    groups: tuple[Row, Row]
    annotator: Annotator = ""


class Move(Shape):
    """Put items into a group, or into a new one."""

    kind: Literal["move"]
    items: Rows
    to: Row | Literal["new"]
    annotator: Annotator = ""


class Split(Shape):
    """Make a group of its own of items."""

    kind: Literal["split"]
    items: Rows
    annotator: Annotator = ""


class Link(Shape):
    """Say of two items that they always, or never, belong together."""

    kind: Literal["together", "apart"]
    items: tuple[Row, Row]
    annotator: Annotator = ""


class Page(Shape):
    """Say of items that they belong to a group, but for those outside."""

    kind: Literal["page"]
    group: Row
    items: Rows
    outside: Annotated[list[Row], Field(max_length=2_400)] = []
    annotator: Annotator = ""


Edit = Annotated[Merge | Move | Split | Link | Page, Field(discriminator="kind")]


class Edited(Shape):
    """The answers an edit was stored as; undo takes them back in one step."""

    answers: list[str]
    ledger: int


class MoveSeen(Shape):
    """An item that went from one group to another."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True)

    item: Item
    from_: int | None = Field(alias="from")
    to: int | None
    from_name: str
    to_name: str
    because: list[str]


class Changes(Shape):
    """What moved between two groupings."""

    moves: list[MoveSeen]
    total: int
    since: int
    upto: int


class MapState(Shape):
    """How far the map is."""

    state: Literal["ready", "computing", "failed"]
    sentence: str
    n: int
    done: int = 0
    total: int = 0


class JobOut(Shape):
    """A job as it stands."""

    id: str
    kind: Literal["create", "export", "fit"]
    session: str
    state: Literal["running", "done", "failed", "cancelled", "died"]
    what: str
    done: int
    total: int
    seconds_left: float | None
    error: str | None
    result: dict[str, str | int | list[str]] | None
    started: datetime


Path = Annotated[str, Field(min_length=1, max_length=4_000)]


class PathSource(Shape):
    """Items in a folder or file under the root."""

    kind: Literal["folder", "texts", "features"]
    path: Path
    column: Annotated[str, Field(max_length=200)] | None = None


class DatasetSource(Shape):
    """A named set."""

    kind: Literal["dataset"]
    name: Annotated[str, Field(max_length=40, examples=["inks"])]
    split: Literal["all", "train", "test"] = "all"


class NewSession(Shape):
    """A session to be made."""

    name: Annotated[str, Field(min_length=1, max_length=100, examples=["mine"])]
    source: Annotated[PathSource | DatasetSource, Field(discriminator="kind")]
    encoder: Annotated[str, Field(max_length=200, examples=["pixels"])] | None = None
    criterion: Annotated[str, Field(max_length=200, examples=["by colour"])] | None = Field(
        None, description="What pictures are grouped by, in words; without words of its own those of WordNet."
    )
    words: Annotated[str, Field(max_length=2_000, examples=["red,green,blue"])] | None = Field(
        None, description="Words of the criterion, with commas between."
    )
    clusters: Annotated[int, Field(ge=1, le=1_000)] | None = None
    budget: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class Words(Shape):
    """Words for a criterion, and where they are from."""

    words: list[str]
    source: str


Deep = Literal["dcc", "idec", "spherepair", "adc", "idc", "pcl"]


class FitIn(Shape):
    """A deep method to be trained on everything said so far."""

    method: Deep


class FitOut(Shape):
    """What a deep method was trained on last."""

    method: Deep
    answers: int = Field(description="Answers it has seen.")
    at: datetime


class ExportIn(Shape):
    """An export to be made."""

    to: Path | None = Field(None, description="A folder under the root; without it, one beside the sessions.")
    folders: bool = True
    method: Deep | None = Field(None, description="The groups of the last fit with it, not those shown.")


class PulseOut(Shape):
    """Sent over the websocket whenever something shown may have changed."""

    version: str
    ledger: int
    round_answers: int
