"""What every strategy promises, whatever it asks."""

from dataclasses import replace

import numpy as np
import pytest

from clusteer.constraints import ConstraintSet, from_answers
from clusteer.core import Answer, Clustering, History, NotFoundError, Question
from clusteer.core.questions import substantive_choices
from clusteer.neighbors import build_index
from clusteer.queries import STRATEGIES, Strategy, get_strategy
from clusteer.queries.oracles import ByExemplar, Lazy, Noisy
from clusteer.sessions.asking import check_question
from clusteer.sessions.ledger import implied
from tests.queries.worlds import INDEX, TRUTH, clustering_of

N = len(TRUTH)

NAMES = [name for name, path in STRATEGIES.items() if path.startswith("clusteer.")]
strategies = pytest.mark.parametrize("strategy", [get_strategy(name) for name in NAMES], ids=NAMES)
PAIRWISE = tuple(get_strategy(name).__class__ for name in NAMES if "pairs" in name or "boundary" in name)
"""Strategies that ask about pairs alone, also about items of groups that are open."""
stages = pytest.mark.parametrize("answered", [0, 1, 5, 30])


class Person:
    """Somebody who answers what a strategy asks, skips some of it, errs now and then and is unsure of one item."""

    def __init__(self, strategy: Strategy) -> None:
        self.strategy = strategy
        self.oracle = Lazy(0.1, Noisy(0.1, ByExemplar(INDEX.embedding)))
        self.rng = np.random.default_rng(0)
        self.answers: list[Answer] = []

    @property
    def constraints(self) -> ConstraintSet:
        return from_answers(self.answers, N).deduced()

    @property
    def clustering(self) -> Clustering:
        return clustering_of(INDEX, self.constraints)

    @property
    def history(self) -> History:
        skipped = [answer for answer in self.answers if answer.choice == "skip"]
        return History(
            asked=tuple(answer.question for answer in self.answers),
            answers=tuple(self.answers),
            deferred=frozenset(item for answer in skipped for item in answer.question.items),
            barred=frozenset({13, 26}),
            spent=len(self.answers),
        )

    def ask(self, n: int, seed: int = 0) -> list[Question]:
        return self.strategy.propose(self.clustering, self.constraints, self.history, n, seed)

    def after(self, answered: int) -> "Person":
        for _ in range(answered):
            (question,) = self.ask(1)
            choice = self.oracle.answer(question, TRUTH, self.rng)
            self.answers.append(Answer(question, choice, id=f"a{len(self.answers) + 1}"))
        return self


PEOPLE: dict[tuple[int, int], Person] = {}


def person_after(strategy: Strategy, answered: int) -> Person:
    """Somebody who answered so many questions; whoever adds an answer takes it back."""
    key = id(strategy), answered
    if key not in PEOPLE:
        PEOPLE[key] = Person(strategy).after(answered)
    return PEOPLE[key]


def askable(person: Person) -> set[int]:
    """Items that may be asked about: in no group, not deferred, not barred, and not told about one by one before."""
    constraints = person.constraints
    members = constraints.closure().members
    placed = {item for group in constraints.groups for item in members[group].tolist()}
    told = {stated.anchor for stated in constraints.triplets} | {mark.item for mark in constraints.difficulties}
    return set(range(N)) - placed - told - person.history.deferred - person.history.barred


@strategies
@stages
@pytest.mark.parametrize("n", [1, 7, 500])
def test_questions_are_few_enough_legal_and_new(strategy: Strategy, answered: int, n: int) -> None:
    person = person_after(strategy, answered)
    constraints, free = person.constraints, askable(person)
    questions = person.ask(n)
    only_pairs = isinstance(strategy, PAIRWISE)
    if only_pairs:
        free = set(range(N)) - person.history.deferred - person.history.barred
    pairs = only_pairs or not constraints.groups
    round = person.clustering.round if only_pairs or constraints.groups else 0
    assert len(questions) <= n
    if n < 500:
        assert len(questions) == n
    elif only_pairs:
        assert questions
    elif pairs:
        assert len(questions) == len(free) - 1
    else:
        assert sorted(item for question in questions for item in question.items) == sorted(free)
    assert len({question.items for question in questions}) == len(questions)
    for question in questions:
        check_question(question, N)
        assert set(question.items) <= free
        assert not implied(question, constraints)
        assert question.id == ""
        assert question.why
        assert np.isfinite(question.score)
        assert question.round == round
        assert (question.kind == "same") == pairs


@strategies
@stages
def test_options_are_the_open_groups_led_by_items_the_person_answered_about(strategy: Strategy, answered: int) -> None:
    person = person_after(strategy, answered)
    constraints, closure = person.constraints, person.constraints.closure()
    for question in person.ask(20):
        assert question.exhaustive == (question.kind == "member")
        if question.kind == "member":
            possible = [group for group in constraints.groups if not apart(question.items[0], group, constraints)]
            assert [closure.component_of(option[0]) for option in question.options] == possible
        for option in question.options:
            assert option[0] in constraints.leaders
            assert {closure.component_of(item) for item in option} == {closure.component_of(option[0])}
            assert 1 <= len(option) <= 3
            assert not any(apart(item, closure.component_of(option[0]), constraints) for item in question.items)


