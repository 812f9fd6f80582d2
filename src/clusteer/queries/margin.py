"""Margin with diversity: ask where the best two groups are close, once per region of doubt."""

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints import ConstraintSet
from clusteer.core import Clustering, History, Question, child_seed
from clusteer.queries.cold_start import first_questions, representatives
from clusteer.queries.hearts import hearts
from clusteer.queries.member import candidates, member_question, open_options

COLD = 20
SHORTLIST = 400
REGIONS = 10


class Margin:
    """Start with representative items, then ask at the heart of the largest regions of doubt."""

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        """Return at most ``n`` questions, best first; O(items) for the shortlist, then some hundred rows."""
        allowed = candidates(clustering, constraints, history)
        options = open_options(clustering, constraints)
        if not options:
            return first_questions(clustering.index, allowed, n, seed)
        answered = len(constraints.closure().items)
        may = np.zeros(len(clustering.labels), bool)
        may[allowed] = True
        questions = []
        if answered < COLD:
            cold = [int(item) for item in representatives(clustering.index, COLD, seed) if may[item]][:n]
            why = "A typical item of a region nothing is known of yet."
            questions = [member_question(item, options, constraints, clustering, 1.0, why) for item in cold]
            may[cold] = False
        left = n - len(questions)
        if left == 0:
            return questions
        doubt = 1 - clustering.margin()
        doubt[~may] = -1
        shortlist = _largest(doubt, min(SHORTLIST, int(may.sum())))
        weights = doubt[shortlist] + 1e-6
        found = hearts(
            clustering.index.embedding[shortlist], weights, max(left, REGIONS), child_seed(seed, "margin", answered)
        )
        for row, score in found[:left]:
            item, share = int(shortlist[row]), score / float(weights.sum())
            questions.append(member_question(item, options, constraints, clustering, share, _why(clustering, item)))
        return questions


def _largest(values: NDArray[np.float32], n: int) -> NDArray[np.int64]:
    if n == 0:
        return np.zeros(0, np.int64)
    top = np.argpartition(-values, n - 1)[:n]
    return top[np.lexsort((top, -values[top]))].astype(np.int64)


def _why(clustering: Clustering, item: int) -> str:
    if clustering.n_clusters == 1:
        return "So far there is one group; does this item open another?"
    first, second = np.argsort(-clustering.proba[item], kind="stable")[:2]
    p, q = clustering.proba[item, first], clustering.proba[item, second]
    return f"The model wavers between {first + 1} ({p:.0%}) and {second + 1} ({q:.0%}), here and around."
