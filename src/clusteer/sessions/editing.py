"""Edits: move, merge, split, confirm. Each is answers to questions the person posed, in place of those it overrules.

An answer that an edit overrules in part is withdrawn, and what else it said is told anew. Where the item that opened a
group leaves it, another takes its place in these answers, so that the group keeps what it was. ``steps`` undoes an
edit whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from clusteer.core.checks import check_rows
from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.core.questions import (
    DIFFERENT,
    NONE,
    SAME,
    SHEET,
    SKIP,
    UNSURE,
    Answer,
    Question,
    outside,
    page_choice,
)

if TYPE_CHECKING:
    from clusteer.core.clustering import Clustering
    from clusteer.sessions.ledger import Ledger

MOST = 2_400
"""Items one edit can speak of."""
WHY = "You said so while looking at the groups."


@dataclass(frozen=True)
class Edit:
    """What somebody's edit writes: answers with the questions they answer, and the ledger lines it takes back."""

    annotator: str
    told: tuple[Answer, ...]
    withdrawn: tuple[int, ...] = ()


class Statement(NamedTuple):
    """What an answer says of an item and another, which may stand for its group."""

    item: int
    other: int
    together: bool


class _Change(NamedTuple):
    """What an edit does to what was said before.

    Attributes
    ----------
    leaving : frozenset of int
        Items that leave those they were put together with.
    joined : frozenset of int
        Items that are together from now on: nothing keeps them apart any more.
    parted : frozenset of int
        Two items that are apart from now on.
    """

    leaving: frozenset[int] = frozenset()
    joined: frozenset[int] = frozenset()
    parted: frozenset[int] = frozenset()


