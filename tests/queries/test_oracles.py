from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.core import InvalidInputError, NotFoundError, Question
from clusteer.core.questions import check_choice, outside
from clusteer.queries.oracles import ByExemplar, Lazy, Matched, Noisy, Oracle, Truth, get_oracle

N = 8
TRUTH = np.array([0, 0, 1, 1, 2, 2, 3, 3])
LOOK = np.array([[1, 0], [1, 0], [0.8, 0.6], [0, 1], [0, 1], [-1, 0], [-0.6, 0.8], [0, -1]], np.float32)
"""How alike the items look; their classes are another matter."""
ORACLES = [
    ByExemplar(LOOK),
    Noisy(0.5, Truth(LOOK)),
    ByExemplar(),
    Truth(),
    Noisy(0.5),
    Lazy(0.5),
    Lazy(0.5, Noisy(0.5, Truth())),
    Noisy(0.5, Lazy(0.5)),
]

truths = st.lists(st.integers(0, 3), min_size=N, max_size=N).map(np.array)
exemplars = st.lists(st.integers(1, N - 1), min_size=1, max_size=3).map(tuple)
members = st.lists(exemplars, min_size=1, max_size=12).map(lambda options: Question("", "member", (0,), tuple(options)))
triplets = st.permutations(range(N)).map(lambda items: Question("", "nearer", (items[0],), ((items[1],), (items[2],))))
marked = st.integers(0, N - 1).map(lambda item: Question("", "difficulty", (item,)))
pages = st.tuples(st.permutations(range(N)), st.integers(1, 3), st.integers(1, 5)).map(
    lambda drawn: Question("", "page", tuple(drawn[0][3 : 3 + drawn[2]]), (tuple(drawn[0][: drawn[1]]),))
)
pairs = st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)).map(lambda items: Question("", "same", items))


def share(oracle: Oracle, question: Question, choice: str, draws: int = 4000) -> float:
    rng = np.random.default_rng(0)
    return sum(oracle.answer(question, TRUTH, rng) == choice for _ in range(draws)) / draws


@given(members | pairs | triplets | marked | pages, truths, st.sampled_from(ORACLES), st.integers(0, 2**32 - 1))
def test_every_oracle_gives_legal_choices_that_its_generator_decides(
    question: Question, truth: NDArray[np.int64], oracle: Oracle, seed: int
) -> None:
    choice = oracle.answer(question, truth, np.random.default_rng(seed))
    assert check_choice(question, choice) == choice
    assert choice == oracle.answer(question, truth, np.random.default_rng(seed))


@given(pairs, truths)
def test_pairs_are_answered_by_class(question: Question, truth: NDArray[np.int64]) -> None:
    first, second = question.items
    for oracle in (ByExemplar(), Truth()):
        said = oracle.answer(question, truth, np.random.default_rng(0))
        assert said == ("same" if truth[first] == truth[second] else "different")


@given(members, truths)
def test_by_exemplar_takes_the_first_of_the_options_that_fit_best(question: Question, truth: NDArray[np.int64]) -> None:
    shares = [Fraction([truth[item] for item in option].count(truth[0]), len(option)) for option in question.options]
    said = ByExemplar().answer(question, truth, np.random.default_rng(0))
    assert said == (str(shares.index(max(shares)) + 1) if max(shares) else "none")


@given(members, truths)
def test_truth_reads_leaders_only(question: Question, truth: NDArray[np.int64]) -> None:
    fitting = [i for i, option in enumerate(question.options) if truth[option[0]] == truth[0]]
    said = Truth().answer(question, truth, np.random.default_rng(0))
    assert said == (str(fitting[0] + 1) if fitting else "none")


def test_a_stray_exemplar_does_not_draw_its_class_away_from_the_group_of_it() -> None:
    question = Question("", "member", (0,), ((2, 3, 1), (4,), (1,)))
    assert ByExemplar().answer(question, TRUTH, np.random.default_rng(0)) == "3"


