"""How many pairs of items are rightly together, and how many that belong together are: from items drawn at random."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clusteer.trust.accuracy import DRAWS, OUTCOME, Estimate, draw_gain, draw_right, estimated

Floats = NDArray[np.float64]


def estimate_pairs(
    predicted: NDArray[np.integer],
    told: NDArray[np.integer],
    believed: NDArray[np.floating],
    n_groups: int,
    moved: float,
    seed: int,
) -> tuple[Estimate, Estimate] | None:
    """Return pairwise precision and recall of a grouping; None where too little was asked to tell.

    Precision is the share of pairs in one group that belong together, recall the share of pairs that belong together
    that are in one group. Both are over all pairs of items, as those drawn stand for all: which predictions are right
    is drawn as for ``estimate_accuracy``, an item of which one is wrong belongs where its answer says, and how many
    items each of those drawn stands for is drawn too (Rubin, The Bayesian bootstrap, 1981), one more among them that is
    wrong and stands for few, so that nothing is certain because all answers agree. Where the groups shown are right of
    more items than those that predict, they are of about twice as many pairs. O(draws x (items + groups^2)).

    Parameters
    ----------
    predicted, told : (a,) int64
        Of items drawn at random: the group they are predicted to be in without their answer, and the one answered;
        -1 for a group without a number; of such there is one.
    believed : (a,) float
        How likely each of these answers is to be right.
    n_groups : int
        Number of groups k that an answer may name.
    moved : float
        Share of items that are in another group than where they are predicted to be.
    seed : int
        Of the draws.
    """
    if not (_pairs(predicted) and _pairs(told)):
        return None
    rng, agree, k = np.random.default_rng(seed), predicted == told, max(n_groups, 2)
    shape = (DRAWS, len(told) + 1)
    groups, others = rng.integers(0, k, shape), rng.integers(1, k, shape)
    groups[:, :-1] = predicted
    belong = (groups + others) % k
    belong[:, :-1] = np.where(agree, belong[:, :-1], told)
    belong[:, :-1] = np.where(draw_right(agree, believed, n_groups, rng), predicted, belong[:, :-1])
    stands_for = rng.standard_gamma(np.append(np.ones(len(told)), OUTCOME), shape)
    stands_for /= stands_for.sum(axis=1, keepdims=True)

    size = 1 + max(k, *(int(codes.max(initial=0)) + 1 for codes in (predicted, told)))
    cells = (np.arange(DRAWS)[:, None] * size + groups + 1) * size + belong + 1
    shares = np.bincount(cells.ravel(), stands_for.ravel(), DRAWS * size**2).reshape(DRAWS, size, size)
    alone = np.square(stands_for).sum(axis=1)  # No item is a pair with itself.
    both, grouped, belonging = (
        np.square(part).sum(axis=axes) - alone
        for part, axes in ((shares, (1, 2)), (shares.sum(axis=2), 1), (shares.sum(axis=1), 1))
    )
    gain = 2 * draw_gain(moved, rng)
    precision, recall = (
        estimated(np.clip(both / np.maximum(of, 1e-12), 0, 1) + gain, len(told)) for of in (grouped, belonging)
    )
    return precision, recall


def _pairs(codes: NDArray[np.integer]) -> bool:
    """Whether any two items are of one group."""
    return len(np.unique(codes)) < len(codes)
