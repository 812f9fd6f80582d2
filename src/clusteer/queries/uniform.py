"""Questions about items drawn uniformly: the baseline every strategy has to beat."""

import numpy as np

from clusteer.constraints import ConstraintSet
from clusteer.core import Clustering, History, Question, child_seed
from clusteer.queries.cold_start import first_questions
from clusteer.queries.member import candidates, member_question, open_options


class Uniform:
    """Draw items at random among those that may be asked about."""

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        """Return at most ``n`` questions in the order drawn."""
        allowed = candidates(clustering, constraints, history)
        options = open_options(clustering, constraints, history.gone)
        if not options:
            return first_questions(clustering.index, allowed, n, seed)
        rng = np.random.default_rng(child_seed(seed, "uniform", history.spent))
        drawn = rng.permutation(allowed)[:n]
        return [member_question(int(item), options, constraints, clustering, 1.0, "Drawn at random.") for item in drawn]