def test_the_two_differ_where_a_group_shows_a_stray_exemplar() -> None:
    question = Question("", "member", (0,), ((2, 1), (4, 5)))
    rng = np.random.default_rng(0)
    assert ByExemplar().answer(question, TRUTH, rng) == "1"
    assert Truth().answer(question, TRUTH, rng) == "none"


CLUSTERS = np.array([1, 1, 0, 0, 0, 2, 2, 2])
"""Class 0 is matched to cluster 1, class 1 to cluster 0, class 3 to cluster 2, and class 2 to none."""


@pytest.mark.parametrize(
    ("item", "options", "choice"),
    [
        (0, ((2,), (1,)), "2"),
        (0, ((2,), (5,)), "none"),
        (2, ((4,), (1,)), "1"),  # Item 4 is of another class, but in the cluster that class 1 is matched to.
        (4, ((2,), (1,), (6,)), "none"),
    ],
)
def test_matched_accepts_clusters_and_does_not_look_at_what_shows_them(
    item: int, options: tuple[tuple[int, ...], ...], choice: str
) -> None:
    question = Question("", "member", (item,), options)
    assert Matched(CLUSTERS).answer(question, TRUTH, np.random.default_rng(0)) == choice


def test_matched_answers_pairs_by_class() -> None:
    assert Matched(CLUSTERS).answer(Question("", "same", (4, 5)), TRUTH, np.random.default_rng(0)) == "same"


@pytest.mark.parametrize("rate", [0.0, 0.15, 1.0])
def test_noise_turns_a_pair_with_its_rate(rate: float) -> None:
    assert share(Noisy(rate), Question("", "same", (0, 1)), "different") == pytest.approx(rate, abs=0.03)


def test_noise_is_uniform_over_the_other_choices_that_say_something() -> None:
    question = Question("", "member", (0,), ((2,), (1,), (4,)))
    assert share(Noisy(0.6), question, "2") == pytest.approx(0.4, abs=0.04)
    for wrong in ("1", "3", "none"):
        assert share(Noisy(0.6), question, wrong) == pytest.approx(0.2, abs=0.04)
    for mild in ("skip", "unsure"):
        assert share(Noisy(1.0), question, mild) == 0


def test_noise_may_hit_none_too() -> None:
    question = Question("", "member", (0,), ((2,), (4,)))
    assert share(Noisy(0.0), question, "none") == 1
    assert share(Noisy(1.0), question, "1") == pytest.approx(0.5, abs=0.04)


def test_lazy_skips_with_its_rate_and_else_answers_as_the_other() -> None:
    question = Question("", "same", (0, 1))
    assert share(Lazy(0.3), question, "skip") == pytest.approx(0.3, abs=0.04)
    assert share(Lazy(0.3), question, "same") == pytest.approx(0.7, abs=0.04)
    assert share(Lazy(0.3, Noisy(1.0)), question, "different") == pytest.approx(0.7, abs=0.04)


def test_noise_leaves_skips_alone() -> None:
    assert share(Noisy(1.0, Lazy(0.3)), Question("", "same", (0, 1)), "skip") == pytest.approx(0.3, abs=0.04)


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_a_rate_that_is_no_probability_is_refused(rate: float) -> None:
    with pytest.raises(InvalidInputError, match=f"noise is {rate}; give a probability from 0 to 1"):
        Noisy(rate)
    with pytest.raises(InvalidInputError, match=f"noise is {rate}"):
        get_oracle("truth", noise=rate)
    with pytest.raises(InvalidInputError, match=f"the skip rate is {rate}; give a probability from 0 to below 1"):
        Lazy(rate)


def test_somebody_who_always_skips_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"the skip rate is 1\.0"):
        get_oracle("truth", skip_rate=1.0)


