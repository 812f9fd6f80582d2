"""Contradictions by what hangs on them, and the answer that settles most."""

import numpy as np

from clusteer.constraints import ConstraintSet, from_answers
from clusteer.core import Answer, Question
from clusteer.trust.clashes import rank_conflicts, settling


def told(*pairs: tuple[int, int, str]) -> ConstraintSet:
    answers = [
        Answer(Question("", "same", (first, second)), choice, id=f"a{number}")
        for number, (first, second, choice) in enumerate(pairs, 1)
    ]
    return from_answers(answers, 12)


TWO = told(
    (0, 1, "same"), (0, 1, "different"),
    (4, 5, "same"), (5, 6, "same"), (4, 6, "different"), (5, 7, "same"), (4, 7, "different"),
)  # fmt: skip


def test_those_that_most_items_hang_on_come_first() -> None:
    labels = np.array([0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
    ranked = rank_conflicts(TWO.conflicts(), TWO, labels)
    assert [(conflict.items[0], stake) for conflict, stake in ranked[:2]] == [(4, 10), (4, 10)]
    assert (ranked[2][0].sources, ranked[2][1]) == (("a1", "a2"), 2)


def test_the_answer_without_which_most_end_is_named() -> None:
    found = settling(TWO, {})
    assert found is not None
    assert (found.source, found.settled) == ("a3", 2)
    left = TWO.without({"a3"}).conflicts()
    assert [conflict.sources for conflict in left] == [("a1", "a2")]


def test_of_answers_that_settle_as_much_the_least_believed() -> None:
    pair = told((0, 1, "same"), (0, 1, "different"))
    assert [settling(pair, {"a1": one, "a2": 1 - one}).source for one in (0.2, 0.8)] == ["a1", "a2"]  # type: ignore[union-attr]


def test_without_contradictions_there_is_none() -> None:
    assert settling(told((0, 1, "same"), (1, 2, "different")), {}) is None
    assert rank_conflicts([], ConstraintSet(3), np.zeros(3, np.int64)) == []
