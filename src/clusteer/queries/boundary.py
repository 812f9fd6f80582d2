"""Algorithm 1 of ADC: ask whether items at the edge of a group belong with the item at its heart."""

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints import ConstraintSet
from clusteer.constraints.closure import Closure
from clusteer.core import Clustering, History, Question, child_seed
from clusteer.queries.pairs import divided, may_be_shown, same_questions

PARTS = 5
"""Parts of the collection that the paper asks about in turn."""
_STAR = 5
"""Linked items from which on it pays to ask whether two groups are one: the answer tells of 25 pairs."""


def boundary_pairs(
    labels: NDArray[np.int64],
    distances: NDArray[np.floating],
    n: int,
    closure: Closure,
    *,
    allowed: NDArray[np.bool_],
    spent: int = 0,
    joined: bool = True,
) -> NDArray[np.int64]:
    """Return pairs of a group's heart and its farthest items, that the closure does not know.

    Parameters
    ----------
    labels : (n_items,) int64
        Group of each item, from 0.
    distances : (n_items,) float
        How far each item is from the center of its own group, in any unit that is the same inside a group.
    n : int
        Most pairs. They are shared out over groups by their sizes.
    closure : Closure
        What is known. An item is not asked about twice where its links say already that it goes with another.
    allowed : (n_items,) bool
        Items that may be shown.
    spent : int
        Questions asked before, so that questions asked one by one go round the groups too.
    joined : bool
        Take for the heart, where items of the group are linked already, the most central of those linked to most
        others, so that the answers of all rounds come to one component; and ask how the hearts of two groups are
        related once five items or more are linked to both. Without it the most central item is taken, as in the paper.

    Returns
    -------
    (m, 2) int64
        Heart and edge, the farthest of their group first.

    Notes
    -----
    **Source**: ADC, Algorithm 1, which is ``joined=False``. There the budget is rounded down, which loses up to k - 1
    pairs; here the largest remainders are rounded up.
    """
    component = np.full(len(labels), -1)
    component[closure.items] = closure.component
    rows = np.flatnonzero(allowed)
    rows = rows[np.lexsort((rows, distances[rows], labels[rows]))]
    groups = np.split(rows, np.flatnonzero(np.diff(labels[rows])) + 1) if len(rows) else []
    hearts = [_heart(members, component, joined) for members in groups]
    pairs = [_edges(members, heart, component, closure) for members, heart in zip(groups, hearts, strict=True)]
    between = _between(hearts, component, closure)[:n] if joined else np.zeros((0, 2), np.int64)
    shares = divided(n - len(between), [len(members) for members in groups], [len(one) for one in pairs], spent)
    # Of each group the farthest first, and groups in turn.
    chosen = np.concatenate([between, *(one[:share] for one, share in zip(pairs, shares, strict=True))])
    turn = np.concatenate([np.full(len(between), -1), *(np.arange(share) for share in shares)])
    return chosen[np.argsort(turn, kind="stable")]


def _heart(members: NDArray[np.int64], component: NDArray[np.int64], joined: bool) -> int:
    """Return the most central of some items, the most central first; where asked for, of those linked most."""
    linked = component[members]
    if joined and (linked >= 0).any():
        counts = np.bincount(linked[linked >= 0])
        if counts.max() > 1:
            return int(members[np.argmax(linked == counts.argmax())])
    return int(members[0])


def _edges(members: NDArray[np.int64], heart: int, component: NDArray[np.int64], closure: Closure) -> NDArray[np.int64]:
    """Return the pairs (m, 2) of a heart with its group's items, the farthest first, one for each component."""
    edges = members[::-1][members[::-1] != heart]
    linked = component[edges]
    first = np.zeros(len(edges), bool)
    first[np.unique(np.where(linked >= 0, linked, -1 - np.arange(len(edges))), return_index=True)[1]] = True
    pairs = np.stack([np.full(len(edges), heart), edges], axis=1)
    together, apart = closure.known(pairs)
    return pairs[first & ~together & ~apart]


def _between(hearts: list[int], component: NDArray[np.int64], closure: Closure) -> NDArray[np.int64]:
    """Return the pairs (m, 2) of hearts that many items are linked to and of whose relation nothing is known."""
    sizes = np.bincount(closure.component, minlength=1)
    linked = [heart for heart in hearts if component[heart] >= 0]
    stars = np.array([heart for heart in linked if sizes[component[heart]] >= _STAR], np.int64)
    stars = stars[np.sort(np.unique(component[stars], return_index=True)[1])]
    pairs = np.stack([stars[side] for side in np.triu_indices(len(stars), 1)], axis=1)
    together, apart = closure.known(pairs)
    return pairs[~together & ~apart]


class Boundary:
    """Ask whether items that the clustering puts at the edge of a group belong with the item at its heart."""

    joined, parts = True, 1

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        """Return at most ``n`` questions, those about hearts first."""
        allowed, closure = may_be_shown(history, len(clustering.labels)), constraints.closure()
        part = np.random.default_rng(child_seed(seed, "parts")).permutation(len(allowed)) % self.parts
        distances, pairs = _distances(clustering), np.zeros((0, 2), np.int64)
        for shown in (allowed & (part == history.spent // n % self.parts), allowed):
            if len(pairs) < n:  # So small a part has too few pairs; then the whole is asked about.
                pairs = boundary_pairs(
                    clustering.labels, distances, n, closure, allowed=shown, spent=history.spent, joined=self.joined
                )
        return same_questions(pairs, clustering.round, "One at the heart of a group, one at its edge: of one kind?")


class BoundaryCheck(Boundary):
    """Algorithm 1 to the letter, over whole groups; pairs that are known are left out (ADC-check in the paper)."""

    joined = False


class BoundaryPartition(BoundaryCheck):
    """Algorithm 1 to the letter, in each round over another fifth of the collection, so that no pair repeats."""

    parts = PARTS


def _distances(clustering: Clustering) -> NDArray[np.float32]:
    """Return how far each item (n,) is from its group: by its probability, and where that is 1, by the embedding."""
    embedding, labels = clustering.index.embedding, clustering.labels
    k = clustering.n_clusters
    means = np.stack([
        np.bincount(labels, weights=column, minlength=k) for column in embedding.T
    ], axis=1) / np.maximum(np.bincount(labels, minlength=k), 1)[:, None]  # fmt: skip
    apart = np.square(embedding - means[labels].astype(np.float32)).sum(axis=1)
    order = np.lexsort((apart, -clustering.confidence))
    ranks = np.empty(len(labels), np.float32)
    ranks[order] = np.arange(len(labels))
    return ranks
