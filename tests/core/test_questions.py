import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteer.core import Answer, History, Question, legal_choices
from clusteer.core.questions import PAGE, substantive_choices


def member(k: int) -> Question:
    return Question("q1", "member", (0,), tuple((i + 1,) for i in range(k)))


@given(st.integers(0, 60))
def test_pages_part_the_options_in_order_nine_at_a_time(k: int) -> None:
    question = member(k)
    pages = [question.page(number) for number in range(question.pages)]
    assert [option for page in pages for option in page] == list(question.options)
    assert all(len(page) == PAGE == 9 for page in pages[:-1])
    assert question.pages == 1 or pages[-1]
    assert question.page(question.pages) == ()


@pytest.mark.parametrize(("k", "pages"), [(0, 1), (1, 1), (9, 1), (10, 2), (18, 2), (19, 3)])
def test_number_of_pages(k: int, pages: int) -> None:
    assert member(k).pages == pages


def test_choices_of_a_pair() -> None:
    question = Question("", "same", (0, 1))
    assert question.pages == 1
    assert legal_choices(question) == ("same", "different", "skip", "unsure")
    assert substantive_choices(question) == ("same", "different")


def test_choices_of_a_membership_count_over_all_pages() -> None:
    assert legal_choices(member(2)) == ("1", "2", "none", "skip", "unsure")
    assert substantive_choices(member(12)) == (*(str(i) for i in range(1, 13)), "none")
    assert legal_choices(member(0)) == ("none", "skip", "unsure")


def test_questions_and_answers_are_values() -> None:
    assert member(3) == member(3) != member(2)
    assert len({Answer(member(3), "1"), Answer(member(3), "1"), Answer(member(3), "2")}) == 2
    assert (Answer(member(3), "1").source, Answer(member(3), "1").seq) == ("human", 0)
    assert History() == History((), (), frozenset(), frozenset(), frozenset(), 0, None)
