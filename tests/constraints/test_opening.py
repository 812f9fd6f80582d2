import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.constraints import from_answers
from clusteer.core import Answer, Question, legal_choices
from clusteer.queries.oracles import Truth

N = 9


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Any question about nine items: pairs, and groups that may be incomplete or several to a class."""
    item = draw(st.integers(0, N - 1))
    others = st.integers(0, N - 1).filter(lambda other: other != item)
    if draw(st.booleans()):
        return Question("", "same", (item, draw(others)))
    return Question("", "member", (item,), tuple((i,) for i in draw(st.lists(others, max_size=4, unique=True))))


answers = st.lists(questions().flatmap(lambda q: st.sampled_from(legal_choices(q)).map(lambda c: Answer(q, c))))


def groups(told: list[Answer]) -> list[set[int]]:
    """The open groups, as sets of items, in order."""
    constraints = from_answers(told, N)
    return [set(constraints.closure().members[group].tolist()) for group in constraints.groups]


def grown(old: list[set[int]], new: list[set[int]]) -> list[set[int]]:
    """Where the old groups are in the new ones, each once."""
    places = [next((group for group in new if group >= one), set[int]()) for one in old]
    return [place for i, place in enumerate(places) if place not in places[:i]]


@given(answers)
def test_one_more_answer_renumbers_no_group_unless_a_contradiction_joins_two(told: list[Answer]) -> None:
    for upto in range(1, len(told) + 1):
        old, new = groups(told[: upto - 1]), groups(told[:upto])
        kept = grown(old, new)
        assert new[: len(kept)] == kept
        contradicted = from_answers(told[:upto], N).conflicts()
        assert len(kept) == len(old) or contradicted


@given(st.lists(questions()), st.lists(st.integers(0, 3), min_size=N, max_size=N))
def test_true_answers_only_ever_add_groups_at_the_end(asked: list[Question], classes: list[int]) -> None:
    truth, rng = np.array(classes), np.random.default_rng(0)
    told = [Answer(question, Truth().answer(question, truth, rng)) for question in asked]
    for upto in range(1, len(told) + 1):
        old, new = groups(told[: upto - 1]), groups(told[:upto])
        assert len(new) >= len(old)
        assert all(before <= after for before, after in zip(old, new, strict=False))
        assert all(len({classes[item] for item in group}) == 1 for group in new)


@given(answers)
def test_the_groups_that_opened_are_a_maximal_set_of_components_kept_apart(told: list[Answer]) -> None:
    constraints = from_answers(told, N)
    closure, opened = constraints.closure(), constraints.groups
    assert all(closure.apart(a, b) for a in opened for b in opened if a != b)
    for component in range(closure.n_components):
        assert component in opened or not all(closure.apart(component, group) for group in opened)


@given(answers, st.integers(0, N - 1))
def test_none_opens_a_group_where_every_open_group_was_on_offer(told: list[Answer], item: int) -> None:
    closure, old = from_answers(told, N).closure(), groups(told)
    if any(item in group for group in old):
        return
    leaders = tuple((min(group),) for group in old)
    new = groups([*told, Answer(Question("", "member", (item,), leaders, exhaustive=True), "none")])
    if old:
        component = closure.component_of(item)
        assert new == [*old, {item} if component is None else set(closure.members[component].tolist())]
    for position in range(len(old)):
        joined = groups([*told, Answer(Question("", "member", (item,), leaders, exhaustive=True), str(position + 1))])
        assert [group <= larger for group, larger in zip(old, joined, strict=False)] == [True] * len(old)
        assert item in joined[position]


def different(first: int, second: int) -> Answer:
    return Answer(Question("", "same", (first, second)), "different")


def member(item: int, leaders: list[int], choice: str) -> Answer:
    return Answer(Question("", "member", (item,), tuple((leader,) for leader in leaders)), choice)


def test_none_opens_no_group_where_one_was_not_on_offer() -> None:
    told = [different(0, 1)]
    assert groups([*told, member(2, [0], "none")]) == [{0}, {1}]
    assert groups([*told, member(2, [0, 1], "none")]) == [{0}, {1}, {2}]


def test_an_item_met_early_that_opens_a_group_late_gets_the_last_number() -> None:
    told = [different(0, 1), member(2, [0], "none"), member(3, [0, 1], "none"), member(4, [0, 1, 3], "none")]
    assert groups(told) == [{0}, {1}, {3}, {4}]
    assert groups([*told, member(2, [0, 1, 3, 4], "none")]) == [{0}, {1}, {3}, {4}, {2}]


def test_an_item_met_early_that_joins_a_late_group_moves_no_number() -> None:
    told = [different(0, 1), member(2, [0], "none"), member(3, [0, 1], "none"), member(4, [0, 1, 3], "none")]
    assert groups([*told, member(2, [0, 1, 3, 4], "4")]) == [{0}, {1}, {3}, {2, 4}]


def test_a_component_apart_from_a_newcomer_opens_when_the_newcomer_joins_a_group() -> None:
    told = [different(0, 1), different(2, 0), different(3, 2), different(3, 0)]
    assert groups(told) == [{0}, {1}]
    assert groups([*told, member(2, [0, 1], "2")]) == [{0}, {1, 2}, {3}]


def test_a_contradiction_that_joins_two_groups_leaves_the_first_number() -> None:
    told = [different(0, 1), member(2, [0, 1], "none")]
    assert groups([*told, member(1, [0, 2], "1")]) == [{0, 1}, {2}]


def test_ten_thousand_answers_number_two_hundred_groups() -> None:
    truth: NDArray[np.int64] = np.random.default_rng(0).integers(0, 200, 10_000)
    leaders: dict[int, int] = {}
    told = []
    for item, label in enumerate(truth.tolist()):
        choice = str(list(leaders).index(label) + 1) if label in leaders else "none"
        shown = leaders.values() if label not in leaders else list(leaders.values())[: int(choice)]
        told.append(member(item, list(shown), choice))
        leaders.setdefault(label, item)
    constraints = from_answers(told, 10_000)
    closure = constraints.closure()
    opened = constraints.groups
    assert [set(truth[closure.members[group]]) for group in opened] == [{label} for label in leaders]
