"""Margin with diversity: ask where the best two groups are close, once per region of doubt."""

import numpy as np

from clusteer.constraints import ConstraintSet
from clusteer.core import Clustering, History, Question, child_seed
from clusteer.queries.cold_start import first_questions, representatives
from clusteer.queries.hearts import worthy
from clusteer.queries.member import candidates, member_question, open_options

COLD = 20
REGIONS = 10


class Margin:
    """Start with representative items, then ask at the heart of the largest regions of doubt."""

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        """Return at most ``n`` questions, best first; O(items) for the shortlist, then some hundred rows."""
        allowed = candidates(clustering, constraints, history)
        options = open_options(clustering, constraints, history.gone)
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
        found = worthy(clustering.index.embedding, doubt, max(left, REGIONS), child_seed(seed, "margin", answered))
        whole = sum(score for _, score in found)
        for item, score in found[:left]:
            why = wavering(clustering, item)
            questions.append(member_question(item, options, constraints, clustering, score / whole, why))
        return questions


def wavering(clustering: Clustering, item: int) -> str:
    """Return between which groups the model wavers about an item, as a sentence."""
    if clustering.n_clusters == 1:
        return "So far there is one group; does this item open another?"
    first, second = np.argsort(-clustering.proba[item], kind="stable")[:2]
    p, q = clustering.proba[item, first], clustering.proba[item, second]
    return f"The model wavers between {first + 1} ({p:.0%}) and {second + 1} ({q:.0%}), here and around."
