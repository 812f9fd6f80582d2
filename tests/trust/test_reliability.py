"""How far answers are believed: what they state under what is believed of their items, and whom one may believe."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.constraints.from_answers import from_answers
from clusteer.core.clustering import Clustering
from clusteer.core.index import Index
from clusteer.core.questions import Answer, Question, legal_choices
from clusteer.methods.propagation import Propagation
from clusteer.neighbors import build_index
from clusteer.trust.reliability import LEAST, reliability

PROBA = np.array([[0.9, 0.1, 0.0], [0.2, 0.8, 0.0], [0.0, 0.1, 0.9], [0.5, 0.25, 0.25]], np.float32)


def grouped(proba: NDArray[np.float32]) -> Clustering:
    """Return a grouping with these beliefs."""
    n = len(proba)
    nothing, near = np.zeros((n, 1), np.float32), np.zeros((n, 1), np.int32)
    ones = np.ones(n, np.float32)
    index = Index(
        nothing,
        near,
        nothing,
        ones,
        np.zeros(n, np.int32),
        "given",
        np.zeros(1, np.float32),
        np.eye(1, dtype=np.float32),
    )
    return Clustering(proba.argmax(axis=1).astype(np.int64), proba, index, "propagation")


def said(number: int, question: Question, choice: str, annotator: str = "") -> Answer:
    """Return an answer with an id."""
    return Answer(question=question, choice=choice, annotator=annotator, source="human", id=f"a{number}", seq=number)


@pytest.mark.parametrize(
    ("question", "choice", "right"),
    [
        (Question("", "same", (0, 1)), "same", 0.9 * 0.2 + 0.1 * 0.8),
        (Question("", "same", (0, 1)), "different", 1 - (0.9 * 0.2 + 0.1 * 0.8)),
        (Question("", "member", (3,), ((0,), (2,))), "1", 0.5 * 0.9 + 0.25 * 0.1),
        (Question("", "member", (3,), ((0,), (2,))), "none", 0.5 * 0.1 + 0.25 * 0.9 * 0.9 + 0.25 * 0.1),
        (Question("", "page", (0, 1, 3), ((0, 2),)), "2", ((1 - 0.26) + 0.475) / 2),
        (Question("", "page", (0, 1, 3), ((0, 2),)), "all", (0.26 + 0.475) / 2),
    ],
)
def test_an_answer_is_as_likely_right_as_what_it_states(question: Question, choice: str, right: float) -> None:
    found = reliability([said(1, question, choice)], grouped(PROBA))
    assert found.weights["a1"] == pytest.approx(right, abs=1e-6)


@pytest.mark.parametrize(("choice", "right"), [("1", 0.9), ("none", 0.1)])
def test_an_answer_is_no_less_right_where_two_options_are_of_one_group(choice: str, right: float) -> None:
    proba = np.array([[0.9, 0.1], [1, 0], [1, 0]], np.float32)
    found = reliability([said(1, Question("", "member", (0,), ((1,), (2,))), choice)], grouped(proba))
    assert found.weights["a1"] == pytest.approx(right)


def test_one_group_for_all_speaks_against_nobody_who_keeps_items_apart() -> None:
    answers = [said(1, Question("", "same", (0, 1)), "different"), said(2, Question("", "same", (0, 2)), "same")]
    believed = reliability(answers, grouped(np.ones((4, 1), np.float32)))
    assert believed.weights["a1"] == pytest.approx(0.9)
    assert believed.weights["a2"] == pytest.approx(1, abs=1e-5)
    assert believed.doubtful() == []


def test_what_states_nothing_of_groups_has_no_weight() -> None:
    answers = [
        said(1, Question("", "same", (0, 1)), "skip"),
        said(2, Question("", "same", (0, 1)), "unsure"),
        said(3, Question("", "nearer", (0,), ((1,), (2,))), "1"),
        said(4, Question("", "difficulty", (0,)), "hard"),
        replace(said(5, Question("", "member", (0,), ((1,), (2,))), "1"), source="cluster"),
        said(6, Question("", "page", (0,), ((0,),)), "all"),
    ]
    found = reliability(answers, grouped(PROBA))
    assert found.weights == {}
    assert found.error_rates == {}
    assert found.doubtful() == []


@given(st.data())
def test_weights_are_probabilities_and_whoever_answers_has_an_error_rate(data: st.DataObject) -> None:
    answers = []
    for number in range(1, data.draw(st.integers(1, 12)) + 1):
        items = data.draw(st.permutations(range(4)))
        question = data.draw(
            st.sampled_from(
                [Question("", "same", tuple(items[:2])), Question("", "member", (items[0],), ((items[1],),))]
            )
        )
        choice = data.draw(st.sampled_from(legal_choices(question)))
        answers.append(said(number, question, choice, data.draw(st.sampled_from(["ann", "bob"]))))
    found = reliability(answers, grouped(PROBA))
    told = [answer for answer in answers if answer.choice not in ("skip", "unsure")]
    assert found.weights.keys() == {answer.id for answer in told}
    assert all(LEAST <= weight <= 1 for weight in found.weights.values())
    assert found.error_rates.keys() == {answer.annotator for answer in told}
    assert all(0 < rate < 1 for rate in found.error_rates.values())
    least = [found.weights[id] for id in found.doubtful()]
    assert least == sorted(least)


def session(
    seed: int, wrong: float, people: tuple[float, ...] = ()
) -> tuple[list[Answer], Clustering, NDArray[np.bool_]]:
    """Return answers about four overlapping clouds, the grouping they make, and which of them are wrong."""
    rng = np.random.default_rng(seed)
    truth = np.arange(400) % 4
    features = (rng.normal(size=(4, 16)) * 1.2)[truth] + rng.normal(size=(400, 16))
    index: Index = build_index(features.astype(np.float32), "given", seed=0)
    answers, errors = [], []
    for number, item in enumerate(rng.permutation(np.arange(4, 400))[:120], 1):
        person = number % max(1, len(people))
        mistaken = rng.random() < (people[person] if people else wrong)
        group = (truth[item] + mistaken * rng.integers(1, 4)) % 4
        question = Question("", "member", (int(item),), ((0,), (1,), (2,), (3,)))
        answers.append(said(number, question, str(group + 1), f"person {person}"))
        errors.append(bool(mistaken))
    for one in range(4):
        for other in range(one):
            answers.append(said(1000 + 10 * one + other, Question("", "same", (one, other)), "different", "person 0"))
            errors.append(False)
    engine = Propagation(random_state=0).fit_index(index, from_answers(answers, 400))
    return answers, engine.clustering(), np.array(errors)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_wrong_answers_are_the_least_believed(seed: int) -> None:
    answers, clustering, wrong = session(seed, 0.15)
    found = reliability(answers, clustering)
    weights = np.array([found.weights[answer.id] for answer in answers])
    least = np.argsort(weights)[: int(wrong.sum())]
    assert wrong[least].mean() > 0.6
    assert weights[~wrong].mean() > 0.8 > 0.4 > weights[wrong].mean()


def test_who_is_often_wrong_is_found_out_and_believed_less() -> None:
    answers, clustering, wrong = session(0, 0.0, people=(0.03, 0.4))
    found = reliability(answers, clustering)
    assert found.error_rates["person 0"] < 0.15 < 0.25 < found.error_rates["person 1"]
    alone = reliability([replace(answer, annotator="") for answer in answers], clustering)
    right = [answer.id for answer, mistaken in zip(answers, wrong, strict=True) if not mistaken]
    careful = [id for id in right if found.weights[id] > alone.weights[id]]
    assert {answer.annotator for answer in answers if answer.id in careful} == {"person 0"}
