"""Asking again where an answer is doubted, within its share of the questions."""

from dataclasses import replace

import pytest

from clusteer.constraints import from_answers
from clusteer.core import Answer, Clustering, History, Question
from clusteer.core.questions import AGAIN
from clusteer.queries.margin import Margin
from clusteer.queries.reasking import MOST, SHARE, MarginReasking
from tests.blobs import answers_about
from tests.queries.worlds import INDEX, TRUTH, clustering_of

WRONG = 17
ANSWERS = answers_about(range(21), TRUTH, mistaken={WRONG: 0})
CONSTRAINTS = from_answers(ANSWERS, 400)
CLUSTERING: Clustering = clustering_of(INDEX, CONSTRAINTS)
(DOUBTED,) = (answer.id for answer in ANSWERS if answer.question.items == (WRONG,))


def past(asked: int = 20, again: int = 0, item: int = 399, believed: dict[str, float] | None = None) -> History:
    questions = [answer.question for answer in ANSWERS] + [Question("", "same", (0, 1))] * (asked - len(ANSWERS))
    questions += [Question("", "member", (item,), purpose=AGAIN)] * again
    return History(asked=tuple(questions), answers=tuple(ANSWERS), believed={DOUBTED: 0.1} | (believed or {}))


def proposed(history: History, n: int = 1) -> list[Question]:
    return MarginReasking().propose(CLUSTERING, CONSTRAINTS, history, n, 0)


def test_a_doubted_answer_is_asked_again_beside_all_groups_and_worded_as_any_other() -> None:
    (question,) = proposed(past())
    assert (question.kind, question.items, question.purpose) == ("member", (WRONG,), AGAIN)
    assert [option[0] for option in question.options] == list(CONSTRAINTS.leaders)
    assert question.exhaustive
    assert question.why.startswith("The model wavers between")


@pytest.mark.parametrize("right", [0.51, 1.0])
def test_without_doubt_it_is_margin(right: float) -> None:
    calm = replace(past(), believed={DOUBTED: right})
    assert proposed(calm, 3) == Margin().propose(CLUSTERING, CONSTRAINTS, calm, 3, 0)


def test_it_keeps_within_its_share() -> None:
    many = past(asked=20, believed={answer.id: 0.2 for answer in ANSWERS[4:]})
    for n in (1, 5, 40):
        asked = proposed(many, n)
        assert len(asked) == n
        assert sum(question.purpose == AGAIN for question in asked) == min(16, n, int(SHARE * (20 + n)))
    assert [question.purpose for question in proposed(past(asked=20, again=3))] == [""]


def test_the_least_believed_comes_first_and_none_twice_in_one_proposal() -> None:
    other = next(answer for answer in ANSWERS if answer.question.items == (15,))
    asked = [question.items for question in proposed(past(asked=40, believed={other.id: 0.05}), 3)]
    assert asked[:2] == [(15,), (WRONG,)]
    assert len(set(asked)) == 3


def test_an_item_that_may_not_be_asked_about_is_not() -> None:
    it = frozenset({WRONG})
    for history in (replace(past(), deferred=it), replace(past(), barred=it), replace(past(), gone=it)):
        (question,) = proposed(history)
        assert question.purpose == ""


def test_nobody_is_asked_a_fourth_time() -> None:
    assert proposed(past(asked=60, again=MOST - 1, item=WRONG))[0].purpose == AGAIN
    assert proposed(past(asked=60, again=MOST, item=WRONG))[0].purpose == ""


def test_an_item_that_others_were_put_beside_is_left_alone() -> None:
    leader = CONSTRAINTS.leaders[1]
    said = next(answer for answer in ANSWERS if leader in answer.question.items)
    (question,) = proposed(replace(past(), believed={said.id: 0.1}))
    assert question.purpose == ""


def test_a_group_that_nobody_joined_is_asked_about_beside_the_others() -> None:
    shown = tuple((leader,) for leader in CONSTRAINTS.leaders)
    alone = Answer(Question("", "member", (30,), shown, exhaustive=True), "none", id="x")
    told = from_answers([*ANSWERS, alone], 400)
    history = replace(past(), answers=(*ANSWERS, alone), believed={"x": 0.2})
    (question,) = MarginReasking().propose(clustering_of(INDEX, told), told, history, 1, 0)
    assert (question.items, question.purpose, question.exhaustive) == ((30,), AGAIN, True)
    assert [option[0] for option in question.options] == list(CONSTRAINTS.leaders)
