"""The most valuable items: hard to place, like many others, unlike what was asked before (IDC)."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clusteer.constraints import ConstraintSet
from clusteer.core import Clustering, History, Question
from clusteer.core.index import unit_rows
from clusteer.neighbors import own_neighbors
from clusteer.queries.cold_start import first_questions
from clusteer.queries.member import candidates, member_question, open_options

CANDIDATES = 5
"""Groups that a question offers at most, T in the paper."""
NEIGHBORS = 20
"""Neighbors that say how many items are like one, K in the paper."""
PER_CELL = 8
"""Items of each cell of the Index that a question is chosen from: at most 2,048 whatever the collection's size."""
_AT_ONCE = 256
"""Rows whose value is brought up to date at a time, the most valuable first; those behind need not be."""
_LEAST = 1e-6
"""Least that 1 - cosine and 1 - (difference of cosines) count as; rounding can take both below 0."""
_DENSEST = 1e-3
"""Least squared distance to the neighbors, as a part of the median: copies of one item are no denser than this."""


class ValueMining:
    """Ask about valuable items beside the five open groups nearest to each, until "none" of all opens another.

    An item that was rejected from the groups it was shown beside is asked about again beside the others.
    """

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        """Return at most ``n`` questions, best first; O(items) for the shortlist, then some thousand rows."""
        index = clustering.index
        allowed = candidates(clustering, constraints, history)
        options = open_options(clustering, constraints, history.gone)
        if not options:
            return first_questions(index, allowed, n, seed)
        centers = group_centers(index.embedding, clustering.labels, clustering.n_clusters)
        worth = hardness(index.embedding[allowed], centers) + representativeness(
            index.distances[allowed, :NEIGHBORS].astype(np.float64)
        )
        best = _best_of_cells(index.cells[allowed], worth, max(PER_CELL, n))
        kept = allowed[best]
        closure = constraints.closure()
        placed = np.flatnonzero(np.isin(closure.component, constraints.groups))
        picks, values = most_valuable(
            index.embedding[kept], worth[best], min(n, len(kept)), index.embedding[closure.items[placed]]
        )
        shown = centers[clustering.labels[[exemplars[0] for exemplars in options.values()]]]
        questions = []
        for item, value in zip(kept[picks].tolist(), values.tolist(), strict=True):
            near = _nearest(item, options, shown @ index.embedding[item], constraints)
            why = "It lies between groups, there are others like it, and nothing like it was asked about."
            questions.append(member_question(item, near, constraints, clustering, value, why))
        return questions


def _nearest(
    item: int, options: dict[int, tuple[int, ...]], likeness: NDArray[np.float32], constraints: ConstraintSet
) -> dict[int, tuple[int, ...]]:
    """Leave out open groups so that at most five may hold the item: those it is least like."""
    closure = constraints.closure()
    component = closure.component_of(item)
    order = [list(options)[place] for place in np.argsort(-likeness, kind="stable").tolist()]
    possible = [group for group in order if component is None or not closure.apart(component, group)]
    return {group: shown for group, shown in options.items() if group not in possible[CANDIDATES:]}


def _best_of_cells(cells: NDArray[np.int32], worth: NDArray[np.float64], most: int) -> NDArray[np.int64]:
    """Return the places of the ``most`` worthiest items of each cell."""
    order = np.lexsort((-worth, cells))
    ordered = cells[order]
    rank = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    return np.sort(order[rank < most])


