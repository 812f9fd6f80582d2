"""The immutable bundle of constraints over exactly n items that methods train on and strategies read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints.closure import Closure
from clusteer.constraints.consistency import Conflict, find_conflicts
from clusteer.constraints.kinds import CannotLink, Member, MustLink, Pair, Rejection
from clusteer.core.checks import check_labels, check_rows
from clusteer.core.errors import InvalidInputError


@dataclass(frozen=True, eq=False)
class Links:
    """Pairs as arrays.

    Attributes
    ----------
    pairs : (m, 2) int64
        Item numbers.
    weights : (m,) float64
        How far each is believed, in (0, 1].
    sources : tuple of m str
        Ledger id behind each.
    """

    pairs: NDArray[np.int64]
    weights: NDArray[np.float64]
    sources: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.pairs)


@dataclass(frozen=True)
class ConstraintSet:
    """Every constraint on a collection of ``n_items`` items, in the order they were stated.

    Derived from answers and declarations, never stored. ``must_links`` and ``cannot_links`` hold what pairs state;
    ``members`` and ``rejections`` what questions about groups state. ``must`` and ``cannot`` read all four as pairs.
    ``order`` lists the items in the order they were first spoken of, ``openers`` one item of each group in the order
    the groups opened, so that one more answer renumbers no group; only a contradiction, which joins two, does.

    Raises
    ------
    InvalidInputError
        If a constraint names an item outside 0..n_items-1 or links an item with itself.
    """

    n_items: int
    must_links: tuple[MustLink, ...] = ()
    cannot_links: tuple[CannotLink, ...] = ()
    members: tuple[Member, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    order: tuple[int, ...] = field(default=(), compare=False)
    openers: tuple[int, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        """Check every item number."""
        pairs: tuple[MustLink | CannotLink, ...] = (*self.must_links, *self.cannot_links)
        for pair in pairs:
            self._check(type(pair).__name__, pair.first, pair.second)
        group_statements: tuple[Member | Rejection, ...] = (*self.members, *self.rejections)
        for stated in group_statements:
            if not stated.exemplars:
                raise InvalidInputError(f"{type(stated).__name__} of item {stated.item} shows no exemplar; give one")
            for exemplar in stated.exemplars:
                self._check(type(stated).__name__, stated.item, exemplar)

    def _check(self, kind: str, first: int, second: int) -> None:
        for item in (first, second):
            if not 0 <= item < self.n_items:
                raise InvalidInputError(
                    f"{kind} names item {item} but there are {self.n_items} items (0 to {self.n_items - 1}); "
                    "build the constraints for exactly these items"
                )
        if first == second:
            raise InvalidInputError(f"{kind} links item {first} with itself; name two different items")

    @classmethod
    def from_pairs(
        cls, n_items: int, must_link: Iterable[Pair] = (), cannot_link: Iterable[Pair] = ()
    ) -> ConstraintSet:
        """Build a set from plain pairs of item numbers."""
        return cls(n_items).with_(must_link=must_link, cannot_link=cannot_link)

    def with_(self, must_link: Iterable[Pair] = (), cannot_link: Iterable[Pair] = ()) -> ConstraintSet:
        """Return a new set that also holds these pairs."""
        return replace(
            self,
            must_links=(
                *self.must_links,
                *(MustLink(first=i, second=j) for i, j in _pairs(must_link, self.n_items, "must_link")),
            ),
            cannot_links=(
                *self.cannot_links,
                *(CannotLink(first=i, second=j) for i, j in _pairs(cannot_link, self.n_items, "cannot_link")),
            ),
        )

    def __len__(self) -> int:
        """Return the number of constraints."""
        return len(self.must_links) + len(self.cannot_links) + len(self.members) + len(self.rejections)

    @cached_property
    def must(self) -> Links:
        """Must-links, those of members included."""
        return _links((*self.must_links, *self.members))

    @cached_property
    def cannot(self) -> Links:
        """Cannot-links, those of rejections included."""
        return _links((*self.cannot_links, *self.rejections))

    def closure(self) -> Closure:
        """Return what the links imply; computed once."""
        return self._closure

    @cached_property
    def _closure(self) -> Closure:
        return Closure(self.must.pairs, self.cannot.pairs)

    @cached_property
    def touched(self) -> NDArray[np.int64]:
        """The items that links touch, in the order they were first spoken of; the rest ascending after them."""
        items = self.closure().items
        spoken = np.array(self.order, np.int64)
        return np.concatenate([spoken[np.isin(spoken, items)], np.setdiff1d(items, spoken)])

    @cached_property
    def groups(self) -> tuple[int, ...]:
        """Components of the closure that are groups of their own: each is kept apart from all that opened before."""
        order = np.concatenate([np.array(self.openers, np.int64), self.touched])
        return tuple(self.closure().open_groups(order))

    @cached_property
    def leaders(self) -> tuple[int, ...]:
        """The first item spoken of in each group: what the group means is what this item showed."""
        components = self.closure().lift(self.touched)
        return tuple(int(self.touched[np.argmax(components == group)]) for group in self.groups)

    def conflicts(self) -> list[Conflict]:
        """Return each cannot-link whose ends must-links join, with the shortest such path."""
        must, cannot = self.must, self.cannot
        return find_conflicts(must.pairs, must.sources, cannot.pairs, cannot.sources, self.closure())

    def violated(self, labels: NDArray[np.int64]) -> list[MustLink | CannotLink | Member | Rejection]:
        """Return the constraints that a labelling (n,) does not satisfy."""
        codes = check_labels(labels, self.n_items)
        return [
            *(m for m in self.must_links if codes[m.first] != codes[m.second]),
            *(c for c in self.cannot_links if codes[c.first] == codes[c.second]),
            *(m for m in self.members if codes[m.item] != codes[m.exemplars[0]]),
            *(r for r in self.rejections if codes[r.item] == codes[r.exemplars[0]]),
        ]


def _pairs(pairs: Iterable[Pair], n_items: int, what: str) -> list[Pair]:
    array = check_rows(list(pairs), n_items, what)
    if array.size and array.shape[1:] != (2,):
        raise InvalidInputError(f"{what} has shape {array.shape}; needed is (pairs, 2)")
    return list(zip(*array.reshape(-1, 2).T.tolist(), strict=True))


def _links(stated: Sequence[MustLink | CannotLink | Member | Rejection]) -> Links:
    links = Links(
        pairs=np.array([constraint.pair for constraint in stated], np.int64).reshape(-1, 2),
        weights=np.array([constraint.weight for constraint in stated], np.float64),
        sources=tuple(constraint.source for constraint in stated),
    )
    links.pairs.setflags(write=False)
    links.weights.setflags(write=False)
    return links
