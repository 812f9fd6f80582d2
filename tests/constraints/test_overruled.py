"""Where an item was asked about again, earlier answers about it hold only as far as the new one agrees."""

import pytest

from clusteer.constraints import ConstraintSet, from_answers
from clusteer.constraints.overruled import overruled_answers, spoken_of
from clusteer.core import Answer, Question
from clusteer.core.questions import AGAIN


def same(id: str, first: int, second: int, choice: str) -> Answer:
    return Answer(Question("", "same", (first, second)), choice, id=id)


def member(id: str, item: int, leaders: tuple[int, ...], choice: str, purpose: str = "") -> Answer:
    options = tuple((leader,) for leader in leaders)
    return Answer(Question("", "member", (item,), options, exhaustive=True, purpose=purpose), choice, id=id)


GROUPS = [same("a1", 0, 1, "different"), member("a2", 2, (0, 1), "1")]


@pytest.mark.parametrize(("choice", "overruled"), [("1", set()), ("2", {"a2"}), ("none", {"a2"}), ("skip", set())])
def test_a_membership_holds_as_far_as_it_is_said_again(choice: str, overruled: set[str]) -> None:
    again = member("a3", 2, (0, 1), choice, AGAIN)
    assert overruled_answers([*GROUPS, again], 5) == overruled


@pytest.mark.parametrize(("choice", "overruled"), [("1", {"a2"}), ("2", {"a2"}), ("none", set())])
def test_a_group_that_nobody_joined_is_given_up_where_its_item_goes_with_another(
    choice: str, overruled: set[str]
) -> None:
    opened = [GROUPS[0], member("a2", 2, (0, 1), "none"), member("a3", 2, (0, 1), choice, AGAIN)]
    assert overruled_answers(opened, 5) == overruled
    heard = from_answers([answer for answer in opened if answer.id not in overruled], 5)
    assert len(heard.groups) == (2 if overruled else 3)


@pytest.mark.parametrize(("first", "choice", "overruled"), [("same", "2", {"a4"}), ("different", "1", {"a4"})])
def test_what_a_pair_says_of_the_item_is_doubted_too(first: str, choice: str, overruled: set[str]) -> None:
    told = [*GROUPS, same("a4", 0, 3, first), member("a5", 3, (0, 1), choice, AGAIN)]
    assert overruled_answers(told, 5) == overruled


def test_only_what_was_said_before_and_about_the_item_is_overruled() -> None:
    told = [*GROUPS, member("a3", 3, (0, 1), "1"), member("a4", 2, (0, 1), "2", AGAIN), member("a5", 4, (2, 0), "2")]
    assert overruled_answers(told, 5) == {"a2"}
    usual = [*GROUPS, member("a3", 2, (0, 1), "2")]
    assert overruled_answers(usual, 5) == set()


def test_the_last_of_several_has_the_say() -> None:
    told = [*GROUPS, member("a3", 2, (0, 1), "2", AGAIN), member("a4", 2, (0, 1), "1", AGAIN)]
    assert overruled_answers(told, 5) == {"a3"}


def test_pages_and_what_accepted_a_cluster_are_about_no_item() -> None:
    page = Answer(Question("", "page", (1, 2), ((0,),)), "all")
    accepted = Answer(Question("", "member", (1,), ((0,),)), "1", source="cluster")
    assert [spoken_of(answer) for answer in (page, accepted, member("", 2, (0,), "unsure"))] == [(), (), ()]


def test_a_set_without_some_answers_is_that_of_the_others() -> None:
    told = [*GROUPS, same("a3", 0, 3, "same"), member("a4", 4, (0, 1), "none")]
    without = from_answers(told, 5).without({"a3", "a4"})
    others = from_answers(GROUPS, 5)
    assert list(without) == list(others)
    assert without.groups == others.groups
    assert without.leaders == others.leaders
    assert ConstraintSet(5).without({"a1"}) == ConstraintSet(5)
