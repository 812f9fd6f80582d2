"""What people said, held against what the others imply."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteer.constraints import from_answers
from clusteer.core import Answer, Question
from clusteer.trust.agreement import Agreement, agreement


def told(id: str, annotator: str, one: int, other: int, choice: str) -> Answer:
    return Answer(Question(id, "same", (one, other)), choice, annotator=annotator, id=id)


def test_one_answer_that_the_others_contradict_by_a_chain_is_named() -> None:
    answers = [
        told("a1", "ann", 0, 1, "same"),
        told("a2", "bob", 1, 2, "same"),
        told("a3", "cec", 0, 2, "different"),  # Against ann's and bob's together.
        told("a4", "cec", 4, 5, "same"),  # Nobody else speaks of it.
        told("a5", "ann", 0, 3, "different"),
        told("a6", "bob", 0, 3, "different"),
    ]
    assert agreement(answers, from_answers(answers, 6)) == {
        "ann": Agreement(2, 2, ("a1",)),  # bob joins 1 and 2, cec parts 0 and 2: together they part 0 and 1.
        "bob": Agreement(2, 2, ("a2",)),
        "cec": Agreement(2, 1, ("a3",)),
    }


def test_of_one_person_there_is_nothing_to_compare() -> None:
    answers = [told("a1", "ann", 0, 1, "same"), told("a2", "ann", 0, 1, "different")]
    assert agreement(answers, from_answers(answers, 2)) == {}


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_people_who_are_never_wrong_never_disagree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, 12)
    answers = []
    for number in range(25):
        one, other = rng.choice(12, 2, replace=False).tolist()
        choice = "same" if truth[one] == truth[other] else "different"
        answers.append(told(f"a{number}", f"person {number % 3}", one, other, choice))
    found = agreement(answers, from_answers(answers, 12))
    assert [one.disagreed for one in found.values()] == [()] * 3
    assert sum(one.answers for one in found.values()) == 25
    assert all(one.compared <= one.answers for one in found.values())