def test_oracles_by_name() -> None:
    assert get_oracle("by-exemplar") == ByExemplar()
    assert get_oracle("truth") == Truth()
    assert get_oracle("truth", noise=0.1) == Noisy(0.1, Truth())
    assert get_oracle("by-exemplar", skip_rate=0.2) == Lazy(0.2, ByExemplar())
    assert get_oracle("truth", 0.1, 0.2) == Lazy(0.2, Noisy(0.1, Truth()))
    with pytest.raises(NotFoundError, match="there is no oracle named 'sage'; known are by-exemplar, truth"):
        get_oracle("sage")


def nearer(anchor: int, first: int, second: int) -> Question:
    return Question("", "nearer", (anchor,), ((first,), (second,)))


@pytest.mark.parametrize(
    ("question", "plain", "by_look"),
    [
        (nearer(0, 1, 2), "1", "1"),
        (nearer(0, 3, 1), "2", "2"),
        (nearer(2, 0, 4), "skip", "1"),
        (nearer(2, 4, 0), "skip", "2"),
        (nearer(7, 5, 3), "skip", "1"),
    ],
)
def test_nearer_is_answered_by_class_and_else_by_look(question: Question, plain: str, by_look: str) -> None:
    rng = np.random.default_rng(0)
    for kind in (ByExemplar, Truth):
        assert kind().answer(question, TRUTH, rng) == plain
        assert kind(LOOK).answer(question, TRUTH, rng) == by_look


def test_an_item_of_the_class_of_both_is_nearer_to_the_one_it_looks_like() -> None:
    same = np.zeros(N, np.int64)
    assert ByExemplar(LOOK).answer(nearer(0, 3, 2), same, np.random.default_rng(0)) == "2"
    assert ByExemplar().answer(nearer(0, 3, 2), same, np.random.default_rng(0)) == "skip"


def test_an_item_is_easy_where_most_of_those_that_look_like_it_are_of_its_class() -> None:
    rng = np.random.default_rng(0)
    truth = np.arange(60) % 2
    look = np.stack([np.cos(truth), np.sin(truth)], axis=1).astype(np.float32)
    assert ByExemplar(look).answer(Question("", "difficulty", (4,)), truth, rng) == "easy"
    stray = truth.copy()
    stray[4] = 1
    assert Truth(look).answer(Question("", "difficulty", (4,)), stray, rng) == "hard"
    assert ByExemplar().answer(Question("", "difficulty", (4,)), truth, rng) == "skip"
    pair = ByExemplar(look[:2])
    assert pair.answer(Question("", "difficulty", (0,)), np.array([0, 0]), rng) == "easy"
    assert pair.answer(Question("", "difficulty", (0,)), np.array([0, 1]), rng) == "hard"


def test_a_page_is_answered_item_by_item() -> None:
    question = Question("", "page", (1, 3, 4, 5), ((0, 2),))
    rng = np.random.default_rng(0)
    assert ByExemplar().answer(question, TRUTH, rng) == "3,4"
    assert Truth().answer(question, TRUTH, rng) == "2,3,4"
    assert ByExemplar().answer(Question("", "page", (1,), ((0,),)), TRUTH, rng) == "all"
    assert ByExemplar().answer(Question("", "page", (7,), ((0,),)), TRUTH, rng) == "1"


def test_noise_turns_the_verdict_on_each_item_of_a_page_by_itself() -> None:
    question, rng = Question("", "page", (1, 4, 5, 6), ((0,),)), np.random.default_rng(0)
    said = [set(outside(question, Noisy(0.2).answer(question, TRUTH, rng))) for _ in range(4000)]
    wrong = np.array([[item in out for item in question.items] for out in said]) != [False, True, True, True]
    assert wrong.mean(axis=0) == pytest.approx(np.full(4, 0.2), abs=0.03)
    assert np.corrcoef(wrong.T) == pytest.approx(np.eye(4), abs=0.07)
    assert Noisy(1.0).answer(question, TRUTH, rng) == "1"
    assert Noisy(1.0, Lazy(0.999999)).answer(question, TRUTH, rng) == "skip"
