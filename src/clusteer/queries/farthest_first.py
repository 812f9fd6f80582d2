"""Questions about the items least like any that was answered: coverage, blind to what the model thinks."""

import numpy as np

from clusteer.constraints import ConstraintSet
from clusteer.core import Clustering, History, Question
from clusteer.queries.cold_start import first_questions
from clusteer.queries.member import candidates, member_question, open_options


class FarthestFirst:
    """Take the item whose nearest answered item is farthest, again and again.

    Source: the traversal of Gonzalez 1985, "Clustering to minimize the maximum intercluster distance", which Basu et
    al. 2004, "Active semi-supervision for pairwise constrained clustering", use to explore groups.
    """

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        """Return at most ``n`` questions, the farthest first; O(items x (answers + n) x d)."""
        allowed = candidates(clustering, constraints, history)
        options = open_options(clustering, constraints, history.gone)
        if not options:
            return first_questions(clustering.index, allowed, n, seed)
        points = clustering.index.embedding[allowed]
        answered = clustering.index.embedding[constraints.closure().items]
        likeness = (points @ answered.T).max(axis=1)
        questions = []
        for _ in range(min(n, len(allowed))):
            row = int(np.argmin(likeness))
            item, score = int(allowed[row]), float(1 - likeness[row])
            why = "Unlike anything you were asked about so far."
            questions.append(member_question(item, options, constraints, clustering, score, why))
            likeness = np.maximum(likeness, points @ points[row])
            likeness[row] = np.inf
        return questions
