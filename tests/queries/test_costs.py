import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteer.core import Question, legal_choices
from clusteer.queries.costs import (
    MEMBER_SECONDS,
    PAGE_SECONDS,
    SAME_SECONDS,
    SKIP_SECONDS,
    human_seconds,
    page_seconds,
)


def member(k: int) -> Question:
    return Question("", "member", (0,), tuple((i + 1,) for i in range(k)))


def page(m: int) -> Question:
    return Question("", "page", tuple(range(1, m + 1)), ((0,),))


NEARER = Question("", "nearer", (0,), ((1,), (2,)))
DIFFICULTY = Question("", "difficulty", (0,))


@pytest.mark.parametrize(
    "question", [Question("", "same", (0, 1)), member(3), member(30), NEARER, DIFFICULTY, page(1), page(24)]
)
@pytest.mark.parametrize("choice", ["skip", "unsure"])
def test_what_is_not_decided_costs_a_look(question: Question, choice: str) -> None:
    assert human_seconds(question, choice) == SKIP_SECONDS == 4.0


@pytest.mark.parametrize("choice", ["same", "different"])
def test_a_pair_costs_what_was_measured(choice: str) -> None:
    assert human_seconds(Question("", "same", (0, 1)), choice) == SAME_SECONDS == 7.8


@pytest.mark.parametrize(
    ("k", "choice", "turned"),
    [(9, "1", 0), (9, "9", 0), (9, "none", 0), (10, "9", 0), (10, "10", 1), (10, "none", 1), (28, "19", 2),
     (27, "none", 2), (28, "none", 3), (0, "none", 0)],
)  # fmt: skip
def test_each_page_turned_costs_three_seconds(k: int, choice: str, turned: int) -> None:
    assert human_seconds(member(k), choice) == MEMBER_SECONDS + 3.0 * turned
    assert PAGE_SECONDS == 3.0


@given(st.integers(1, 60))
def test_a_choice_costs_the_page_it_is_on_and_none_the_last(k: int) -> None:
    question = member(k)
    for number in range(question.pages):
        for option in question.page(number):
            choice = str(question.options.index(option) + 1)
            assert human_seconds(question, choice) == pytest.approx(MEMBER_SECONDS + number * PAGE_SECONDS)
    dearest = max(human_seconds(question, choice) for choice in legal_choices(question))
    assert human_seconds(question, "none") == dearest == pytest.approx(7.8 + 3 * (question.pages - 1))


@pytest.mark.parametrize("choice", ["1", "2"])
def test_three_items_take_half_as_much_reading_again_as_two(choice: str) -> None:
    assert human_seconds(NEARER, choice) == pytest.approx(10.3)


@pytest.mark.parametrize("choice", ["easy", "hard"])
def test_one_item_takes_half_the_reading_of_two(choice: str) -> None:
    assert human_seconds(DIFFICULTY, choice) == pytest.approx(5.3)


@pytest.mark.parametrize(
    ("m", "choice", "seconds"), [(24, "all", 19.8), (24, "2,5", 21.8), (1, "all", 8.3), (1, "1", 9.3)]
)
def test_a_page_costs_its_group_each_thumbnail_and_each_click(m: int, choice: str, seconds: float) -> None:
    assert human_seconds(page(m), choice) == pytest.approx(seconds)


def test_a_page_of_one_item_is_no_cheaper_than_asking_it_singly() -> None:
    assert human_seconds(page(1), "all") > MEMBER_SECONDS
    assert page_seconds(24, 0.5) == pytest.approx(page_seconds(24, 0) + 0.5)
