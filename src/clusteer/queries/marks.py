"""Questions about difficulty: whether an item is a clear case of anything."""

import numpy as np

from clusteer.constraints import ConstraintSet
from clusteer.core import Clustering, History, Question, child_seed
from clusteer.queries.hearts import worthy
from clusteer.queries.margin import REGIONS, Margin
from clusteer.queries.member import candidates


class Marks:
    """Open two groups as ``Margin`` does, then ask whether items of middling confidence are easy or hard.

    For methods that weigh items by how clear a case they are. What the model is sure of is easy as a rule, what it
    cannot tell at all is hard; an answer tells most in between. It places no item, so an item is asked about once.
    """

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        """Return at most ``n`` questions, best first; O(items) for the shortlist, then some hundred rows."""
        if len(constraints.groups) < 2:
            return Margin().propose(clustering, constraints, history, n, seed)
        marked = [mark.item for mark in constraints.difficulties]
        allowed = candidates(clustering, constraints, history)
        confidence, chance = clustering.confidence, 1 / clustering.n_clusters
        known = (confidence - chance) / max(1 - chance, 1e-6)
        worth = np.full(len(known), -1, np.float32)
        worth[allowed] = 4 * known[allowed] * (1 - known[allowed])
        worth[marked] = -1
        found = worthy(clustering.index.embedding, worth, max(n, REGIONS), child_seed(seed, "marks", len(marked)))
        return [
            Question(
                id="",
                kind="difficulty",
                items=(item,),
                round=clustering.round,
                score=score,
                why=f"The model is half sure of this one ({confidence[item]:.0%}), and of others like it.",
            )
            for item, score in found[:n]
        ]
