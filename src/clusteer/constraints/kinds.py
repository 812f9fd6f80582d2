"""The kinds of constraint, one frozen dataclass each.

Every kind carries a ``weight`` in (0, 1], how far it is believed, and a ``source``, the ledger id of the answer or
declaration it came from (empty where a program stated it).
"""

from collections import Counter
from dataclasses import dataclass

from clusteer.core.errors import InvalidInputError

Pair = tuple[int, int]
SUM = 1e-6
"""How far shares may sum from 1: what rounding leaves."""


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

    def __post_init__(self) -> None:
        """Check that the items are two."""
        super().__post_init__()
        if self.first == self.second:
            raise InvalidInputError(f"MustLink links item {self.first} with itself; name two different items")

    @property
    def pair(self) -> Pair:
        """The two items."""
        return self.first, self.second


@dataclass(frozen=True, kw_only=True)
class CannotLink(_Weighted):
    """Two items belong to different groups."""

    first: int
    second: int

    def __post_init__(self) -> None:
        """Check that the items are two."""
        super().__post_init__()
        if self.first == self.second:
            raise InvalidInputError(f"CannotLink links item {self.first} with itself; name two different items")

    @property
    def pair(self) -> Pair:
        """The two items."""
        return self.first, self.second


@dataclass(frozen=True, kw_only=True)
class Member(_Weighted):
    """An item belongs to the group that these exemplars showed; the first, its leader, carries the link."""

    item: int
    exemplars: tuple[int, ...]

    def __post_init__(self) -> None:
        """Check that there are exemplars, and that they are others."""
        super().__post_init__()
        if not self.exemplars:
            raise InvalidInputError(f"Member of item {self.item} shows no exemplar; give one")
        if self.item in self.exemplars:
            raise InvalidInputError(f"Member links item {self.item} with itself; name two different items")

    @property
    def named(self) -> tuple[int, ...]:
        """Every item it names."""
        return self.item, *self.exemplars

    @property
    def pair(self) -> Pair:
        """The item and the leader of the exemplars."""
        return self.item, self.exemplars[0]


@dataclass(frozen=True, kw_only=True)
class Rejection(_Weighted):
    """An item does not belong to the group that these exemplars showed; the leader carries the cannot-link."""

    item: int
    exemplars: tuple[int, ...]

    def __post_init__(self) -> None:
        """Check that there are exemplars, and that they are others."""
        super().__post_init__()
        if not self.exemplars:
            raise InvalidInputError(f"Rejection of item {self.item} shows no exemplar; give one")
        if self.item in self.exemplars:
            raise InvalidInputError(f"Rejection links item {self.item} with itself; name two different items")

    @property
    def named(self) -> tuple[int, ...]:
        """Every item it names."""
        return self.item, *self.exemplars

    @property
    def pair(self) -> Pair:
        """The item and the leader of the exemplars."""
        return self.item, self.exemplars[0]


@dataclass(frozen=True, kw_only=True)
class Triplet(_Weighted):
    """An item, the anchor, is closer to ``near`` than to ``far``.

    It makes no group. Of a labelling it asks that the anchor shares the group of ``far`` only where it also shares
    that of ``near``; DCC (section 3.2, Eq. 7) asks it of soft assignments.
    """

    anchor: int
    near: int
    far: int

    def __post_init__(self) -> None:
        """Check that the items are three."""
        super().__post_init__()
        _check_distinct(self.named, "a triplet")

    @property
    def named(self) -> tuple[int, ...]:
        """The three items."""
        return self.anchor, self.near, self.far


@dataclass(frozen=True, kw_only=True)
class Difficulty(_Weighted):
    """How clear a case an item is: 1 is easy, -1 hard to place, 0 says nothing (DCC, section 3.2, Eq. 6)."""

    item: int
    value: float

    def __post_init__(self) -> None:
        """Check the value."""
        super().__post_init__()
        if not -1 <= self.value <= 1:
            raise InvalidInputError(f"the difficulty of item {self.item} is {self.value}; give -1 (hard) to 1 (easy)")

    @property
    def named(self) -> tuple[int, ...]:
        """The item."""
        return (self.item,)


