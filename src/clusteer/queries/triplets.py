"""Questions about likeness: which of two groups an item is nearer to."""

import numpy as np

from clusteer.constraints import ConstraintSet
from clusteer.core import Clustering, History, Question, child_seed
from clusteer.queries.belief import group_belief
from clusteer.queries.hearts import worthy
from clusteer.queries.margin import REGIONS, Margin
from clusteer.queries.member import candidates, open_options


class Triplets:
    """Open two groups as ``Margin`` does, then hold items that waver between two groups against both.

    For methods that learn from triplets, and for people who find "nearer" easier to say than "belongs". An answer says
    less than one to a ``member`` question: where the two groups are known apart, that the item is not of the farther
    one. So an item is asked about once, beside the two groups most likely of those it may still be in.
    """

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        """Return at most ``n`` questions, best first; O(items x groups), then some hundred rows."""
        options = open_options(clustering, constraints, history.gone)
        groups, belief = group_belief(clustering, constraints, options)
        if len(groups) < 2:
            return Margin().propose(clustering, constraints, history, n, seed)
        best = np.argpartition(-belief, 1, axis=1)[:, :2]
        top = np.take_along_axis(belief, best, axis=1)
        worth = np.full(len(belief), -1, np.float32)
        allowed = candidates(clustering, constraints, history)
        worth[allowed] = np.where(top[allowed].min(axis=1) >= 0, 1 - np.abs(top[allowed, 0] - top[allowed, 1]), -1)
        worth[[stated.anchor for stated in constraints.triplets]] = -1
        spent = len(constraints.triplets)
        found = worthy(clustering.index.embedding, worth, max(n, REGIONS), child_seed(seed, "triplets", spent))
        return [
            Question(
                id="",
                kind="nearer",
                items=(item,),
                options=tuple((options[groups[column]][0],) for column in sorted(best[item])),
                round=clustering.round,
                score=score,
                why=f"The model wavers between both ({top[item].max():.0%}, {top[item].min():.0%}), here and around.",
            )
            for item, score in found[:n]
        ]
