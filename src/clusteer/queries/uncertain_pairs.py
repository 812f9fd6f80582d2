"""Ask about pairs of which the groups are least sure, and later about those that answers speak against (PCL)."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clusteer.constraints import ConstraintSet
from clusteer.constraints.closure import Closure
from clusteer.core import Clustering, History, Question, child_seed
from clusteer.core.index import unit_rows
from clusteer.queries.pairs import may_be_shown, same_questions

POOL = 4_000
"""Items among whose pairs are looked for: eight million pairs, scored in less than a second."""
SIMILARITY = 0.2
"""epsilon: the similarity, 0 for chance and 1 for surely together, at which a pair is most worth asking about."""
_LINKED_AT_ONCE = 10
"""Most pairs of an item that links touch already, among those asked at once; of others it is one."""
_CLAMPED = 1e-3


def similarities(clustering: Clustering, items: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return how surely pairs of some items (p,) are of one group, (p, p), at most 1; 0 is what chance gives.

    It is p_i . p_j on the scale where 1 / k is 0 and 1 is 1; where there is one group, the cosine in the embedding.
    """
    k = clustering.n_clusters
    if k == 1:
        rows = unit_rows(clustering.index.embedding[items])
        cosines: NDArray[np.float32] = rows @ rows.T
        return cosines
    proba = clustering.proba[items]
    likeness: NDArray[np.float32] = (proba @ proba.T - np.float32(1 / k)) / np.float32(1 - 1 / k)
    return likeness