class Editor:
    """Turns what a person does to groups into answers.

    Parameters
    ----------
    ledger : Ledger
        What has been said so far.
    clustering : Clustering
        The grouping the person sees; its group numbers are what they name.
    annotator : str
        Who edits.
    """

    def __init__(self, ledger: Ledger, clustering: Clustering, annotator: str = "") -> None:
        self.ledger = ledger
        self.clustering = clustering
        self.annotator = annotator
        self.closure = ledger.constraints.closure()
        self.openers = dict(zip(ledger.constraints.groups, ledger.constraints.leaders, strict=True))

    def leader(self, group: int, without: frozenset[int] = frozenset()) -> int:
        """Return the item that stands for a group: the one that opened it, else the one surest to be in it.

        Raises
        ------
        NotFoundError
            If there is no such group, or nothing is left of it.
        """
        labels = self.clustering.labels
        for component, opener in self.openers.items():
            if labels[opener] == group and (found := self._first(component, without)) is not None:
                return found
        rows = np.setdiff1d(np.flatnonzero(labels == group), list(without | self.ledger.gone))
        if not len(rows):
            raise NotFoundError(f"there is nothing else in group {group}; name a group that holds other items")
        return int(rows[np.argmax(self.clustering.confidence[rows])])

    def move(self, items: Sequence[int], group: int) -> Edit:
        """Put items into a group."""
        leader = self.leader(group, self._checked(items))
        component = self._component(leader)
        leaving = frozenset(items) - component
        told = []
        for source in sorted({int(self.clustering.labels[item]) for item in leaving} - {group}):
            # Groups that answers opened are known to differ; of those the model found, the person says so now.
            rest = self._rest(source, leaving)
            if rest is not None and self.closure.same(leader, rest) is None:
                item = next(item for item in items if self.clustering.labels[item] == source)
                told.append(self._answer("same", (item, rest), (), DIFFERENT))
        told += self._page(sorted(frozenset(items) - {leader}), leader)
        return self._overruling(told, _Change(leaving, component | leaving))

    def split(self, items: Sequence[int]) -> Edit:
        """Make a group of its own of items."""
        apart = self._checked(items)
        first, *others = dict.fromkeys(items)
        shown = [self._first(component, apart) for component in self.openers]
        shown += [self._rest(source, apart) for source in sorted({int(self.clustering.labels[item]) for item in items})]
        options = tuple((item,) for item in dict.fromkeys(shown) if item is not None)
        told = [self._answer("member", (first,), options, NONE, exhaustive=True)] if options else []
        return self._overruling([*told, *self._page(others, first)], _Change(apart, apart))

    def merge(self, groups: tuple[int, int]) -> Edit:
        """Make one of two groups."""
        if groups[0] == groups[1]:
            raise InvalidInputError(f"group {groups[0]} was given twice; name two different groups")
        first, second = (self.leader(group) for group in groups)
        told = [self._answer("same", (first, second), (), SAME)]
        return self._overruling(told, _Change(joined=self._component(first) | self._component(second)))

    def link(self, items: tuple[int, int], together: bool) -> Edit:
        """Put two items together for ever, or keep them apart."""
        if len(self._checked(items)) < 2:
            raise InvalidInputError(f"item {items[0]} was given twice; name two different items")
        told = [self._answer("same", items, (), SAME if together else DIFFERENT)]
        pair = frozenset(items)
        return self._overruling(told, _Change(joined=pair) if together else _Change(parted=pair))

    def confirm(self, group: int, items: Sequence[int], out: Sequence[int]) -> Edit:
        """Say of items that they belong to a group, but for those that do not."""
        left_out = frozenset(out)
        inside = self._checked(items) - left_out
        if not left_out <= frozenset(items):
            raise InvalidInputError(
                f"{len(left_out - frozenset(items))} of the items that do not belong are not on it; name those on the "
                "page only"
            )
        leader = self.leader(group, left_out)
        component = self._component(leader)
        told = self._page([item for item in dict.fromkeys(items) if item != leader], leader, left_out)
        leaving = (inside - component) | (left_out & component)
        return self._overruling(told, _Change(leaving, component - left_out | inside))

    # Who stands for what

    def _checked(self, items: Sequence[int]) -> frozenset[int]:
        """Return items that an edit may speak of."""
        if not 1 <= len(items) <= MOST:
            raise InvalidInputError(f"{len(items)} items were given; give 1 to {MOST:,} at once")
        check_rows(list(items), self.ledger.n_items, "the edit")
        if gone := self.ledger.gone.intersection(items):
            raise InvalidInputError(f"the file of item {min(gone)} is gone; leave that item out")
        return frozenset(items)

    def _component(self, item: int) -> frozenset[int]:
        component = self.closure.component_of(item)
        return frozenset({item} if component is None else self.closure.members[component].tolist())

    def _first(self, component: int, without: frozenset[int]) -> int | None:
        """Return the item that stands for a component once some have left: its opener, else the next spoken of."""
        left = frozenset(self.closure.members[component].tolist()) - without - self.ledger.gone
        if self.openers.get(component) in left:
            return self.openers[component]
        return next((item for item in self.ledger.constraints.touched.tolist() if item in left), None)

    def _rest(self, group: int, without: frozenset[int]) -> int | None:
        """Return what stands for a group once some have left, None where nothing is left."""
        try:
            return self.leader(group, without)
        except NotFoundError:
            return None

    # What is told

    def _answer(
        self,
        kind: str,
        items: tuple[int, ...],
        options: tuple[tuple[int, ...], ...],
        choice: str,
        exhaustive: bool = False,
    ) -> Answer:
        question = Question("", kind, items, options, exhaustive, self.clustering.round, why=WHY)
        return Answer(question, choice, self.annotator)

    def _page(self, items: Sequence[int], leader: int, out: Iterable[int] = ()) -> list[Answer]:
        """Say which items go with the leader; a single one in a question of its own."""
        out = frozenset(out)
        if len(items) == 1 and not out:
            return [self._answer("member", tuple(items), ((leader,),), "1")]
        told = []
        for start in range(0, len(items), SHEET):
            page = self._answer("page", tuple(items[start : start + SHEET]), ((leader,),), "")
            told.append(Answer(page.question, page_choice(page.question, out), self.annotator))
        return told

    # What is overruled

    def _overruling(self, told: list[Answer], change: _Change) -> Edit:
        """Return the edit with what it overrules withdrawn, and the rest of what that said told anew."""
        successors = {
            item: None if component is None else self._first(component, change.leaving)
            for item, component in ((item, self.closure.component_of(item)) for item in change.leaving)
        }
        openers = frozenset(self.openers.values())
        withdrawn, anew = [], []
        for answer in self.ledger.answers:
            before = _statements(answer)
            after = [_revised(said, change, successors, openers) for said in before]
            if before != after:
                withdrawn.append(answer.seq)
                anew += self._restated([said for said in after if said is not None])
        # What is told anew comes first: groups open in the order in which they are spoken of.
        return Edit(self.annotator, (*anew, *told), tuple(withdrawn))

    def _restated(self, statements: list[Statement]) -> list[Answer]:
        together: dict[int, list[int]] = {}
        apart: dict[int, list[int]] = {}
        for said in statements:
            if said.together:
                together.setdefault(said.other, []).append(said.item)
            else:
                apart.setdefault(said.item, []).append(said.other)
        told = [
            self._answer("member", (item,), tuple((leader,) for leader in dict.fromkeys(leaders)), NONE)
            for item, leaders in apart.items()
        ]
        return told + [answer for leader, items in together.items() for answer in self._page(items, leader)]


def _statements(answer: Answer) -> list[Statement]:
    """Return what an answer says of which two items; nothing where it makes no links."""
    question, choice = answer.question, answer.choice
    if choice in (SKIP, UNSURE) or answer.source == "cluster":
        return []
    leaders = [option[0] for option in question.options]
    match question.kind:
        case "same":
            return [Statement(question.items[0], question.items[1], choice == SAME)]
        case "member" if choice == NONE:
            return [Statement(question.items[0], leader, False) for leader in leaders]
        case "member":
            return [Statement(question.items[0], leaders[int(choice) - 1], True)]
        case "page":
            out = outside(question, choice)
            return [Statement(item, leaders[0], item not in out) for item in question.items if item != leaders[0]]
    return []


def _revised(
    said: Statement, change: _Change, successors: dict[int, int | None], openers: frozenset[int]
) -> Statement | None:
    """Return what holds of a statement after a change, None if nothing does."""
    item, other, together = said
    ends = {item, other}
    if together:
        if ends == change.parted or (ends <= change.leaving and len(ends & change.joined) == 1):
            return None
        torn = len(ends & change.leaving) == 1
        now = [successors[end] if torn and end in change.leaving else end for end in (item, other)]
    else:
        # Where the item that opened a group leaves it, its successor keeps the group apart from others.
        passes = {end for end in ends & openers & change.leaving if successors[end] is not None}
        now = [successors[end] if end in passes else end for end in (item, other)]
        if {*now} <= change.joined:
            return None
    if now[0] is None or now[1] is None or now[0] == now[1]:
        return None
    return Statement(now[0], now[1], together)
