"""What a simulated person states in the papers on deep clustering: pairs, marks, sizes, triplets, bounds and so on."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans

from clusteer.constraints import (
    Balance,
    Cardinality,
    ClusterSizes,
    ConstraintSet,
    Difficulty,
    Relation,
    Rule,
    Triplet,
    from_labels,
)
from clusteer.core import child_seed
from clusteer.methods.demands import meet_demands
from clusteer.methods.seeds import read_seeds

MARGIN = 1.5
"""How much farther ``far`` must be than ``near`` for a triplet to be stated, as a factor."""
WRONG = -0.1
"""The mark of an item that k-means gets wrong, after the authors' code."""


def pairs(truth: NDArray[np.int64], amount: int, noise: float, seed: int) -> ConstraintSet:
    """State ``amount`` pairs drawn uniformly."""
    return from_labels(truth, amount, noise=noise, random_state=child_seed(seed, "pairs", amount))


def marks(truth: NDArray[np.int64], codes: NDArray[np.float32], seed: int) -> ConstraintSet:
    """Mark every item: easy where k-means on the codes (n, d) has its class right, hard elsewhere.

    As in the paper this reads one bit of the truth per item.
    """
    k = len(np.unique(truth))
    found = KMeans(k, n_init=20, random_state=child_seed(seed, "marks")).fit_predict(codes)
    table = np.zeros((k, k))
    np.add.at(table, (found, truth), 1)
    matched = linear_sum_assignment(table, maximize=True)[1]
    values = np.where(matched[found] == truth, 1.0, WRONG)
    return ConstraintSet.from_stated(
        len(truth), [Difficulty(item=item, value=value) for item, value in enumerate(values.tolist())]
    )


def sizes(truth: NDArray[np.int64]) -> ConstraintSet:
    """State that all groups are of one size."""
    k = len(np.unique(truth))
    return ConstraintSet.from_stated(len(truth), [ClusterSizes(shares=(1 / k,) * k)])


def triplets(codes: NDArray[np.float32], amount: int, seed: int) -> ConstraintSet:
    """State triplets that are clear in the codes (n, d) of another network, where ``far`` is much farther."""
    rng = np.random.default_rng(child_seed(seed, "triplets"))
    kept = np.zeros((0, 3), np.int64)
    while len(kept) < amount:
        drawn = rng.integers(len(codes), size=(4 * amount, 3))
        near, far = (np.linalg.norm(codes[drawn[:, 0]] - codes[drawn[:, other]], axis=1) for other in (1, 2))
        different = (drawn[:, 0] != drawn[:, 1]) & (drawn[:, 0] != drawn[:, 2]) & (drawn[:, 1] != drawn[:, 2])
        kept = np.concatenate([kept, drawn[different & (far > MARGIN * near)]])
    rows = kept[:amount].tolist()
    return ConstraintSet.from_stated(len(codes), [Triplet(anchor=a, near=p, far=n) for a, p, n in rows])


def bounds(n: int, k: int, slack: float) -> ConstraintSet:
    """State that every group holds its equal share of the items, give or take ``slack`` of it."""
    return ConstraintSet.from_stated(n, [Cardinality(lower=int((1 - slack) * n / k), upper=int((1 + slack) * n / k))])


def attribute(truth: NDArray[np.int64], seed: int) -> NDArray[np.bool_]:
    """Make up an attribute (n,) that six items in ten of the even classes have, and four in ten of the odd ones."""
    rng = np.random.default_rng(child_seed(seed, "attribute"))
    has: NDArray[np.bool_] = rng.random(len(truth)) < np.where(truth % 2, 0.4, 0.6)
    return has


def balance(has: NDArray[np.bool_], tolerance: float) -> ConstraintSet:
    """State that every group mixes the items with the attribute and without as the collection does."""
    parts = (tuple(np.flatnonzero(has).tolist()), tuple(np.flatnonzero(~has).tolist()))
    return ConstraintSet.from_stated(len(has), [Balance(parts=parts, tolerance=tolerance)])


def rules(truth: NDArray[np.int64], amount: int, seed: int) -> ConstraintSet:
    """State rules: if a and b belong together, and b and c, then c and d are apart; true of the classes, at random."""
    rng = np.random.default_rng(child_seed(seed, "rules"))
    stated: list[Rule] = []
    while len(stated) < amount:
        a, b, c, d = rng.choice(len(truth), 4, replace=False).tolist()
        b, c = (int(rng.choice(np.flatnonzero(truth == truth[a]))) for _ in range(2))
        if len({a, b, c, d}) == 4 and truth[d] != truth[a]:
            premises = (Relation(a, b, together=True), Relation(b, c, together=True))
            stated.append(Rule(premises=premises, conclusion=Relation(c, d, together=False)))
    return ConstraintSet.from_stated(len(truth), stated)


def nearest(truth: NDArray[np.int64], constraints: ConstraintSet) -> NDArray[np.int64]:
    """Return the labelling (n,) nearest to the truth that meets the demands: what these cost whoever knows it all."""
    demands = ConstraintSet.from_stated(
        len(truth), [*constraints.cardinalities, *constraints.balances, *filter(None, [constraints.sizes])]
    )
    if not len(demands):
        return truth
    k = len(np.unique(truth))
    proba = np.full((len(truth), k), 0.1 / k, np.float32)
    proba[np.arange(len(truth)), truth] += 0.9
    met: NDArray[np.int64] = meet_demands(demands, proba, read_seeds(demands, k))[0].argmax(axis=1)
    return met
