"""What the closure says: which items seed which group, and what is known of items in no group."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints import CannotLink, ConstraintSet, Links

HEARD = 1000
"""The most seeds whose answers are held against each other: of more, the first half thousand and the last."""


@dataclass(frozen=True, eq=False)
class Seeds:
    """Answered items as a method reads them.

    Attributes
    ----------
    items : (m,) int64
        Items in an open group, in the order they were first spoken of.
    groups : (m,) int64
        The group 0..k-1 of each.
    weights : (m,) float64
        How far the link that put each there is believed, in (0, 1]; 1 for an item that opened a group.
    repeated : (m, k) float64
        How many answers beyond the first hold each item apart from each other group, or put it in its own; one less
        where an overruled answer put it in the other.
    n_groups : int
        Number of open groups k.
    unplaced : Unplaced
        What is known of items in no open group.
    overruled : int
        Answers that later ones overruled, and that were most likely wrong.
    """

    items: NDArray[np.int64]
    groups: NDArray[np.int64]
    weights: NDArray[np.float64]
    repeated: NDArray[np.float64]
    n_groups: int
    unplaced: Unplaced
    overruled: int = 0

    @property
    def heard(self) -> NDArray[np.int64]:
        """Places of the seeds whose answers are held against each other.

        All of up to 1,000; of more, the first 500 and the last 500 spoken of. So a long session, a large import and
        many declared pairs, before or after a person's answers, leave those answers among them, and one more answer
        changes but one.
        """
        m = len(self.items)
        return np.arange(m) if m <= HEARD else np.r_[: HEARD // 2, m - HEARD // 2 : m]

    @classmethod
    def fixed(cls, items: NDArray[np.int64], groups: NDArray[np.int64], k: int) -> Seeds:
        """Return items (m,) as seeds of the groups (m,) they are in, of k."""
        none, m = np.zeros(0, np.int64), len(items)
        unplaced = Unplaced(none, none, np.zeros((0, k)), np.zeros((0, 2), np.int64))
        return cls(items, groups, np.ones(m), np.zeros((m, k)), k, unplaced)

    def take(self, places: NDArray[np.int64] | slice) -> Seeds:
        """Return some of the seeds alone."""
        return replace(
            self,
            items=self.items[places],
            groups=self.groups[places],
            weights=self.weights[places],
            repeated=self.repeated[places],
        )

    def renumbered(self, place: NDArray[np.int64]) -> Seeds:
        """Return the same of items with new numbers: ``place`` (n,) holds that of each."""
        unplaced = replace(self.unplaced, items=place[self.unplaced.items])
        return replace(self, items=place[self.items], unplaced=unplaced)


@dataclass(frozen=True, eq=False)
class Unplaced:
    """Items that links touch and no open group holds.

    Attributes
    ----------
    items : (u,) int64
        The items.
    component : (u,) int64
        Which are joined: the component 0..c-1 of each.
    against : (c, k) float64
        How many answers hold each component apart from each group.
    apart : (p, 2) int64
        Components that are held apart from each other.
    """

    items: NDArray[np.int64]
    component: NDArray[np.int64]
    against: NDArray[np.float64]
    apart: NDArray[np.int64]


def read_seeds(constraints: ConstraintSet, limit: int | None = None) -> Seeds:
    """Read the open groups as seeds; O(links log links).

    Parameters
    ----------
    constraints : ConstraintSet
        What is stated.
    limit : int, optional
        Keep at most this many groups, those with most items; earlier ones where equal. The rest count as unplaced.
    """
    closure, touched = constraints.closure(), constraints.touched
    groups = np.array(constraints.groups, np.int64)
    if limit is not None and len(groups) > limit:
        sizes = np.bincount(closure.component, minlength=closure.n_components)
        groups = groups[np.sort(np.argsort(-sizes[groups], kind="stable")[:limit])]
    k = len(groups)
    group_of = np.full(closure.n_components, -1)
    group_of[groups] = np.arange(k)

    # By place among the touched items, ascending; in the order spoken of only at the end.
    group = group_of[closure.component]
    weights = np.zeros(len(closure.items))
    must = np.searchsorted(closure.items, constraints.must.pairs)
    np.maximum.at(weights, must, constraints.must.weights[:, None])
    counts = _answers_against(constraints.cannot, closure.items, group, k)
    inside = group >= 0
    counts[inside, group[inside]] = 0  # A contradiction; reported elsewhere, it must not count twice.

    # Said once more to be of its group, an item is so often more held apart from each other one.
    times = np.zeros(len(closure.items))
    told = {(said.item, said.source) for said in constraints.members}  # An answer says it once.
    np.add.at(times, np.searchsorted(closure.items, [item for item, _ in told]), 1)
    once_more = np.maximum(times - 1, 0)[:, None] * (group[:, None] != np.arange(k))
    # What was said before and overruled says of another group about as much as what overruled it says of this one.
    for said in constraints.overruled:
        there = closure.component_of(said.exemplars[0])
        if there is not None and group_of[there] >= 0 and closure.component_of(said.item) is not None:
            once_more[np.searchsorted(closure.items, said.item), group_of[there]] -= 1

    spoken = np.searchsorted(closure.items, touched)
    placed, loose = spoken[inside[spoken]], spoken[~inside[spoken]]
    names, component = np.unique(closure.component[loose], return_inverse=True)
    against = np.zeros((len(names), k))
    np.add.at(against, component, counts[loose])
    apart = closure.apart_pairs
    apart = apart[(group_of[apart] < 0).all(axis=1)]
    return Seeds(
        closure.items[placed],
        group[placed],
        np.where(weights[placed] > 0, weights[placed], 1.0),
        np.maximum(counts[placed] - 1, 0) + once_more[placed],
        k,
        Unplaced(closure.items[loose], component, against, np.searchsorted(names, apart)),
        len(constraints.overruled),
    )


def _answers_against(
    cannot: Links[CannotLink], items: NDArray[np.int64], group: NDArray[np.int64], k: int
) -> NDArray[np.float64]:
    """Count the answers (t, k) that hold each touched item apart from an item of each group."""
    one, other = np.searchsorted(items, cannot.pairs).T
    here, there = np.concatenate([one, other]), group[np.concatenate([other, one])]
    numbers: dict[str, int] = {}
    source = np.array([numbers.setdefault(name, len(numbers)) for name in cannot.sources] * 2, np.int64)
    told = there >= 0
    cells = (here * k + there)[told]
    # An answer that names two items of a group says it once.
    once = np.unique(cells * (len(numbers) + 1) + source[told]) // (len(numbers) + 1)
    counts: NDArray[np.float64] = np.bincount(once, minlength=len(items) * k).reshape(len(items), k).astype(np.float64)
    return counts
