"""Pairs at random: the baseline of every strategy that asks about pairs."""

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints import ConstraintSet
from clusteer.constraints.closure import Closure
from clusteer.core import Clustering, History, Question, child_seed
from clusteer.queries.pairs import may_be_shown, same_questions

_TRIES = 20
"""Draws after which too few unknown pairs are left to find by drawing."""


def random_pairs(items: NDArray[np.int64], n: int, closure: Closure, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return at most n different pairs (m, 2) of some items that the closure does not know, each as likely."""
    found = np.zeros((0, 2), np.int64)
    for _ in range(_TRIES if len(items) > 1 else 0):
        first = rng.integers(len(items), size=n)
        second = (first + rng.integers(1, len(items), size=n)) % len(items)
        drawn = np.concatenate([found, np.sort(items[np.stack([first, second], axis=1)], axis=1)])
        together, apart = closure.known(drawn)
        new = np.sort(np.unique(drawn, axis=0, return_index=True)[1])
        found = drawn[new[~(together | apart)[new]]][:n]
        if len(found) == n:
            break
    return found


class RandomPairs:
    """Ask about pairs drawn uniformly from all (ADC-random in the paper)."""

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        """Return at most ``n`` questions in the order drawn."""
        items = np.flatnonzero(may_be_shown(history, len(clustering.labels)))
        rng = np.random.default_rng(child_seed(seed, "random pairs", history.spent))
        return same_questions(random_pairs(items, n, constraints.closure(), rng), clustering.round, "Drawn at random.")
