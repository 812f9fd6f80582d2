import pytest

from clusteer.constraints import CannotLink, ConstraintSet, Member, MustLink, Rejection, from_answers
from clusteer.core import Answer, InvalidInputError, Question

SAME = Question("q1", "same", (3, 4))
MEMBER = Question("q2", "member", (5,), ((0, 6), (1,), (2, 7, 8)))


def test_same_gives_a_must_link_and_different_a_cannot_link() -> None:
    assert from_answers([Answer(SAME, "same", id="a1")], 9) == ConstraintSet(
        9, must_links=(MustLink(first=3, second=4, source="a1"),)
    )
    assert from_answers([Answer(SAME, "different", id="a1")], 9) == ConstraintSet(
        9, cannot_links=(CannotLink(first=3, second=4, source="a1"),)
    )


@pytest.mark.parametrize("position", [1, 2, 3])
def test_only_the_option_chosen_links(position: int) -> None:
    constraints = from_answers([Answer(MEMBER, str(position), id="a1")], 9)
    chosen = MEMBER.options[position - 1]
    assert constraints == ConstraintSet(9, members=(Member(item=5, exemplars=chosen, source="a1"),))
    closure = constraints.closure()
    assert closure.same(5, chosen[0]) is True
    for item in {0, 1, 2, 3, 4, 6, 7, 8} - {chosen[0]}:
        assert closure.same(5, item) is None


def test_options_on_further_pages_are_chosen_by_their_position_over_all_pages() -> None:
    question = Question("", "member", (0,), tuple((i,) for i in range(1, 21)))
    assert from_answers([Answer(question, "20")], 21).members == (Member(item=0, exemplars=(20,)),)


@pytest.mark.parametrize("exhaustive", [True, False])
def test_none_rejects_every_option_whether_or_not_all_groups_were_on_offer(exhaustive: bool) -> None:
    question = Question("", "member", (5,), MEMBER.options, exhaustive)
    constraints = from_answers([Answer(question, "none", id="a1")], 9)
    assert constraints.rejections == tuple(Rejection(item=5, exemplars=o, source="a1") for o in MEMBER.options)
    assert len(constraints) == 3


@pytest.mark.parametrize("question", [SAME, MEMBER])
@pytest.mark.parametrize("choice", ["skip", "unsure"])
def test_skip_and_unsure_state_nothing(question: Question, choice: str) -> None:
    answer = Answer(question, choice)
    assert from_answers([answer], 9) == ConstraintSet(9)


def test_an_accepted_cluster_makes_no_link() -> None:
    answers = [Answer(MEMBER, "1", source="cluster"), Answer(MEMBER, "none", source="cluster")]
    assert from_answers(answers, 9) == ConstraintSet(9)


@pytest.mark.parametrize("question", [SAME, MEMBER])
@pytest.mark.parametrize("choice", ["", "0", "4", "-1", "01", "٣", "1.0", " 1", "Same", "yes", "9" * 5000])
@pytest.mark.parametrize("source", ["human", "cluster"])
def test_an_illegal_choice_is_refused_with_the_legal_ones(question: Question, choice: str, source: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        from_answers([Answer(question, choice, id="a7", source=source)], 9)
    sentence = str(refused.value)
    assert sentence.startswith(f"answer a7 chose {choice!r}, which a {question.kind!r} question with ")
    assert sentence.endswith("skip, unsure")


@pytest.mark.parametrize(("question", "choice"), [(SAME, "none"), (SAME, "1"), (MEMBER, "same"), (MEMBER, "different")])
def test_a_choice_of_the_other_kind_is_refused(question: Question, choice: str) -> None:
    with pytest.raises(InvalidInputError, match=r"answer \(no id\) chose"):
        from_answers([Answer(question, choice)], 9)


def test_weights_are_found_by_answer_and_are_one_where_not_given() -> None:
    answers = [
        Answer(SAME, "same", id="a1"),
        Answer(MEMBER, "none", id="a2"),
        Answer(MEMBER, "2", id="a3"),
        Answer(Question("", "same", (0, 8)), "different", id="a4"),
    ]
    constraints = from_answers(iter(answers), 9, {"a2": 0.25, "a3": 0.5, "a9": 0.1})
    assert constraints.must.weights.tolist() == [1.0, 0.5]
    assert constraints.must.sources == ("a1", "a3")
    assert constraints.cannot.weights.tolist() == [1.0, 0.25, 0.25, 0.25]
    assert constraints.cannot.sources == ("a4", "a2", "a2", "a2")
    with pytest.raises(InvalidInputError, match=r"weight is 0\.0"):
        from_answers(answers, 9, {"a1": 0.0})


def test_an_item_outside_the_collection_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="Rejection names item 8 but there are 8 items"):
        from_answers([Answer(MEMBER, "none")], 8)


def test_items_are_met_exemplars_first_and_once() -> None:
    answers = [Answer(SAME, "same"), Answer(MEMBER, "skip"), Answer(Question("", "member", (5,), ((4, 9), (1,))), "1")]
    assert from_answers(answers, 10).order == (3, 4, 1, 5)
