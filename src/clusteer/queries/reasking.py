"""Asking again: some questions are about items whose answers are doubted, worded anew and with other exemplars."""

from collections import Counter
from dataclasses import replace

from clusteer.constraints import ConstraintSet
from clusteer.constraints.overruled import spoken_of
from clusteer.core import Clustering, History, Question
from clusteer.core.questions import AGAIN
from clusteer.queries.margin import Margin, wavering
from clusteer.queries.member import member_question, open_options

SHARE = 0.15
"""Of all questions, those at most that ask again."""
DOUBTED = 0.5
"""How far an answer is believed at most that is worth asking again."""
MOST = 2
"""Times an item is asked about again; who says the same three times means it."""


class MarginReasking:
    """Ask as ``Margin`` does, and again where an answer is more likely wrong than right: with 15 % of the questions.

    Where no answer is doubted no question is spent on it. The item is asked about as if nothing had been said of it:
    its earlier answers are left out of the groups on offer. If the new answer contradicts an earlier one, that is
    overruled (``constraints.overruled``); if it repeats it, it is believed more.
    """

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        """Return at most ``n`` questions; O(answers) besides those of ``Margin``."""
        spent = sum(question.purpose == AGAIN for question in history.asked)
        wanted = max(0, min(n, int(SHARE * (len(history.asked) + n)) - spent))
        again = _doubted(clustering, constraints, history, wanted)
        about = frozenset(item for question in again for item in question.items)
        others = replace(history, deferred=history.deferred | about)
        return again + Margin().propose(clustering, constraints, others, n - len(again), seed)


def _doubted(clustering: Clustering, constraints: ConstraintSet, history: History, n: int) -> list[Question]:
    """Return questions about the items of up to ``n`` doubted answers, the least believed first."""
    times = Counter(question.items[0] for question in history.asked if question.purpose == AGAIN)
    never = {*history.deferred, *history.barred, *history.gone}
    doubted = sorted((right, id) for id, right in history.believed.items() if right <= DOUBTED)
    answers = {answer.id: answer for answer in history.answers} if doubted and n else {}
    found: dict[int, Question] = {}
    for _, id in doubted:
        if len(found) == n or not (items := spoken_of(answers[id])):
            continue
        # Of a pair the second: strategies put the item that others are compared with first.
        item = items[-1]
        if item in never or item in found or times[item] == MOST:
            continue
        about = {answer.id for answer in answers.values() if item in spoken_of(answer)}
        without = constraints.without(about)
        if _linked(item, without):
            continue  # Others were put beside it: a wrong answer would take them along, and join two groups.
        options = open_options(clustering, without, history.gone)
        question = member_question(item, options, without, clustering, 1.0, wavering(clustering, item))
        if question.options:
            found[item] = replace(question, purpose=AGAIN)
    return list(found.values())


def _linked(item: int, constraints: ConstraintSet) -> bool:
    """Say whether must-links join an item with another."""
    closure = constraints.closure()
    component = closure.component_of(item)
    return component is not None and len(closure.members[component]) > 1