def apart(item: int, group: int | None, constraints: ConstraintSet) -> bool:
    component = constraints.closure().component_of(item)
    return component is not None and group is not None and constraints.closure().apart(component, group)


@strategies
@stages
def test_same_seed_same_questions(strategy: Strategy, answered: int) -> None:
    person = person_after(strategy, answered)
    assert person.ask(7, seed=3) == person.ask(7, seed=3)
    assert person.ask(7)[:1] == person.ask(7)[:1]


@strategies
@pytest.mark.parametrize("answered", [10, 25])
def test_the_choice_is_left_to_the_person(strategy: Strategy, answered: int) -> None:
    """Any answer but a skip settles the question: it does not come again, and only what was clicked out may."""
    person = person_after(strategy, answered)
    (question,) = person.ask(1)
    for choice in (*substantive_choices(question), *(["1"] if question.kind == "page" else [])):
        person.answers.append(Answer(question, choice, id="a99"))
        assert implied(question, person.constraints)
        if isinstance(strategy, PAIRWISE):
            assert question.items not in {other.items for other in person.ask(N)}
            del person.answers[-1]
            continue
        again = {item for other in person.ask(N) for item in other.items}
        assert again.intersection(question.items) <= ({question.items[0]} if question.kind == "page" else set())
        del person.answers[-1]


@strategies
def test_where_all_is_answered_nothing_is_asked(strategy: Strategy) -> None:
    constraints = ConstraintSet.from_pairs(N, [(0, item) for item in range(1, N)], [])
    assert strategy.propose(clustering_of(INDEX, constraints), constraints, History(), 5, 0) == []


@strategies
def test_where_all_is_deferred_or_barred_nothing_is_asked(strategy: Strategy) -> None:
    person = person_after(strategy, 5)
    history = History(deferred=frozenset(range(200)), barred=frozenset(range(200, N)))
    for constraints in (ConstraintSet(N), person.constraints):
        assert strategy.propose(clustering_of(INDEX, constraints), constraints, history, 5, 0) == []


@strategies
def test_an_answered_item_in_no_group_is_asked_about_beside_the_groups_left(strategy: Strategy) -> None:
    constraints = ConstraintSet.from_pairs(N, [(5, 9)], [(0, 1), (0, 2), (1, 2), (9, 0)])
    others = frozenset(range(N)) - {0, 1, 2, 5, 9}
    history = History(barred=others)
    questions = strategy.propose(clustering_of(INDEX, constraints), constraints, history, 5, 0)
    if isinstance(strategy, PAIRWISE):
        assert all(constraints.closure().same(*question.items) is None for question in questions)
        return
    assert {question.items for question in questions} == {(5,), (9,)}
    for question in questions:
        assert question.options == (() if question.kind == "difficulty" else ((1,), (2,)))


@strategies
@pytest.mark.parametrize("n", [1, 2, 3, 30])
def test_items_all_alike_and_tiny_collections_can_be_asked_about(strategy: Strategy, n: int) -> None:
    index = build_index(np.ones((n, 4), np.float32), "test")
    nothing = ConstraintSet(n)
    first = strategy.propose(clustering_of(index, nothing), nothing, History(), 2, 0)
    assert len(first) == min(2, n - 1)
    if n > 2:
        constraints = ConstraintSet.from_pairs(n, [], [(0, 1)])
        (question,) = strategy.propose(clustering_of(index, constraints), constraints, History(), 1, 0)
        if isinstance(strategy, PAIRWISE):
            assert max(question.items) >= 2
            return
        assert question.items[0] >= 2
        assert question.options == (() if question.kind == "difficulty" else ((0,), (1,)))


@strategies
@stages
def test_what_is_gone_is_neither_asked_about_nor_shown(strategy: Strategy, answered: int) -> None:
    person = person_after(strategy, answered)
    constraints = person.constraints
    gone = frozenset([*range(0, N, 3), *constraints.leaders[:1]])
    questions = strategy.propose(person.clustering, constraints, replace(person.history, gone=gone), 20, 0)
    assert questions
    for question in questions:
        assert gone.isdisjoint(question.items)
        assert gone.isdisjoint(item for option in question.options for item in option)


@strategies
@pytest.mark.parametrize("answered", [5, 30])
def test_what_is_given_stays_as_it_was(strategy: Strategy, answered: int) -> None:
    person = person_after(strategy, answered)
    clustering = person.clustering
    frozen = replace(clustering, labels=clustering.labels.copy(), proba=clustering.proba.copy())
    for array in (frozen.labels, frozen.proba):
        array.setflags(write=False)
    assert strategy.propose(frozen, person.constraints, person.history, 5, 0) == person.ask(5)


def test_an_unknown_strategy_is_named() -> None:
    with pytest.raises(NotFoundError, match="there is no strategy named 'oracle'; known are margin, farthest-first, "):
        get_strategy("oracle")
