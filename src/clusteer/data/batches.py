"""Index streams over linked items: batches that bring linked items together."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def linked_batches(
    pairs: NDArray[np.int64], batch_size: int, rng: np.random.Generator
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Deal pairs out in random order; every pair comes once, and an item of several pairs once a batch.

    Parameters
    ----------
    pairs : (m, 2) int64
        Linked items, whatever the link says of them.
    batch_size : int
        Pairs in a batch; the last may be short. A batch has at most twice as many items, and hardly more than
        ``batch_size`` where many pairs share an item.
    rng : Generator
        The order.

    Yields
    ------
    rows : (r,) int64
        Numbers of the pairs of this batch.
    items : (b,) int64
        Their items, ascending, each once.
    """
    order = rng.permutation(len(pairs))
    for start in range(0, len(pairs), batch_size):
        rows = order[start : start + batch_size]
        yield rows, np.unique(pairs[rows])


def component_batches(
    component: NDArray[np.int64], batch_size: int, share: float, rng: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Deal all items out, those of one component side by side, mixed with items that no link touches.

    Two linked items of a collection of n meet in a random batch of b about once in n / b epochs; here about once in
    one. Components come in random order, their items in random order, as many of them in a batch as ``share`` allows;
    one with more items is split, anew each time. Where few items are linked they come again, so that each batch has
    its share of them.

    Parameters
    ----------
    component : (n,) int64
        Component of each item; -1 for one that no link touches. Components that links keep apart may be given one
        number, so that they meet too.
    batch_size : int
        Items in a batch; the last may be short.
    share : float
        Of a batch, in [0, 1): most items that are linked, where there are others.
    rng : Generator
        The order.

    Yields
    ------
    (b,) int64
        Items of a batch, each once, in no order that tells anything.
    """
    free = rng.permutation(np.flatnonzero(component < 0))
    linked = np.flatnonzero(component >= 0)
    if not len(linked):
        yield from np.split(free, np.arange(batch_size, len(free), batch_size))
        return
    most = min(len(linked), batch_size if not len(free) else max(1, round(share * batch_size)))
    least = max(1, batch_size - most)
    count = max(-(-len(linked) // most), -(-len(free) // least))
    parts = np.array_split(free, count)
    waiting = np.zeros(0, np.int64)
    for part in parts:
        if len(waiting) < most:
            again = _in_components(linked, component, rng)
            waiting = np.concatenate([waiting, again[~np.isin(again, waiting)]])
        taken, waiting = waiting[:most], waiting[most:]
        yield rng.permutation(np.concatenate([taken, part]))


def _in_components(
    linked: NDArray[np.int64], component: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return linked items in random order, those of one component side by side, components in random order."""
    rank = rng.permutation(int(component.max()) + 1)
    mixed = rng.permutation(linked)
    return mixed[np.argsort(rank[component[mixed]], kind="stable")]
