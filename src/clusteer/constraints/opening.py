"""When groups open, answer by answer: what numbers them so that no later answer renumbers them."""

from collections.abc import Iterable

from clusteer.constraints.kinds import Pair


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
        self._parent: dict[int, int] = {}
        self._apart: dict[int, set[int]] = {}

    def add(self, must_link: Iterable[Pair], cannot_link: Iterable[Pair], order: Iterable[int]) -> None:
        """Take in the links of one answer.

        Parameters
        ----------
        must_link : iterable of pairs
            Items that belong together.
        cannot_link : iterable of pairs
            Items that do not.
        order : iterable of int
            The items of these links, in the order in which they may open groups.
        """
        gained: set[int] = set()
        for first, second in must_link:
            gained |= self._join(self._root(first), self._root(second))
        for first, second in cannot_link:
            one, other = self._root(first), self._root(second)
            if one != other:
                self._apart[one].add(other)
                self._apart[other].add(one)
        for item in (*order, *sorted(gained)):
            root = self._root(item)
            if root not in self._open and self._apart[root] >= self._open:
                self._open.add(root)
                self.items.append(item)

    def _root(self, item: int) -> int:
        """Return the item that stands for the component of this one."""
        if item not in self._parent:
            self._parent[item] = item
            self._apart[item] = set()
        while self._parent[item] != item:
            self._parent[item] = self._parent[self._parent[item]]
            item = self._parent[item]
        return item

    def _join(self, first: int, second: int) -> set[int]:
        """Make one component of two; return the components that are apart from an open group only now."""
        if first == second:
            return set()
        small, large = sorted((first, second), key=lambda root: len(self._apart[root]))
        gained: set[int] = set()
        if large in self._open:
            gained |= self._apart[small]
        if small in self._open:
            gained |= self._apart[large]
            self._open.remove(small)
            self._open.add(large)
        self._parent[small] = large
        for neighbor in self._apart.pop(small):
            self._apart[neighbor].remove(small)
            if neighbor != large:
                self._apart[neighbor].add(large)
                self._apart[large].add(neighbor)
        return gained
