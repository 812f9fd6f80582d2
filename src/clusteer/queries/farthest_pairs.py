"""Ask about the pairs that lie farthest apart inside one group."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from clusteer.constraints import ConstraintSet
from clusteer.constraints.closure import Closure
from clusteer.core import Clustering, History, Question
from clusteer.queries.pairs import divided, may_be_shown, same_questions

_OUTERMOST = 500
"""Items of a group among which its farthest pairs are looked for: those farthest from its mean."""


def farthest_pairs(
    labels: NDArray[np.int64],
    embedding: NDArray[np.floating],
    n: int,
    closure: Closure,
    *,
    allowed: NDArray[np.bool_],
    spent: int = 0,
) -> NDArray[np.int64]:
    """Return pairs (m, 2) that lie farthest apart in their group, the farthest of each group first.

    Parameters
    ----------
    labels : (n_items,) int64
        Group of each item.
    embedding : (n_items, d) float
        Where items lie.
    n, closure, allowed, spent
        As of ``boundary_pairs``.

    Notes
    -----
    **Source**: ADC, section 4.4, where it is ADC-Uncertain. Here the farthest pairs are those among the 500 items of a
    group that are farthest from its mean.
    """
    groups = [np.flatnonzero(allowed & (labels == group)) for group in np.unique(labels[allowed])]
    pairs = [_farthest(members, embedding[members], n, closure) for members in groups]
    shares = divided(n, [len(members) for members in groups], [len(one) for one in pairs], spent)
    chosen = np.concatenate([np.zeros((0, 2), np.int64), *(one[:s] for one, s in zip(pairs, shares, strict=True))])
    turn = np.concatenate([np.zeros(0, np.int64), *(np.arange(share) for share in shares)])
    return chosen[np.argsort(turn, kind="stable")]


def _farthest(
    members: NDArray[np.int64], embedding: NDArray[np.floating], n: int, closure: Closure
) -> NDArray[np.int64]:
    """Return at most n unknown pairs (m, 2) of a group's outermost items, the farthest first."""
    outer = np.argsort(-np.square(embedding - embedding.mean(axis=0)).sum(axis=1), kind="stable")[:_OUTERMOST]
    places = np.stack(np.triu_indices(len(outer), 1), axis=1)
    pairs = np.sort(members[outer[places]], axis=1)
    distances = cdist(embedding[outer], embedding[outer])[places[:, 0], places[:, 1]]
    together, apart = closure.known(pairs)
    order = np.argsort(-distances, kind="stable")
    return pairs[order[~(together | apart)[order]]][:n]


class FarthestPairs:
    """Ask about the pairs that lie farthest apart inside one group (ADC-Uncertain in the paper)."""

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        """Return at most ``n`` questions, the farthest pair of each group first."""
        pairs = farthest_pairs(
            clustering.labels, clustering.index.embedding, n, constraints.closure(),
            allowed=may_be_shown(history, len(clustering.labels)), spent=history.spent,
        )  # fmt: skip
        return same_questions(pairs, clustering.round, "The two items farthest apart in one group.")
