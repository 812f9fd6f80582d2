"""Items moved between groups until each group holds a given number, at the least cost."""

import heapq
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


def move_to_counts(
    scores: NDArray[np.float64], labels: NDArray[np.int64], counts: NDArray[np.int64], most: float = np.inf
) -> NDArray[np.int64]:
    """Return labels (n,) of which each group g has ``counts[g]``, with the largest sum of scores.

    Successive shortest paths over the k groups: a unit too many goes to a group that lacks one, by way of others where
    that costs less. The result is the best there is if the labels given are the best for their own counts, as those of
    the largest ``scores + prices`` are for any prices. O(n k + units x k), and
    k^3 for each search for a way.

    Parameters
    ----------
    scores : (n, k) float64
        How well each item fits each group.
    labels : (n,) int64
        Where each item is.
    counts : (k,) int64
        How many each group shall have; together n.
    most : float
        What moving one unit may cost at most; the rest then stays where it is.
    """
    labels = labels.copy()
    k = scores.shape[1]
    surplus = np.bincount(labels, minlength=k) - counts
    units = int(np.maximum(surplus, 0).sum())
    if not units:
        return labels
    queues = _queues(scores, labels, k, units + 1)
    costs = np.full((k, k), np.inf)
    path = list(range(k))
    while units:
        for g in path:
            for h in range(k):
                costs[g, h] = _cheapest(queues, labels, g, h)
        path = _cheapest_path(costs, surplus, most)
        if not path:
            break
        hops = list(pairwise(path))
        paid = sum(costs[hop] for hop in hops)
        # While the way costs no more, it is still the cheapest: equal items need one search.
        while surplus[path[0]] > 0 > surplus[path[-1]] and sum(costs[hop] for hop in hops) <= paid:
            for g, h in reversed(hops):
                item = heapq.heappop(queues[g, h])[1]
                labels[item] = h
                row = scores[item]
                for other in range(k):
                    if other != h:
                        heapq.heappush(queues[h, other], (float(row[h] - row[other]), item))
            surplus[path[0]] -= 1
            surplus[path[-1]] += 1
            units -= 1
            for hop in hops:
                costs[hop] = _cheapest(queues, labels, *hop)
    return labels


Queue = list[tuple[float, int]]


def _queues(scores: NDArray[np.float64], labels: NDArray[np.int64], k: int, most: int) -> dict[tuple[int, int], Queue]:
    """Return for each pair of groups the items of the first that move to the second at the least loss, and the loss."""
    queues: dict[tuple[int, int], Queue] = {}
    for g in range(k):
        items = np.flatnonzero(labels == g)
        own = scores[items]
        for h in range(k):
            loss = own[:, g] - own[:, h]
            # Of equal losses the earliest items, so that the result does not depend on how a selection is carried out.
            near = np.flatnonzero(loss <= np.partition(loss, most - 1)[most - 1]) if len(loss) > most else slice(None)
            order = np.argsort(loss[near], kind="stable")[:most]
            queues[g, h] = list(zip(loss[near][order].tolist(), items[near][order].tolist(), strict=True))
    return queues


def _cheapest(queues: dict[tuple[int, int], Queue], labels: NDArray[np.int64], g: int, h: int) -> float:
    """Return the least loss of a move; drop items from the queue that have left."""
    queue = queues[g, h]
    while g != h and queue:
        if labels[queue[0][1]] == g:
            return queue[0][0]
        heapq.heappop(queue)
    return np.inf


def _cheapest_path(costs: NDArray[np.float64], surplus: NDArray[np.int64], most: float) -> list[int]:
    """Return the groups on the cheapest way from one with a unit too many to one with too few (Bellman and Ford)."""
    k = len(costs)
    distance = np.where(surplus > 0, 0.0, np.inf)
    before = np.full(k, -1)
    for _ in range(k):
        through = distance[:, None] + costs
        nearest = through.argmin(axis=0)
        better = through[nearest, np.arange(k)] < distance - 1e-9
        if not better.any():
            break
        before[better], distance[better] = nearest[better], through[nearest, np.arange(k)][better]
    goals = np.where(surplus < 0, distance, np.inf)
    goal = int(goals.argmin())
    if not goals[goal] <= most or goals[goal] == np.inf:
        return []
    path = [goal]
    while before[path[-1]] >= 0 and len(path) <= k:
        path.append(int(before[path[-1]]))
    return path[::-1]