@dataclass(frozen=True, kw_only=True)
class ClusterSizes(_Weighted):
    """The shares of the collection that its k groups hold, in any order: the largest share is the largest group's.

    DCC (section 3.2, Eq. 8) knows groups of one size only.
    """

    shares: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check that the shares are positive and sum to 1."""
        super().__post_init__()
        if not self.shares or not all(share > 0 for share in self.shares):
            raise InvalidInputError(f"the sizes are {list(self.shares)}; give one share above 0 per group")
        if abs(sum(self.shares) - 1) > SUM:
            raise InvalidInputError(
                f"the {len(self.shares)} sizes sum to {sum(self.shares):.6g}; give shares that sum to 1"
            )


@dataclass(frozen=True, kw_only=True)
class Cardinality(_Weighted):
    """How many of some items each group, or one of them, holds.

    DCC (section 3.4, Eq. 11) bounds the same count for every group.

    Attributes
    ----------
    lower, upper : int or None
        Bounds, both included; None leaves that side open.
    items : tuple of int or None
        The items counted; None counts all.
    group : int or None
        An item: only the group that holds it is bound. None binds every group.
    """

    lower: int | None = None
    upper: int | None = None
    items: tuple[int, ...] | None = None
    group: int | None = None

    def __post_init__(self) -> None:
        """Check the bounds and that no item counts twice."""
        super().__post_init__()
        if self.lower is None and self.upper is None:
            raise InvalidInputError("a cardinality has no bound; give the least number, the most, or both")
        if (self.lower or 0) < 0 or (self.upper is not None and self.upper < (self.lower or 0)):
            raise InvalidInputError(
                f"a cardinality bounds a group from {self.lower} to {self.upper}; give 0 <= lower <= upper"
            )
        if self.items is not None:
            _check_distinct(self.items, "a cardinality")

    @property
    def named(self) -> tuple[int, ...]:
        """Every item it names."""
        return (*(self.items or ()), *(() if self.group is None else (self.group,)))


@dataclass(frozen=True, kw_only=True)
class Balance(_Weighted):
    """Every group holds about the same share of each part of the collection.

    DCC (section 3.4, Eq. 10) subtracts counts of two parts, which meets only where the parts are of one size. Here
    each part's count in a group is divided by the part's own size, and there may be more than two parts.

    Attributes
    ----------
    parts : tuple of tuple of int
        Two or more parts without a common item.
    tolerance : float
        How far two shares may differ, in [0, 1].
    """

    parts: tuple[tuple[int, ...], ...]
    tolerance: float

    def __post_init__(self) -> None:
        """Check that there are parts to compare."""
        super().__post_init__()
        if len(self.parts) < 2 or not all(self.parts):
            sizes = [len(part) for part in self.parts]
            raise InvalidInputError(f"a balance has parts of {sizes} items; give two or more parts, none of them empty")
        if not 0 <= self.tolerance <= 1:
            raise InvalidInputError(f"the tolerance of a balance is {self.tolerance}; give a number from 0 to 1")
        _check_distinct(self.named, "a balance")

    @property
    def named(self) -> tuple[int, ...]:
        """Every item it names."""
        return tuple(item for part in self.parts for item in part)


@dataclass(frozen=True)
class Relation:
    """Two items are of one group, or with ``together=False`` of two."""

    first: int
    second: int
    together: bool

    @property
    def pair(self) -> Pair:
        """The two items."""
        return self.first, self.second


@dataclass(frozen=True, kw_only=True)
class Rule(_Weighted):
    """If all the premises hold, the conclusion does (DCC, section 3.4: logical combinations of constraints)."""

    premises: tuple[Relation, ...]
    conclusion: Relation

    def __post_init__(self) -> None:
        """Check that there is a premise and that no relation is of an item with itself."""
        super().__post_init__()
        if not self.premises:
            raise InvalidInputError("a rule has no premise; state what it concludes as a must-link or cannot-link")
        for relation in (*self.premises, self.conclusion):
            if relation.first == relation.second:
                raise InvalidInputError(f"a rule relates item {relation.first} to itself; name two different items")

    @property
    def named(self) -> tuple[int, ...]:
        """Every item it names."""
        return tuple(item for relation in (*self.premises, self.conclusion) for item in relation.pair)


def _check_distinct(items: tuple[int, ...], what: str) -> None:
    if not items:
        raise InvalidInputError(f"{what} counts no item; name at least one")
    if len(set(items)) < len(items):
        twice = next(item for item, times in Counter(items).items() if times > 1)
        raise InvalidInputError(f"{what} names item {twice} twice; name each item once")


Constraint = (
    MustLink | CannotLink | Member | Rejection | Triplet | Difficulty | ClusterSizes | Cardinality | Balance | Rule
)
