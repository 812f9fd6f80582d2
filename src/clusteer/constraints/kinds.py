"""The kinds of constraint, one frozen dataclass each.

Every kind carries a ``weight`` in (0, 1], how far it is believed, and a ``source``, the ledger id of the answer or
declaration it came from (empty where a program stated it).
"""

from dataclasses import dataclass

from clusteer.core.errors import InvalidInputError

Pair = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class _Weighted:
    weight: float = 1.0
    source: str = ""

    def __post_init__(self) -> None:
        """Check the weight."""
        if not 0 < self.weight <= 1:
            raise InvalidInputError(f"a constraint's weight is {self.weight}; give a number above 0 and at most 1")


@dataclass(frozen=True, kw_only=True)
class MustLink(_Weighted):
    """Two items belong to one group."""

    first: int
    second: int

    @property
    def pair(self) -> Pair:
        """The two items."""
        return self.first, self.second


@dataclass(frozen=True, kw_only=True)
class CannotLink(_Weighted):
    """Two items belong to different groups."""

    first: int
    second: int

    @property
    def pair(self) -> Pair:
        """The two items."""
        return self.first, self.second


@dataclass(frozen=True, kw_only=True)
class Member(_Weighted):
    """An item belongs to the group that these exemplars showed; the first, its leader, carries the link."""

    item: int
    exemplars: tuple[int, ...]

    @property
    def pair(self) -> Pair:
        """The item and the leader of the exemplars."""
        return self.item, self.exemplars[0]


@dataclass(frozen=True, kw_only=True)
class Rejection(_Weighted):
    """An item does not belong to the group that these exemplars showed; the leader carries the cannot-link."""

    item: int
    exemplars: tuple[int, ...]

    @property
    def pair(self) -> Pair:
        """The item and the leader of the exemplars."""
        return self.item, self.exemplars[0]
