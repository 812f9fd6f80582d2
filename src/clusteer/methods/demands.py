"""Group sizes, bounds and balance, met by changing as little as possible of what the evidence says."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints import Balance, Cardinality, ClusterSizes, ConstraintSet
from clusteer.constraints.satisfaction import ROUNDING, sizes_allowed
from clusteer.methods.answer_posterior import softmax
from clusteer.methods.prices import Windows, find_prices
from clusteer.methods.quotas import Evenness, nearest_quotas
from clusteer.methods.seeds import Seeds
from clusteer.methods.transport import move_to_counts

Demand = ClusterSizes | Cardinality | Balance

LEAST = 1e-30
"""Probabilities count as at least this."""
FEW, MORE = 5_000, 25_000
"""Items of each type from which prices are found, and then corrected."""
ROUNDS, LAST_ROUNDS = 25, 3
"""Rounds in which they are found, and corrected."""
HARDER = (0.3, 0.1, 0.03)
"""Nats over which boundaries are smoothed, less and less, on the way to prices for labels."""
FORBIDDEN = 1e4
"""Nats that putting an item where an answer says it is not costs."""


def meet_demands(
    constraints: ConstraintSet, proba: NDArray[np.float32], seeds: Seeds
) -> tuple[NDArray[np.float32], tuple[Demand, ...]]:
    """Return probabilities (n, k) whose best groups meet sizes, bounds and balances, and the demands that stay unmet.

    Each group gets a price for each type of item (items that the same demands count are of one type), which is added
    to their log-probabilities (``prices``); whole numbers that meet the demands are found next to the counts this
    gives (``quotas``); the items least sure of their group are then moved until the counts are those (``transport``),
    which costs the least log-probability there is for such counts. So a label changes only where the demands have it,
    and first where it is in doubt.

    People's answers outrank demands: items in an open group stay, joined items in none stay together, and no item goes
    to a group that an answer holds it apart from. Where that leaves no way, the demand gives way and is returned.
    Sizes wait, unmet, until there are as many groups as shares.

    Parameters
    ----------
    constraints : ConstraintSet
        Its sizes, cardinalities and balances.
    proba : (n, k) float32
        Group probabilities without them.
    seeds : Seeds
        What links say.
    """
    n, k = proba.shape
    sizes, waiting = constraints.sizes, list[Demand]()
    if sizes is not None and len(sizes.shares) != k:
        waiting.append(sizes)
        sizes = None
    if sizes is None and not constraints.cardinalities and not constraints.balances:
        return proba, tuple(waiting)
    labels = proba.argmax(axis=1)
    demanded = _read(constraints, sizes, labels, k)
    if not demanded.unmet(labels):
        return proba, tuple(waiting)

    loose, together = seeds.unplaced, np.zeros(n, bool)
    against = loose.against.reshape(-1, k)  # No components, no columns: as where nothing was answered.
    sizes_of = np.bincount(loose.component, minlength=len(against))
    together[loose.items] = sizes_of[loose.component] > 1
    free = np.ones(n, bool)
    free[[*seeds.items, *(bound.group for bound in constraints.cardinalities if bound.group is not None)]] = False
    scores = np.log(np.maximum(proba, np.float32(LEAST)))
    barred = against[loose.component] > 0
    barred[np.arange(len(barred)), labels[loose.items]] = False
    scores[loose.items] -= np.float32(FORBIDDEN) * barred
    soft, hard = (
        scores + prices[demanded.kind].astype(np.float32) for prices in _prices(demanded, scores, labels, free)
    )

    # Joined items follow the prices as one, and only now: a move of one of them would part them.
    joined, of = together & free, np.zeros(n, np.int64)
    of[loose.items] = loose.component
    for priced in (soft, hard):
        sums = np.zeros_like(against)
        np.add.at(sums, loose.component, priced[loose.items])
        priced[joined] = (sums / np.maximum(sizes_of, 1)[:, None])[of[joined]]
    labels = np.where(free, hard.argmax(axis=1), labels)
    moved = free.copy()
    free &= ~joined

    if demanded.unmet(labels):
        fixed = demanded.counts(labels, ~free)
        quotas = nearest_quotas(demanded.counts(labels), fixed, demanded.windows, demanded.evenness)
        for kind in np.flatnonzero((quotas != demanded.counts(labels)).any(axis=1)):
            rows = np.flatnonzero(free & (demanded.kind == kind))
            exact = scores[rows].astype(np.float64)
            labels[rows] = move_to_counts(exact, labels[rows], quotas[kind] - fixed[kind], FORBIDDEN / 2)
    return _led_by(soft, proba, labels, moved), (*waiting, *demanded.unmet(labels))


def meet_demands_among_others(
    constraints: ConstraintSet, proba: NDArray[np.float32]
) -> tuple[NDArray[np.float32], tuple[Demand, ...]]:
    """Return what ``meet_demands`` returns where every item that links touch stays in the group it has."""
    linked = constraints.closure().items
    return meet_demands(constraints, proba, Seeds.fixed(linked, proba.argmax(axis=1)[linked], proba.shape[1]))


def _prices(
    demanded: _Demanded, scores: NDArray[np.float32], labels: NDArray[np.int64], free: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what to add to the scores of each type of item (t, k), for probabilities and for labels."""
    fixed, windows = demanded.counts(labels, ~free).astype(np.float64), demanded.all_windows()
    members = [np.flatnonzero(free & (demanded.kind == kind)) for kind in range(demanded.n_types)]

    def find(most: int, start: NDArray[np.float64], softness: float, rounds: int) -> NDArray[np.float64]:
        taken = [rows[:: -(-len(rows) // most) or 1] for rows in members]
        weights = np.array([len(rows) / max(1, len(some)) for rows, some in zip(members, taken, strict=True)])
        starts = np.cumsum([0, *map(len, taken)])
        return find_prices(scores[np.concatenate(taken)], starts, weights, fixed, windows, start, softness, rounds)

    soft = find(FEW, np.zeros(windows.lower.shape), 1.0, ROUNDS)
    hard = soft
    for softness in HARDER:
        hard = find(FEW, hard, softness, ROUNDS)
    soft, hard = find(MORE, soft, 1.0, LAST_ROUNDS), find(MORE, hard, HARDER[-1], LAST_ROUNDS)
    return windows.counted.T @ soft, windows.counted.T @ hard


def _led_by(
    priced: NDArray[np.float32], proba: NDArray[np.float32], labels: NDArray[np.int64], moved: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return probabilities in which each item's label leads: priced ones where it may have moved."""
    led = np.where(moved[:, None], softmax(priced), proba).astype(np.float32)
    best = led.argmax(axis=1)
    rows = np.flatnonzero(best != labels)
    # What a demand moved against the evidence is in doubt between the two groups, with its label just ahead of all.
    pair, some = np.stack([best[rows], labels[rows]], axis=1), led[rows]
    both = np.take_along_axis(some, pair, axis=1).mean(axis=1, keepdims=True)
    np.put_along_axis(some, pair, 0, axis=1)
    both = np.maximum(both, some.max(axis=1, keepdims=True)) * np.array([1 - 1e-5, 1 + 1e-5], np.float32)
    np.put_along_axis(some, pair, both, axis=1)
    led[rows] = some / some.sum(axis=1, keepdims=True)
    return led


@dataclass(frozen=True, eq=False)
class _Demanded:
    """Demands over t types of item.

    Attributes
    ----------
    kind : (n,) int64
        The type 0..t-1 of each item.
    n_groups : int
        Number of groups k.
    windows : Windows
        Sizes and cardinalities.
    evenness : tuple of Evenness
        Balances.
    stated : tuple
        The demand behind each window, then behind each balance.
    """

    kind: NDArray[np.int64]
    n_groups: int
    windows: Windows
    evenness: tuple[Evenness, ...]
    stated: tuple[Demand, ...]

    @property
    def n_types(self) -> int:
        """Number of types t."""
        return int(self.kind.max()) + 1

    def counts(self, labels: NDArray[np.int64], among: NDArray[np.bool_] | slice = slice(None)) -> NDArray[np.int64]:
        """Count the items of each type in each group (t, k)."""
        cells = self.kind[among] * self.n_groups + labels[among]
        counts: NDArray[np.int64] = np.bincount(cells, minlength=self.n_types * self.n_groups)
        return counts.reshape(-1, self.n_groups)

    def unmet(self, labels: NDArray[np.int64]) -> tuple[Demand, ...]:
        """Return the demands that labels (n,) do not meet."""
        counts = self.counts(labels)
        broken = [bool(missed.any()) for missed in self.windows.missed(counts.astype(np.float64))]
        for even in self.evenness:
            broken.append(bool(np.ptp(_shares(even, counts), axis=0).max() > even.tolerance + ROUNDING))
        return tuple(demand for demand, is_broken in zip(self.stated, broken, strict=True) if is_broken)

    def all_windows(self) -> Windows:
        """Return all demands as windows: a balance as what the shares of two parts may differ, in items of the less."""
        size = np.bincount(self.kind, minlength=self.n_types)
        counted, widths = [self.windows.counted], [np.zeros(0)]
        for even in self.evenness:
            parts = even.counted / (even.counted @ size)[:, None]
            for one, other in combinations(parts, 2):
                items = 1 / max(one.max(), other.max())
                counted.append(items * (one - other)[None])
                widths.append(np.array([items * even.tolerance]))
        width = np.repeat(np.concatenate(widths)[:, None], self.n_groups, axis=1)
        return Windows(
            np.vstack(counted), np.vstack([self.windows.lower, -width]), np.vstack([self.windows.upper, width])
        )


def _shares(even: Evenness, counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share (p, k) of each part that each group holds."""
    held = even.counted @ counts
    shares: NDArray[np.float64] = held / held.sum(axis=1, keepdims=True)
    return shares


def _read(constraints: ConstraintSet, sizes: ClusterSizes | None, labels: NDArray[np.int64], k: int) -> _Demanded:
    """Read the demands; the largest share is that of the group with most labels."""
    n = len(labels)
    parts = [bound.items for bound in constraints.cardinalities if bound.items is not None]
    parts += [part for balance in constraints.balances for part in balance.parts]
    rows = [np.array(part, np.int64) for part in parts]
    kind = np.zeros(n, np.int64)
    for part in rows:
        member = np.zeros(n, np.int64)
        member[part] = 1
        kind = np.unique(2 * kind + member, return_inverse=True)[1]
    t = int(kind.max()) + 1
    types = iter([(np.bincount(kind[part], minlength=t) > 0).astype(np.float64) for part in rows])

    counted, lower, upper, stated = [np.zeros((0, t))], [np.zeros((0, k))], [np.zeros((0, k))], list[Demand]()
    for bound in constraints.cardinalities:
        bound_groups = np.ones(k, bool) if bound.group is None else np.arange(k) == labels[bound.group]
        counted.append((np.ones(t) if bound.items is None else next(types))[None])
        lower.append(np.where(bound_groups, bound.lower or 0, 0)[None])
        upper.append(np.where(bound_groups & (bound.upper is not None), bound.upper or 0, n)[None])
        stated.append(bound)
    if sizes is not None:
        order = np.argsort(np.bincount(labels, minlength=k), kind="stable")
        least, most = np.zeros(k), np.zeros(k)
        least[order], most[order] = sizes_allowed(sizes, n)
        counted.append(np.ones((1, t)))
        lower.append(least[None])
        upper.append(most[None])
        stated.append(sizes)
    evenness = tuple(
        Evenness(np.array([next(types) for _ in balance.parts]), balance.tolerance) for balance in constraints.balances
    )
    windows = Windows(np.vstack(counted), np.vstack(lower), np.vstack(upper))
    return _Demanded(kind, k, windows, evenness, (*stated, *constraints.balances))