def mine(
    features: NDArray[np.float32],
    centers: NDArray[np.float32],
    n: int,
    *,
    represent: bool = True,
    diversify: bool = True,
    standardize: bool = False,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the n most valuable of all items at once, as the paper does (Alg. 1), and the value of each when picked.

    Parameters
    ----------
    features : (m, d) float32
        All items; rows are brought to length 1.
    centers : (k, d) float32
        Centers of the clusters, likewise.
    n : int
        How many items to pick; all where there are fewer.
    represent, diversify : bool
        Whether representativeness (Eq. 3) and diversity (Eq. 4) count beside hardness.
    standardize : bool
        Whether hardness and representativeness are brought to mean 0 and deviation 1 before they are added.

    Notes
    -----
    **Source**: IDC, Eqs. 1 to 4 and Alg. 1. Its released code counts an item as its own nearest neighbor, holds all
    pairwise distances (13 GiB at 60,000 items), begins every pick anew, and takes logarithms of numbers that may be 0
    or less: a hardness that is not a number then counts as the largest, and copies of a picked item are picked next.
    Here the item itself is left out, neighbors are found block by block, likeness to what was picked is brought up to
    date for the items that may be next, and what goes into a logarithm is bounded from below. ``standardize`` is
    VLM4Cluster's.
    """
    rows, ends = unit_rows(features), unit_rows(centers)
    worth = hardness(rows, ends)
    worth = _standardized(worth) if standardize else worth
    if represent:
        density = representativeness(own_neighbors(rows, NEIGHBORS)[1].astype(np.float64))
        worth = worth + (_standardized(density) if standardize else density)
    n = min(n, len(rows))
    if diversify:
        return most_valuable(rows, worth, n)
    picks = np.argsort(-worth, kind="stable")[:n]
    return picks.astype(np.int64), worth[picks]


def hardness(features: NDArray[np.float32], centers: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return log(1 - z c_1 + z c_2) (n,) of unit rows z and their two nearest unit centers (Eq. 2); 0 beside one."""
    if len(centers) < 2:
        return np.zeros(len(features))
    likeness = features @ centers.T
    top = np.partition(likeness, len(centers) - 2, axis=1)[:, -2:].astype(np.float64)
    return np.log(np.maximum(1 - (top[:, 1] - top[:, 0]), _LEAST))


def representativeness(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return -log of the summed squared distances (n, q) to the nearest other items (Eq. 3); 0 without neighbors."""
    squared = np.square(distances).sum(axis=1)
    least = max(_DENSEST * float(np.median(squared)), _LEAST) if squared.size else 1.0
    return -np.log(np.maximum(squared, least)) if distances.shape[1] else np.zeros(len(distances))


def most_valuable(
    features: NDArray[np.float32],
    worth: NDArray[np.float64],
    n: int,
    asked: NDArray[np.float32] | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Pick n rows one by one, each the most valuable beside those picked before (Eqs. 1 and 4, Theorem 1).

    Parameters
    ----------
    features : (m, d) float32
        Unit rows.
    worth : (m,) float64
        Hardness and representativeness.
    n : int
        How many, at most m.
    asked : (a, d) float32, optional
        Rows that count as picked already.

    Returns
    -------
    picks : (n,) int64
        Different rows.
    values : (n,) float64
        Value of each when it was picked; from the second on they never rise, and the first is no exception where no two
        rows are more than a right angle apart.
    """
    n_rows, worth = len(features), worth.copy()
    likeness = np.full(n_rows, -np.inf)
    if asked is not None and len(asked):
        likeness = (features.astype(np.float64) @ asked.T.astype(np.float64)).max(axis=1)
    value = worth + _diversity(likeness)  # Of a row that has not seen the latest picks it is the most it can be.
    seen = np.zeros(n_rows, np.int64)
    picks, values = np.zeros(n, np.int64), np.zeros(n)

    def bring_up_to_date(rows: NDArray[np.int64], place: int) -> None:
        since = features[picks[seen[rows].min() : place]].astype(np.float64)
        near = (features[rows].astype(np.float64) @ since.T).max(axis=1)
        likeness[rows] = np.maximum(likeness[rows], near)
        value[rows], seen[rows] = worth[rows] + _diversity(likeness[rows]), place

    for place in range(n):
        if place == 1:  # The first pick has no diversity, so it may raise values: of rows that point away from it.
            bring_up_to_date(np.arange(n_rows), place)
        pick = int(np.argmax(value))
        while seen[pick] < place:
            top = np.argpartition(-value, min(_AT_ONCE, n_rows) - 1)[:_AT_ONCE]
            bring_up_to_date(top[seen[top] < place], place)
            pick = int(np.argmax(value))
        picks[place], values[place] = pick, value[pick]
        worth[pick] = value[pick] = -np.inf
    return picks, values


def _diversity(likeness: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log(1 - largest cosine to what was picked); 0 where nothing was."""
    apart: NDArray[np.float64] = np.log(np.maximum(1 - likeness, _LEAST))
    apart[np.isneginf(likeness)] = 0
    return apart


def _standardized(values: NDArray[np.float64]) -> NDArray[np.float64]:
    centered: NDArray[np.float64] = values - values.mean()
    deviation = float(values.std())
    return centered / deviation if deviation > 0 else centered


def group_centers(features: NDArray[np.float32], labels: NDArray[np.int64], n_clusters: int) -> NDArray[np.float32]:
    """Return the mean (k, d) of the unit rows of each group, at length 1; zero for a group without items."""
    n = len(labels)
    members = csr_array((np.ones(n, np.float32), labels, np.arange(n + 1)), shape=(n, n_clusters))
    return unit_rows(members.T @ features)
