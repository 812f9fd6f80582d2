"""What strategies that ask about pairs have in common: a budget shared out over groups, and the questions."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clusteer.core import History, Question


def divided(n: int, sizes: Sequence[int], most: Sequence[int], spent: int = 0) -> NDArray[np.int64]:
    """Share out n pairs over groups by their sizes, by largest remainders.

    Parameters
    ----------
    n : int
        What is shared out; less is where the groups cannot take as much.
    sizes : sequence of int
        Items of each group.
    most : sequence of int
        Pairs that each group can take.
    spent : int
        Pairs shared out before. What is shared out after them evens out what they could not be divided by.
    """
    weights, room = np.array(sizes, np.float64), np.array(most, np.int64)
    given = np.zeros(len(room), np.int64)
    while (left := min(n, int(room.sum())) - int(given.sum())) > 0:
        weights = np.where(given < room, weights, 0)
        shares = weights / weights.sum()
        wanted = np.maximum(shares * (spent + left) - _rounded(shares, spent), 0)
        given = np.minimum(given + _rounded(wanted / wanted.sum(), left), room)
    return given


def _rounded(shares: NDArray[np.float64], n: int) -> NDArray[np.int64]:
    """Return whole numbers that sum to n, by largest remainders; the first of equal ones is rounded up."""
    exact = shares * n
    whole = np.floor(exact).astype(np.int64)
    whole[np.argsort(whole - exact, kind="stable")[: n - int(whole.sum())]] += 1
    return whole


def may_be_shown(history: History, n_items: int) -> NDArray[np.bool_]:
    """Return which items (n_items,) are not deferred, barred or gone."""
    allowed = np.ones(n_items, bool)
    allowed[[*history.deferred, *history.barred, *history.gone]] = False
    return allowed


def same_questions(pairs: NDArray[np.int64], round: int, why: str) -> list[Question]:
    """Return the question ``same`` about each of some pairs (m, 2), in their order."""
    return [
        Question(id="", kind="same", items=(first, second), round=round, why=why) for first, second in pairs.tolist()
    ]
