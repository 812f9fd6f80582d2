"""The immutable bundle of constraints over exactly n items that methods train on and strategies read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints.closure import Closure
from clusteer.constraints.consistency import Conflict, find_conflicts
from clusteer.constraints.kinds import (
    Balance,
    CannotLink,
    Cardinality,
    ClusterSizes,
    Constraint,
    Difficulty,
    Member,
    MustLink,
    Pair,
    Rejection,
    Rule,
    Triplet,
)
from clusteer.constraints.links import Links, check_items
from clusteer.constraints.logic import as_rule, deduce
from clusteer.constraints.satisfaction import satisfied
from clusteer.core.checks import check_labels

Kind = TypeVar("Kind", bound=Constraint)


@dataclass(frozen=True)
class ConstraintSet:
    """Every constraint on a collection of ``n_items`` items, in the order they were stated.

    Derived from answers and declarations, never stored. ``must_links`` and ``cannot_links`` hold what pairs state;
    ``members`` and ``rejections`` what questions about groups state. ``must`` and ``cannot`` read all four as pairs.
    ``order`` lists the items in the order links first spoke of them, ``openers`` one item of each group in the order
    the groups opened, so that one more answer renumbers no group; only a contradiction, which joins two, does.
    The other kinds make no link and so no group; ``deduced`` adds the links that follow from triplets and rules.
    ``overruled`` is what was stated and holds no more because a later answer says otherwise: no constraint, but it
    tells how often answers are wrong.

    Raises
    ------
    InvalidInputError
        If a constraint names an item outside 0..n_items-1.
    """

    n_items: int
    must_links: Sequence[MustLink] = ()
    cannot_links: Sequence[CannotLink] = ()
    members: tuple[Member, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    order: tuple[int, ...] = field(default=(), compare=False)
    openers: tuple[int, ...] = field(default=(), compare=False)
    triplets: tuple[Triplet, ...] = ()
    difficulties: tuple[Difficulty, ...] = ()
    sizes: ClusterSizes | None = None
    cardinalities: tuple[Cardinality, ...] = ()
    balances: tuple[Balance, ...] = ()
    rules: tuple[Rule, ...] = ()
    overruled: tuple[Member, ...] = ()

    def __post_init__(self) -> None:
        """Check every item number."""
        n = self.n_items
        check_items("MustLink", Links.read(MustLink, self.must_links).pairs, n)
        check_items("CannotLink", Links.read(CannotLink, self.cannot_links).pairs, n)
        for kind, stated in (
            ("Member", self.members),
            ("Rejection", self.rejections),
            ("Triplet", self.triplets),
            ("Difficulty", self.difficulties),
            ("Cardinality", self.cardinalities),
            ("Balance", self.balances),
            ("Rule", self.rules),
        ):
            check_items(kind, np.fromiter(chain.from_iterable(one.named for one in stated), np.int64), n)

    @classmethod
    def from_pairs(
        cls,
        n_items: int,
        must_link: Iterable[Pair] | NDArray[np.int64] = (),
        cannot_link: Iterable[Pair] | NDArray[np.int64] = (),
    ) -> ConstraintSet:
        """Build a set from plain pairs of item numbers, (m, 2) and (c, 2)."""
        return cls(n_items).with_(must_link=must_link, cannot_link=cannot_link)

    @classmethod
    def from_stated(
        cls, n_items: int, stated: Iterable[Constraint], order: Iterable[int] = (), openers: Iterable[int] = ()
    ) -> ConstraintSet:
        """Build a set from constraints of any kinds. Of several ``ClusterSizes`` the last holds."""
        stated = tuple(stated)
        sizes = _only(ClusterSizes, stated)
        return cls(
            n_items,
            must_links=_only(MustLink, stated),
            cannot_links=_only(CannotLink, stated),
            members=_only(Member, stated),
            rejections=_only(Rejection, stated),
            order=tuple(order),
            openers=tuple(openers),
            triplets=_only(Triplet, stated),
            difficulties=_only(Difficulty, stated),
            sizes=sizes[-1] if sizes else None,
            cardinalities=_only(Cardinality, stated),
            balances=_only(Balance, stated),
            rules=_only(Rule, stated),
        )

    def with_(
        self,
        must_link: Iterable[Pair] | NDArray[np.int64] = (),
        cannot_link: Iterable[Pair] | NDArray[np.int64] = (),
    ) -> ConstraintSet:
        """Return a new set that also holds these pairs."""
        must = Links.of_pairs(MustLink, must_link, self.n_items, "must_link")
        cannot = Links.of_pairs(CannotLink, cannot_link, self.n_items, "cannot_link")
        return replace(
            self,
            must_links=Links.read(MustLink, self.must_links) + must,
            cannot_links=Links.read(CannotLink, self.cannot_links) + cannot,
        )

    def without(self, sources: Collection[str]) -> ConstraintSet:
        """Return the set without what some answers or declarations state, given by their ids."""
        must, cannot = Links.read(MustLink, self.must_links), Links.read(CannotLink, self.cannot_links)
        others = [one for one in chain.from_iterable(self._kinds[2:]) if one.source not in sources]
        return replace(
            ConstraintSet.from_stated(self.n_items, others, self.order, self.openers),
            must_links=must.without(sources),
            cannot_links=cannot.without(sources),
            overruled=self.overruled,
        )

    def __len__(self) -> int:
        """Return the number of constraints."""
        return sum(map(len, self._kinds))

    def __iter__(self) -> Iterator[Constraint]:
        """Read every constraint, kind by kind."""
        return chain.from_iterable(self._kinds)

    @property
    def _kinds(self) -> tuple[Sequence[Constraint], ...]:
        sizes = () if self.sizes is None else (self.sizes,)
        return (
            self.must_links, self.cannot_links, self.members, self.rejections, self.triplets, self.difficulties, sizes,
            self.cardinalities, self.balances, self.rules,
        )  # fmt: skip

    @cached_property
    def must(self) -> Links[MustLink]:
        """Must-links, those of members included."""
        return Links.read(MustLink, self.must_links) + Links.read(MustLink, self.members)

    @cached_property
    def cannot(self) -> Links[CannotLink]:
        """Cannot-links, those of rejections included."""
        return Links.read(CannotLink, self.cannot_links) + Links.read(CannotLink, self.rejections)

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

    def deduced(self) -> ConstraintSet:
        """Return the set with the links that follow from rules and triplets; those add nothing to it again.

        A rule speaks once links imply its premises, a triplet once they keep ``near`` and ``far`` apart. A deduced
        link has the weight and the source of the rule or triplet behind it; what is known already is not added.
        """
        rules = [*self.rules, *map(as_rule, self.triplets)]
        if not rules:
            return self
        inside = self.cannot.pairs[self.closure().contradicted]
        links = deduce(rules, self.closure(), {frozenset(pair) for pair in inside.tolist()})
        if not links:
            return self
        must, cannot = Links.read(MustLink, _only(MustLink, links)), Links.read(CannotLink, _only(CannotLink, links))
        return replace(
            self,
            must_links=Links.read(MustLink, self.must_links) + must,
            cannot_links=Links.read(CannotLink, self.cannot_links) + cannot,
        )

    def conflicts(self) -> list[Conflict]:
        """Return each cannot-link whose ends must-links join, with the shortest such path."""
        must, cannot = self.must, self.cannot
        return find_conflicts(must.pairs, must.sources, cannot.pairs, cannot.sources, self.closure())

    def violated(self, labels: NDArray[np.int64]) -> list[Constraint]:
        """Return the constraints that a labelling (n,) does not satisfy; ``satisfied`` says when."""
        codes = check_labels(labels, self.n_items)
        must, cannot = Links.read(MustLink, self.must_links), Links.read(CannotLink, self.cannot_links)
        parted = np.flatnonzero(codes[must.pairs[:, 0]] != codes[must.pairs[:, 1]])
        joined = np.flatnonzero(codes[cannot.pairs[:, 0]] == codes[cannot.pairs[:, 1]])
        others = chain.from_iterable(self._kinds[2:])
        return [
            *(must[row] for row in parted.tolist()),
            *(cannot[row] for row in joined.tolist()),
            *(constraint for constraint in others if not satisfied(constraint, codes)),
        ]


def _only(kind: type[Kind], stated: Iterable[Constraint]) -> tuple[Kind, ...]:
    return tuple(constraint for constraint in stated if isinstance(constraint, kind))
