"""What is known of items while links arrive, and which rules that meets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clusteer.constraints.kinds import Pair, Relation, Rule


@dataclass
class _Pending:
    """A rule and how many of its premises are not known yet."""

    rule: Rule
    unknown: int


class Knowledge:
    """Components of links that arrive over time, which of them are apart, and the rules that wait for that.

    The smaller of two components is merged into the larger, counting the components each is apart from and those its
    premises wait for, so m links and p premises cost O((m + p) log(m + p)).
    """

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}
        self._apart: dict[int, set[int]] = {}
        self._waiting: dict[int, dict[int, list[tuple[_Pending, Relation]]]] = {}
        self._met: list[tuple[_Pending, Relation]] = []

    def root(self, item: int) -> int:
        """Return the item that stands for the component of this one."""
        if item not in self._parent:
            self._parent[item] = item
            self._apart[item] = set()
            return item
        while (parent := self._parent[item]) != item:
            self._parent[item] = self._parent[parent]
            item = self._parent[item]
        return item

    def apart_from(self, root: int) -> set[int]:
        """Return the roots of the components a component is kept apart from; not to be changed."""
        return self._apart[root]

    def same(self, first: int, second: int) -> bool | None:
        """Return what is known of two items: True together, False apart, None unknown."""
        one, other = self.root(first), self.root(second)
        return True if one == other else False if other in self._apart[one] else None

    def add(self, must_link: Iterable[Pair], cannot_link: Iterable[Pair]) -> None:
        """Take in links whose order among themselves does not matter."""
        for first, second in must_link:
            if (one := self.root(first)) != (other := self.root(second)):
                self.join(one, other)
        for first, second in cannot_link:
            self.part(self.root(first), self.root(second))

    def join(self, one: int, other: int) -> tuple[int, int]:
        """Make one component of two, given their roots; return the root that stays and the one that goes."""
        size = {root: len(self._apart[root]) + len(self._waiting.get(root, ())) for root in (one, other)}
        gone, kept = sorted((one, other), key=size.__getitem__)
        self._parent[gone] = kept
        apart, waiting = self._apart.pop(gone), self._waiting.pop(gone, {})
        for neighbor in apart:
            self._apart[neighbor].remove(gone)
            if neighbor != kept:
                self._apart[neighbor].add(kept)
                self._apart[kept].add(neighbor)
        for neighbor, premises in waiting.items():
            del self._waiting[neighbor][gone]
            if neighbor == kept:
                self._met += premises
            else:
                self._wait(kept, neighbor, premises)
        if waiting or kept in self._waiting:
            for neighbor in (*apart, *waiting):
                self._meet_apart(kept, neighbor)
        return kept, gone

    def part(self, one: int, other: int) -> None:
        """Keep two components apart, given their roots; a component is never apart from itself."""
        if one != other:
            self._apart[one].add(other)
            self._apart[other].add(one)
            if one in self._waiting:
                self._meet_apart(one, other)

    def watch(self, rule: Rule) -> None:
        """Have ``follow`` return this rule once all its premises are known."""
        pending = _Pending(rule, len(rule.premises))
        for premise in rule.premises:
            if self.same(premise.first, premise.second) is premise.together:
                self._met.append((pending, premise))
            elif (one := self.root(premise.first)) != (other := self.root(premise.second)):
                self._wait(one, other, [(pending, premise)])

    def follow(self) -> list[Rule]:
        """Return the rules whose premises have all become known since the last call.

        A premise counts by what is known now, so the order in which links arrived since then does not matter.
        """
        met, self._met = self._met, []
        followed = []
        for pending, premise in met:
            if self.same(premise.first, premise.second) is premise.together:
                pending.unknown -= 1
                if not pending.unknown:
                    followed.append(pending.rule)
        return followed

    def _wait(self, one: int, other: int, premises: list[tuple[_Pending, Relation]]) -> None:
        shared = self._waiting.setdefault(one, {}).setdefault(other, [])
        self._waiting.setdefault(other, {})[one] = shared
        shared += premises

    def _meet_apart(self, one: int, other: int) -> None:
        """Release the premises that wait for two components to be apart, if they are."""
        premises = self._waiting.get(one, {}).get(other)
        if premises and other in self._apart[one]:
            self._met += (waiting for waiting in premises if not waiting[1].together)
            premises[:] = [waiting for waiting in premises if waiting[1].together]
