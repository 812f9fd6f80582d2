"""When groups open, statement by statement: what numbers them so that no later statement renumbers them."""

from collections.abc import Iterable

from clusteer.constraints.kinds import Pair, Rule
from clusteer.constraints.knowledge import Knowledge
from clusteer.constraints.logic import conclusions


class Opening:
    """Components of links that arrive over time. A group opens when a component is apart from all open groups.

    ``Closure`` holds what all links together imply; it cannot know in which order groups opened, because a component
    may have been met long before it was told apart from the last group.

    Attributes
    ----------
    items : list of int
        One item of each group, in the order the groups opened.
    """

    def __init__(self) -> None:
        self.items: list[int] = []
        self._open: set[int] = set()
        self._known = Knowledge()

    def add(
        self, must_link: Iterable[Pair], cannot_link: Iterable[Pair], order: Iterable[int], rules: Iterable[Rule] = ()
    ) -> None:
        """Take in the links and rules of one statement, and what follows from them.

        Parameters
        ----------
        must_link : iterable of pairs
            Items that belong together.
        cannot_link : iterable of pairs
            Items that do not.
        order : iterable of int
            The items of these links, in the order in which they may open groups.
        rules : iterable of Rule
            What links may deduce, now or later.
        """
        for rule in rules:
            self._known.watch(rule)
        self._take(must_link, cannot_link, order)
        while followed := self._known.follow():
            must, cannot = conclusions(followed)
            self._take(must, cannot, [item for pair in (*must, *cannot) for item in pair])

    def _take(self, must_link: Iterable[Pair], cannot_link: Iterable[Pair], order: Iterable[int]) -> None:
        known = self._known
        gained: set[int] = set()
        for first, second in must_link:
            one, other = known.root(first), known.root(second)
            if one != other:
                gained |= self._join(one, other)
        for first, second in cannot_link:
            known.part(known.root(first), known.root(second))
        for item in (*order, *sorted(gained)):
            root = known.root(item)
            if root not in self._open and known.apart_from(root) >= self._open:
                self._open.add(root)
                self.items.append(item)

    def _join(self, one: int, other: int) -> set[int]:
        """Make one component of two; return the components that are apart from an open group only now."""
        gained: set[int] = set()
        if one in self._open:
            gained |= self._known.apart_from(other)
        if other in self._open:
            gained |= self._known.apart_from(one)
        kept, gone = self._known.join(one, other)
        if gone in self._open:
            self._open.remove(gone)
            self._open.add(kept)
        return gained
