"""Pairs as arrays that read as single links, so that a million of them need no million objects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints.kinds import CannotLink, Member, MustLink, Pair, Rejection
from clusteer.core.checks import check_rows
from clusteer.core.errors import InvalidInputError

Link = TypeVar("Link", MustLink, CannotLink)


class Links(Sequence[Link], Generic[Link]):
    """Links of one kind, in the order they were stated. Nobody can change them.

    Attributes
    ----------
    kind : MustLink or CannotLink
        What each reads as.
    pairs : (m, 2) int64
        Item numbers.
    weights : (m,) float64
        How far each is believed, in (0, 1].
    sources : tuple of m str
        Ledger id behind each.
    """

    def __init__(
        self, kind: type[Link], pairs: NDArray[np.int64], weights: NDArray[np.float64], sources: tuple[str, ...]
    ) -> None:
        self.kind: type[Link] = kind
        self.pairs, self.weights, self.sources = pairs.view(), weights.view(), sources
        self.pairs.setflags(write=False)
        self.weights.setflags(write=False)

    @classmethod
    def read(cls, kind: type[Link], stated: Sequence[MustLink | CannotLink | Member | Rejection]) -> Links[Link]:
        """Return what some constraints say of pairs; group statements speak of their leader."""
        if isinstance(stated, Links):
            return stated
        return cls(
            kind,
            np.array([constraint.pair for constraint in stated], np.int64).reshape(-1, 2),
            np.array([constraint.weight for constraint in stated], np.float64),
            tuple(constraint.source for constraint in stated),
        )

    @classmethod
    def of_pairs(
        cls, kind: type[Link], pairs: Iterable[Pair] | NDArray[np.int64], n_items: int, what: str
    ) -> Links[Link]:
        """Return plain pairs of item numbers as links.

        Raises
        ------
        InvalidInputError
            If they are not pairs of different items of the collection.
        """
        array = check_rows(pairs if isinstance(pairs, np.ndarray) else list(pairs), n_items, what)
        if array.size and array.shape[1:] != (2,):
            raise InvalidInputError(f"{what} has shape {array.shape}; needed is (pairs, 2)")
        array = array.reshape(-1, 2)
        loops = array[array[:, 0] == array[:, 1]]
        if len(loops):
            raise InvalidInputError(f"{kind.__name__} links item {loops[0, 0]} with itself; name two different items")
        return cls(kind, array.copy(), np.ones(len(array)), ("",) * len(array))

    def __add__(self, other: Links[Link]) -> Links[Link]:
        """Return these links and after them the others."""
        if not len(other):
            return self
        if not len(self):
            return other
        return Links(
            self.kind,
            np.concatenate([self.pairs, other.pairs]),
            np.concatenate([self.weights, other.weights]),
            (*self.sources, *other.sources),
        )

    def without(self, sources: Collection[str]) -> Links[Link]:
        """Return these links less those with one of these sources."""
        rows = np.array([row for row, source in enumerate(self.sources) if source not in sources], np.int64)
        kept = tuple(self.sources[row] for row in rows.tolist())
        return Links(self.kind, self.pairs[rows], self.weights[rows], kept)

    def __len__(self) -> int:
        """Return the number of links."""
        return len(self.pairs)

    @overload
    def __getitem__(self, place: int) -> Link: ...
    @overload
    def __getitem__(self, place: slice) -> Links[Link]: ...
    def __getitem__(self, place: int | slice) -> Link | Links[Link]:
        """Return one link, or those of a slice."""
        if isinstance(place, slice):
            return Links(self.kind, self.pairs[place], self.weights[place], self.sources[place])
        first, second = self.pairs[place].tolist()
        link: Link = self.kind(
            first=first, second=second, weight=float(self.weights[place]), source=self.sources[place]
        )
        return link

    def __iter__(self) -> Iterator[Link]:
        """Read them one by one."""
        for (first, second), weight, source in zip(
            self.pairs.tolist(), self.weights.tolist(), self.sources, strict=True
        ):
            yield self.kind(first=first, second=second, weight=weight, source=source)

    def __eq__(self, other: object) -> bool:
        """Compare with any sequence of links."""
        if not isinstance(other, Sequence) or len(self) != len(other):
            return False
        return all(one == two for one, two in zip(self, other, strict=True))

    def __hash__(self) -> int:
        """Agree with a tuple of the same links."""
        return hash(tuple(self))

    def __repr__(self) -> str:
        """Say how many of what."""
        return f"<{len(self)} x {self.kind.__name__}>"


def check_items(kind: str, items: NDArray[np.int64], n_items: int) -> None:
    """Refuse items outside the collection.

    Raises
    ------
    InvalidInputError
        Naming the first of them.
    """
    outside = items[(items < 0) | (items >= n_items)]
    if outside.size:
        raise InvalidInputError(
            f"{kind} names item {outside[0]} but there are {n_items} items (0 to {n_items - 1}); "
            "build the constraints for exactly these items"
        )
