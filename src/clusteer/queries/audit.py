"""Audit questions: about items drawn at random, worded like any other, so that answers tell how good the groups are."""

from dataclasses import replace

import numpy as np

from clusteer.constraints import ConstraintSet
from clusteer.core import Clustering, History, Question, child_seed
from clusteer.core.questions import AUDIT
from clusteer.queries.cold_start import first_questions
from clusteer.queries.margin import Margin, wavering
from clusteer.queries.member import candidates, member_question, open_options

EVERY = 3
"""Of so many questions of a mixture, the last is an audit question."""
_GOLDEN = (5**0.5 - 1) / 2


class Audit:
    """Draw items at random, each as likely as any other, evenly over all degrees of confidence.

    The t-th question is about the item at the share frac(u + t g) of all items that may be asked about, in the order of
    their confidence, where u is drawn for the session and g is the golden ratio: a sequence that leaves no range out.
    """

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        """Return at most ``n`` questions; before there is a group to show, the first ones. O(items log items)."""
        allowed = candidates(clustering, constraints, history)
        options = open_options(clustering, constraints, history.gone)
        if not options:
            return first_questions(clustering.index, allowed, n, seed)
        order = allowed[np.argsort(clustering.confidence[allowed], kind="stable")]
        first = sum(question.purpose == AUDIT for question in history.asked)
        start = np.random.default_rng(child_seed(seed, AUDIT)).random()
        places = (start + _GOLDEN * np.arange(first, first + n)) % 1 * len(order)
        # Where most items are wanted some places coincide; the others follow then.
        drawn = [*dict.fromkeys([*order[places.astype(np.int64)].tolist(), *order.tolist()])][:n] if len(order) else []
        return [
            replace(
                member_question(item, options, constraints, clustering, 1.0, wavering(clustering, item)), purpose=AUDIT
            )
            for item in drawn
        ]


class MarginAudited:
    """Ask as ``Margin`` does, and about an item drawn at random in every third question."""

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        """Return at most ``n`` questions."""
        if not open_options(clustering, constraints, history.gone):
            return Margin().propose(clustering, constraints, history, n, seed)
        last = len(history.asked) + n
        wanted = last // EVERY - len(history.asked) // EVERY
        audit = Audit().propose(clustering, constraints, history, wanted, seed)
        about = frozenset(item for question in audit for item in question.items)
        others = replace(history, deferred=history.deferred | about)
        return Margin().propose(clustering, constraints, others, n - len(audit), seed) + audit
