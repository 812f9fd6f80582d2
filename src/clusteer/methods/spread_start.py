"""Where to start from when links connect many items: these are told apart by links, and all others follow them."""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints import ConstraintSet
from clusteer.constraints.closure import Closure
from clusteer.methods.propagation import Propagation
from clusteer.neighbors import build_index


def spread_groups(
    codes: NDArray[np.float32], groups: NDArray[np.int64], closure: Closure, n_clusters: int, seed: int
) -> NDArray[np.int64]:
    """Return groups that spread from linked items to all others.

    Links say which linked items are together and which apart; which group that is, the given groups say, as most of
    the items do. From these the instant engine tells the groups of all items. It takes linked items of which a part was
    turned the wrong way round for wrong answers, and believes them less.

    Parameters
    ----------
    codes : (n, d) float32
        Items as embedded.
    groups : (n,) int64
        Groups 0..k-1 that are about right.
    closure : Closure
        What is known of these items.
    n_clusters : int
        Number of groups k, at least 2.
    seed : int
        Of the engine.

    Returns
    -------
    (n,) int64
        Groups, numbered anew; those given where there is a group to which no linked item belongs.
    """
    named = linked_groups(groups, closure, n_clusters)
    members = [np.flatnonzero(named == group) for group in range(n_clusters)]
    if min(map(len, members)) == 0:
        return groups
    together = [np.stack([np.full(len(items) - 1, items[0]), items[1:]], axis=1) for items in members]
    apart = list(combinations([int(items[0]) for items in members], 2))
    told = ConstraintSet.from_pairs(len(codes), np.concatenate(together), apart)
    engine = Propagation(n_clusters=n_clusters, random_state=seed).fit_index(build_index(codes, "codes"), told)
    return engine.labels_


def linked_groups(groups: NDArray[np.int64], closure: Closure, n_clusters: int) -> NDArray[np.int64]:
    """Return the group (n,) of each item that links touch; -1 of others, and where links leave none to belong to.

    The largest component first, each belongs to the group that most of its items are given, among those to which none
    belongs that is apart from it. O(t + components x k).
    """
    named = np.full(len(groups), -1)
    apart: list[list[int]] = [[] for _ in range(closure.n_components)]
    for first, second in closure.apart_pairs.tolist():
        apart[first].append(second)
        apart[second].append(first)
    group_of = np.full(closure.n_components, -1)
    for component in sorted(range(closure.n_components), key=lambda number: -len(closure.members[number])):
        items = closure.members[component]
        counts = np.bincount(groups[items], minlength=n_clusters)
        taken = group_of[apart[component]]
        counts[taken[taken >= 0]] = -1
        if counts.max() >= 0:
            named[items] = group_of[component] = int(counts.argmax())
    return named
