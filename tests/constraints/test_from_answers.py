import pytest

from clusteer.constraints import (
    Balance,
    CannotLink,
    Cardinality,
    ClusterSizes,
    ConstraintSet,
    Declared,
    Difficulty,
    Member,
    MustLink,
    Rejection,
    Relation,
    Rule,
    Triplet,
    from_answers,
)
from clusteer.core import Answer, InvalidInputError, Question
from tests.constraints.naive import moment

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
    assert sentence.startswith(f"answer a7: {choice!r} is no answer to question {question.id}; choose ")
    assert sentence.endswith("skip, unsure")


@pytest.mark.parametrize(("question", "choice"), [(SAME, "none"), (SAME, "1"), (MEMBER, "same"), (MEMBER, "different")])
def test_a_choice_of_the_other_kind_is_refused(question: Question, choice: str) -> None:
    with pytest.raises(InvalidInputError, match=r"answer \(no id\): "):
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


PAGE = Question("q3", "page", (5, 6, 7), ((1, 6),))
NEARER = Question("q4", "nearer", (2,), ((3,), (4,)))


def test_a_page_gives_members_and_rejections_of_its_group() -> None:
    everything = from_answers([Answer(PAGE, "all", id="a1")], 9)
    assert everything.members == (
        Member(item=5, exemplars=(1, 6), source="a1"),
        Member(item=6, exemplars=(1,), source="a1"),
        Member(item=7, exemplars=(1, 6), source="a1"),
    )
    some = from_answers([Answer(PAGE, "1,3", id="a2")], 9)
    assert [stated.item for stated in some.members] == [6]
    assert some.rejections == tuple(Rejection(item=i, exemplars=(1, 6), source="a2") for i in (5, 7))
    assert some.order == (1, 5, 6, 7)


def test_the_leader_of_a_page_is_not_told_apart_from_itself() -> None:
    constraints = from_answers([Answer(Question("", "page", (1, 2), ((1,),)), "1,2")], 9)
    assert constraints == ConstraintSet(9, rejections=(Rejection(item=2, exemplars=(1,)),))


def test_nearer_gives_a_triplet_and_difficulty_a_mark_and_neither_opens_a_group() -> None:
    mark = Question("q5", "difficulty", (8,))
    answers = [Answer(NEARER, "1", id="a1"), Answer(NEARER, "2", id="a2"), Answer(mark, "easy"), Answer(mark, "hard")]
    constraints = from_answers(answers, 9, {"a2": 0.5})
    assert constraints == ConstraintSet(
        9,
        triplets=(Triplet(anchor=2, near=3, far=4, source="a1"),
                  Triplet(anchor=2, near=4, far=3, weight=0.5, source="a2")),
        difficulties=(Difficulty(item=8, value=1), Difficulty(item=8, value=-1)),
    )  # fmt: skip
    assert (constraints.order, constraints.openers, constraints.groups) == ((), (), ())


def test_a_deduced_link_keeps_the_numbers_of_groups_that_open_after_it() -> None:
    apart = Answer(Question("", "same", (3, 4)), "different")
    later = Answer(Question("", "member", (5,), ((3,), (4,), (2,)), exhaustive=True), "none")
    told = [apart, Answer(NEARER, "1"), Answer(Question("", "member", (2,), ((3,),)), "none")]
    before, after = from_answers(told, 9).deduced(), from_answers([*told, later], 9).deduced()
    assert [before.closure().members[group].tolist() for group in before.groups] == [[3], [4], [2]]
    assert [after.closure().members[group].tolist() for group in after.groups] == [[3], [4], [2], [5]]


DECLARED: dict[str, dict[str, object]] = {
    "must_link": {"items": [0, 1], "weight": 0.5},
    "cannot_link": {"items": [0, 2]},
    "member": {"item": 0, "exemplars": [1, 2]},
    "rejection": {"item": 0, "exemplars": [1, 2]},
    "triplet": {"anchor": 0, "near": 1, "far": 2},
    "difficulty": {"item": 3, "value": -0.5},
    "sizes": {"shares": [0.5, 0.5]},
    "cardinality": {"lower": None, "upper": 4, "items": [1, 2], "group": None},
    "balance": {"parts": [[0, 1], [2]], "tolerance": 0.1},
    "rule": {"if": [{"items": [0, 1], "together": True}], "then": {"items": [1, 2], "together": False}},
}


def test_every_kind_of_declaration_states_a_constraint_with_its_id_and_weight() -> None:
    declared = [Declared(f"d{i}", kind, value, moment(i)) for i, (kind, value) in enumerate(DECLARED.items())]
    constraints = from_answers([], 9, {"d0": 0.25, "d9": 0.5}, declared)
    relation = Relation(0, 1, together=True)
    assert list(constraints) == [
        MustLink(first=0, second=1, weight=0.125, source="d0"),
        CannotLink(first=0, second=2, source="d1"),
        Member(item=0, exemplars=(1, 2), source="d2"),
        Rejection(item=0, exemplars=(1, 2), source="d3"),
        Triplet(anchor=0, near=1, far=2, source="d4"),
        Difficulty(item=3, value=-0.5, source="d5"),
        ClusterSizes(shares=(0.5, 0.5), source="d6"),
        Cardinality(upper=4, items=(1, 2), source="d7"),
        Balance(parts=((0, 1), (2,)), tolerance=0.1, source="d8"),
        Rule(premises=(relation,), conclusion=Relation(1, 2, together=False), weight=0.5, source="d9"),
    ]
    assert len(constraints) == 10
    assert constraints.conflicts()[0].sources == ("d0", "d3")


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("colour", {}, "declaration d1: 'colour' is no kind of constraint; give one of must_link, "),
        ("must_link", {"items": ["a.png", 1]}, "declaration d1: 'a.png' is no row; give an item's number"),
        ("must_link", {"items": [True, 1]}, "declaration d1: True is no row"),
        ("sizes", {"shares": [0.5]}, r"declaration d1: the 1 sizes sum to 0\.5"),
        ("difficulty", {"item": 9, "value": 1}, "Difficulty names item 9 but there are 9 items"),
    ],
)
def test_a_declaration_that_states_nothing_is_refused(kind: str, value: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        from_answers([], 9, declared=[Declared("d1", kind, value, moment(0))])


def test_groups_open_in_the_order_of_time_over_answers_and_declarations() -> None:
    def told(first: int, second: int, at: int | None) -> Answer:
        question = Question("", "same", (first, second))
        return Answer(question, "different", at=None if at is None else moment(at))

    def opened(*statements: Answer | Declared) -> tuple[int, ...]:
        answers = [one for one in statements if isinstance(one, Answer)]
        declared = [one for one in statements if isinstance(one, Declared)]
        return from_answers(answers, 9, declared=declared).openers[:2]

    early = Declared("d1", "cannot_link", {"items": [4, 5]}, moment(1))
    assert opened(told(0, 1, 2), early) == (4, 5)
    assert opened(told(0, 1, 0), early) == (0, 1)
    assert opened(told(0, 1, 1), early) == (0, 1)
    assert opened(told(0, 1, None), early) == (0, 1)
    assert opened(told(2, 3, 2), told(0, 1, None), early) == (4, 5)
    late = Declared("d2", "cannot_link", {"items": [6, 7]}, moment(0))
    assert opened(early, late) == (6, 7)
