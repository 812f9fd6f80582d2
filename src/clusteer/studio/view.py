"""What a session shows at one moment: the ledger as of now, the last finished grouping, and the words for both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from clusteer.core.errors import NotFoundError
from clusteer.core.questions import SKIP, UNSURE, Question, legal_choices
from clusteer.sessions.words import answer_words, declaration_words
from clusteer.studio.shapes import AnswerOut, Group, Item, Option, QuestionOut

if TYPE_CHECKING:
    from clusteer.core.clustering import Clustering
    from clusteer.core.questions import Answer
    from clusteer.data.images import ImageSet
    from clusteer.sessions.ledger import Ledger
    from clusteer.sessions.rows import ItemRow, SessionRow
    from clusteer.sessions.session import Session
    from clusteer.studio.live import Live

PALETTE = (
    "#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#e07b39", "#5b5ea6", "#3d9970", "#b07aa1",
    "#8c6d31", "#1b9e77", "#d95f02", "#7570b3", "#e7298a", "#66a61e", "#a6761d", "#1f78b4", "#b2182b", "#6a3d9a",
)  # fmt: skip
"""Colours of groups nobody has coloured, by number: told apart by most eyes, on light and on dark."""
EXCERPT, WHOLE = 300, 5_000
"""Characters of a text in a list, and where it is looked at."""
EXEMPLARS = 3


@dataclass(frozen=True, eq=False)
class View:
    """A session at one moment; nothing of it changes.

    Attributes
    ----------
    row : SessionRow
        What it was made with.
    ledger : Ledger
        What is stated.
    items : list of ItemRow
        Identity of each item.
    images : ImageSet
        The pictures or texts.
    clustering : Clustering
        The grouping shown; of as many items, but it need not have seen the last answers.
    """

    row: SessionRow
    ledger: Ledger
    items: list[ItemRow]
    images: ImageSet
    clustering: Clustering

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """Group of each item (n,), -1 for those whose files are gone."""
        labels = self.clustering.labels.copy()
        labels[list(self.ledger.gone)] = -1
        return labels

    @cached_property
    def ids(self) -> list[str]:
        """What each item is called (n,)."""
        return [item.path for item in self.items]

    @cached_property
    def confidence(self) -> NDArray[np.float32]:
        """Probability of the group of each item (n,)."""
        return self.clustering.confidence

    @cached_property
    def names(self) -> dict[int, str]:
        """What groups are called, where somebody said."""
        return self.ledger.names(self.clustering.labels)

    @cached_property
    def human(self) -> frozenset[int]:
        """The items that a person was asked about and said something of."""
        return frozenset(
            item
            for answer in self.ledger.answers
            if answer.choice not in (SKIP, UNSURE) and answer.question.kind in ("same", "member", "page")
            for item in answer.question.items
        )

    def name(self, group: int) -> str:
        """Return what a group is called, its number where it has no name."""
        return self.names.get(group) or f"group {group}"

    def check_row(self, row: int) -> int:
        """Return a row that exists.

        Raises
        ------
        NotFoundError
            If it does not.
        """
        if not 0 <= row < len(self.items):
            raise NotFoundError(f"there is no item {row}; there are items 0 to {len(self.items) - 1}")
        return row

    def group_rows(self, group: int) -> NDArray[np.int64]:
        """Return the items of a group that are there, the surest first.

        Raises
        ------
        NotFoundError
            If there is no such group.
        """
        rows = np.flatnonzero(self.labels == group)
        if not len(rows):
            known = ", ".join(str(known.number) for known in self.groups)
            raise NotFoundError(f"there is no group {group}; there are {known}")
        return rows[np.argsort(-self.confidence[rows], kind="stable")]

    @cached_property
    def groups(self) -> list[Group]:
        """Every group that holds items, by number."""
        sizes = np.bincount(self.labels + 1, minlength=self.clustering.n_clusters + 1)[1:]
        sums = np.bincount(self.labels + 1, self.confidence, minlength=len(sizes) + 1)[1:]
        colours = self.ledger.colours(self.clustering.labels)
        return [
            Group(
                number=number,
                name=self.names.get(number, ""),
                colour=colours.get(number, PALETTE[number % len(PALETTE)]),
                size=int(size),
                exemplars=self._exemplars.get(number) or self.group_rows(number)[:EXEMPLARS].tolist(),
                confidence=float(sums[number] / size),
            )
            for number, size in enumerate(sizes)
            if size
        ]

    @cached_property
    def _exemplars(self) -> dict[int, list[int]]:
        from clusteer.queries.member import open_options  # SciPy, which the first page does not wait for

        options = open_options(self.clustering, self.ledger.constraints, self.ledger.gone)
        return {int(self.clustering.labels[shown[0]]): list(shown) for shown in reversed(list(options.values()))}

    def item(self, row: int, most: int = EXCERPT) -> Item:
        """Return an item as pages show it, of a text the first ``most`` characters."""
        known = self.items[row]
        picture = None
        if self.images.has_images and not known.gone:
            picture = f"/api/sessions/{quote(self.row.name, safe='')}/pictures/{row}?v={known.sha256[:16]}"
        return Item(
            row=row,
            id=known.path,
            text=self._text(row, most),
            picture=picture,
            group=None if known.gone else int(self.labels[row]),
            confidence=float(self.confidence[row]),
            human=row in self.human,
        )

    def _text(self, row: int, most: int) -> str | None:
        if not self.images.has_texts or self.items[row].gone:
            return None
        try:
            text = self.images.text(row)
        except NotFoundError:
            return None
        return text if len(text) <= most else f"{text[:most]}..."

    def rows(self, rows: Iterable[int], most: int = EXCERPT) -> list[Item]:
        """Return some items."""
        return [self.item(row, most) for row in rows]

    def question(self, question: Question) -> QuestionOut:
        """Return a question as pages show it."""
        spoken = self._spoken
        known = [words for item in question.items for words in spoken.get(item, ())]
        return QuestionOut(
            id=question.id,
            kind=question.kind,
            items=self.rows(question.items, WHOLE),
            options=[
                Option(
                    group=group if (group := int(self.labels[option[0]])) >= 0 and question.kind != "nearer" else None,
                    name="" if question.kind == "nearer" else self.name(group),
                    items=self.rows(option, WHOLE),
                )
                for option in question.options
            ],
            pages=question.pages,
            exhaustive=question.exhaustive,
            why=question.why,
            known=list(dict.fromkeys(known)),
            choices=list(legal_choices(question)),
        )

    @cached_property
    def _spoken(self) -> dict[int, list[str]]:
        spoken: dict[int, list[str]] = {}
        for answer in self.ledger.answers:
            for item in answer.question.items:
                spoken.setdefault(item, []).append(answer_words(answer, self.ids))
        return spoken

    def answer(self, answer: Answer) -> AnswerOut:
        """Return an answer in words."""
        return AnswerOut(
            id=answer.id,
            seq=answer.seq,
            kind=answer.question.kind,
            words=answer_words(answer, self.ids),
            annotator=answer.annotator,
            source=answer.source,
            at=answer.at,
            seconds=answer.seconds,
            rows=[*answer.question.items, *(option[0] for option in answer.question.options)],
        )

    def source_words(self, source: str) -> str:
        """Return what an answer or declaration says, by its id."""
        for answer in self.ledger.answers:
            if answer.id == source:
                return answer_words(answer, self.ids)
        for row in self.ledger.declarations:
            if row.id == source:
                return declaration_words(row, self.ids)
        return source


def view_of(live: Live) -> View:
    """Return what a session shows now; the first grouping is waited for."""
    with live.session() as session:
        ledger, items, images, row = _read(session)
    return View(row, ledger, items, images, live.clustering(ledger.n_items))


def _read(session: Session) -> tuple[Ledger, list[ItemRow], ImageSet, SessionRow]:
    ledger = session.ledger
    return ledger, session.items, session.images, session.row
