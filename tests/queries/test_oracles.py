import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.core import InvalidInputError, NotFoundError, Question, legal_choices
from clusteer.queries.oracles import ByExemplar, Lazy, Noisy, Oracle, Truth, get_oracle

N = 8
TRUTH = np.array([0, 0, 1, 1, 2, 2, 3, 3])
ORACLES = [ByExemplar(), Truth(), Noisy(0.5), Lazy(0.5), Lazy(0.5, Noisy(0.5, Truth())), Noisy(0.5, Lazy(0.5))]

truths = st.lists(st.integers(0, 3), min_size=N, max_size=N).map(np.array)
exemplars = st.lists(st.integers(1, N - 1), min_size=1, max_size=3).map(tuple)
members = st.lists(exemplars, min_size=1, max_size=12).map(lambda options: Question("", "member", (0,), tuple(options)))
pairs = st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)).map(lambda items: Question("", "same", items))


def share(oracle: Oracle, question: Question, choice: str, draws: int = 4000) -> float:
    rng = np.random.default_rng(0)
    return sum(oracle.answer(question, TRUTH, rng) == choice for _ in range(draws)) / draws


@given(members | pairs, truths, st.sampled_from(ORACLES), st.integers(0, 2**32 - 1))
def test_every_oracle_gives_legal_choices_that_its_generator_decides(
    question: Question, truth: NDArray[np.int64], oracle: Oracle, seed: int
) -> None:
    choice = oracle.answer(question, truth, np.random.default_rng(seed))
    assert choice in legal_choices(question)
    assert choice == oracle.answer(question, truth, np.random.default_rng(seed))


@given(pairs, truths)
def test_pairs_are_answered_by_class(question: Question, truth: NDArray[np.int64]) -> None:
    first, second = question.items
    for oracle in (ByExemplar(), Truth()):
        said = oracle.answer(question, truth, np.random.default_rng(0))
        assert said == ("same" if truth[first] == truth[second] else "different")


@given(members, truths)
def test_by_exemplar_takes_the_first_option_with_an_exemplar_of_the_class(
    question: Question, truth: NDArray[np.int64]
) -> None:
    fitting = [i for i, option in enumerate(question.options) if truth[0] in [truth[item] for item in option]]
    said = ByExemplar().answer(question, truth, np.random.default_rng(0))
    assert said == (str(fitting[0] + 1) if fitting else "none")


@given(members, truths)
def test_truth_reads_leaders_only(question: Question, truth: NDArray[np.int64]) -> None:
    fitting = [i for i, option in enumerate(question.options) if truth[option[0]] == truth[0]]
    said = Truth().answer(question, truth, np.random.default_rng(0))
    assert said == (str(fitting[0] + 1) if fitting else "none")


def test_the_two_differ_where_a_group_shows_a_stray_exemplar() -> None:
    question = Question("", "member", (0,), ((2, 1), (4, 5)))
    rng = np.random.default_rng(0)
    assert ByExemplar().answer(question, TRUTH, rng) == "1"
    assert Truth().answer(question, TRUTH, rng) == "none"


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