def uncertainty(likeness: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how near similarities are to epsilon, from 0 to 1.

    Notes
    -----
    **Source**: PCL, Eq. 6, over cosines of codes; any method tells probabilities, so those are read here.
    """
    return 1 - _min_max(np.abs(likeness - np.float32(SIMILARITY)))


def hardness(likeness: NDArray[np.float32], component: NDArray[np.int64], closure: Closure) -> NDArray[np.float32]:
    """Return how far what is known speaks against the similarities of pairs, from 0 to 1.

    Parameters
    ----------
    likeness : (p, p) float32
        S: similarities of pairs of p items.
    component : (p,) int64
        Component of each item in the closure; -1 for one that no link touches.
    closure : Closure
        What is known: M, p by p, is 1 for what belongs together, -1 for what is apart, 0 for all else.

    Returns
    -------
    (p, p) float32
        0 for pairs of two items that no link touches.

    Notes
    -----
    **Source**: PCL, Eq. 7: P = minmax(S), Q = minmax(S M), and the score is P log(P / Q), which is high where the
    groups say together and what is known of the one says that the other is unlike its partners. M is never written
    out: its rows are those of the components. Here S M is divided by the number of links of the item, so that one with
    many does not set the scale alone; Q is the mean of it and its transpose where both have links; P and Q are kept in
    [0.001, 0.999]; pairs of which nothing is known score 0. The released code computes something else: how far two
    views of a pair differ, with the opposite sign.
    """
    speaks = np.flatnonzero(component >= 0)
    members = csr_array(
        (np.ones(len(speaks), np.float32), (component[speaks], speaks)), shape=(closure.n_components, len(component))
    )
    relation = csr_array(_relation(closure))
    links = np.asarray(abs(relation) @ np.asarray(members.sum(axis=1)))[component[speaks]] - 1
    speaks, links = speaks[links > 0], links[links > 0]
    scores = np.zeros_like(likeness)
    if not len(speaks):
        return scores
    # Only the rows of items with links are worked out: the matrix is symmetric, and elsewhere 0.
    told = np.asarray(relation @ (members @ likeness))[component[speaks]] - likeness[speaks]
    told /= links[:, None]
    both = told[:, speaks]
    told[:, speaks] = (both + both.T) / 2
    p = np.clip(_min_max(likeness)[speaks], _CLAMPED, 1 - _CLAMPED)
    told = np.clip(_min_max(told), _CLAMPED, 1 - _CLAMPED)
    scores[speaks] = _min_max(p * np.log(p / told))
    scores[:, speaks] = scores[speaks].T
    return scores


def _relation(closure: Closure) -> NDArray[np.float32]:
    """Return what is known of components, (c, c): 1 of one and itself, -1 of two that are apart, else 0."""
    relation = np.eye(closure.n_components, dtype=np.float32)
    first, second = closure.apart_pairs.T
    relation[first, second] = relation[second, first] = -1
    return relation


def _min_max(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return values on the scale where the least is 0 and the greatest 1; all 0 where they are all alike."""
    least, greatest = values.min(), values.max()
    scaled: NDArray[np.float32] = values - least
    scaled /= greatest - least if greatest > least else np.float32(1)
    return scaled


class UncertainPairs:
    """Uncertain pairs at first, hard ones more and more as the budget is spent: Eq. 8 of PCL.

    Notes
    -----
    **Source**: PCL, section 3.3, where all pairs of the collection are candidates. The released code looks inside fixed
    batches of 128 and asks one pair of each. Here candidates are the pairs of a pool of 4,000 items, drawn anew each
    time, half of them linked where there are so many: questions about these bring together what is known. An item is
    asked about once in a round while nothing is linked to it, else up to ten times; else the best pairs would all be
    about the same few. r is the share of the budget that is left; without a budget, and while nothing is linked, it
    is 1.
    """

    left: float | None = None
    """r where it does not depend on the budget."""

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        """Return at most ``n`` questions, the most informative first."""
        closure = constraints.closure()
        rng = np.random.default_rng(child_seed(seed, "pool", history.spent))
        items = _pool(np.flatnonzero(may_be_shown(history, len(clustering.labels))), closure, rng)
        if len(items) < 2:
            return []
        component = np.full(len(items), -1)
        linked = np.isin(items, closure.items)
        component[linked] = closure.lift(items[linked])
        scores = _scores(similarities(clustering, items), component, closure, self._left(history))
        _leave_out(scores, items, component, closure, history)
        pairs = items[_best(scores, np.where(linked, _LINKED_AT_ONCE, 1), n)]
        return same_questions(pairs, clustering.round, "Of these two it is least sure whether they are of one kind.")

    def _left(self, history: History) -> float:
        if self.left is not None:
            return self.left
        return max(0.0, 1 - history.spent / history.budget) if history.budget else 1.0


class UncertainPairsOnly(UncertainPairs):
    """Eq. 6 alone, whatever was spent: S_up in Table 5 of PCL."""

    left = 1.0


class HardPairs(UncertainPairs):
    """Eq. 7 alone: S_hp in Table 5 of PCL; uncertain pairs while nothing is linked."""

    left = 0.0


def _pool(allowed: NDArray[np.int64], closure: Closure, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return at most 4,000 of some items in random order; half of them linked, where there are so many of either."""
    is_linked = np.isin(allowed, closure.items)
    linked, free = rng.permutation(allowed[is_linked]), rng.permutation(allowed[~is_linked])
    linked = linked[: max(POOL // 2, POOL - len(free))]
    return rng.permutation(np.concatenate([linked, free[: POOL - len(linked)]]))


def _scores(
    likeness: NDArray[np.float32], component: NDArray[np.int64], closure: Closure, left: float
) -> NDArray[np.float32]:
    """Return the score (p, p) of pairs: Eq. 8."""
    if left == 1 or not (component >= 0).any():
        return uncertainty(likeness)
    hard = hardness(likeness, component, closure)
    if left == 0:
        return hard
    hard *= np.float32(1 - left)
    hard += np.float32(left) * uncertainty(likeness)
    return hard


def _leave_out(
    scores: NDArray[np.float32],
    items: NDArray[np.int64],
    component: NDArray[np.int64],
    closure: Closure,
    history: History,
) -> None:
    """Set to -inf, in place, the scores of pairs that are known or were asked, and of an item with itself."""
    np.fill_diagonal(scores, -np.inf)
    linked = np.flatnonzero(component >= 0)
    known = _relation(closure)[component[linked][:, None], component[linked]] != 0
    scores[linked[:, None], linked] = np.where(known, -np.inf, scores[linked[:, None], linked])
    place = {item: number for number, item in enumerate(items.tolist())}
    for question in history.asked:
        if question.kind == "same" and question.items[0] in place and question.items[1] in place:
            first, second = (place[item] for item in question.items)
            scores[first, second] = scores[second, first] = -np.inf


def _best(scores: NDArray[np.float32], most: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Return at most n pairs of places (m, 2), the highest score first, each place in at most ``most`` (p,) of them.

    Where that leaves too few it begins anew with what is left. Scores of pairs taken become -inf.
    """
    pairs: list[tuple[int, int]] = []
    while len(pairs) < n and np.isfinite(scores).any():
        room, partner = most.copy(), scores.argmax(axis=1)
        best = scores[np.arange(len(scores)), partner]
        while len(pairs) < n and np.isfinite(best.max()):
            first = int(best.argmax())
            second = int(partner[first])
            if room[first] and room[second] and np.isfinite(scores[first, second]):
                pairs.append((first, second))
                room[[first, second]] -= 1
                scores[first, second] = scores[second, first] = -np.inf
            # What it says of the best partner may no longer hold; it is looked for when it is its turn.
            left = np.where(room > 0, scores[first], -np.inf) if room[first] else np.full(len(scores), -np.inf)
            partner[first], best[first] = left.argmax(), left.max()
    return np.array(pairs, np.int64).reshape(-1, 2)
