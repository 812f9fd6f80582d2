"""How many groups there are, from how often each was met."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteer.trust.group_number import estimate_group_number


def of(*told: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(told, np.float64)


def test_without_answers_nothing_is_known() -> None:
    number = estimate_group_number(of())
    assert (number.found, number.stated, number.value, number.rare) == (0, 0, 0, 1)


@pytest.mark.parametrize("told", [(9, 8, 7), (9, 8, 1), (9, 2, 2)])
def test_where_at_most_one_was_met_but_once_all_were_met(told: tuple[float, ...]) -> None:
    number = estimate_group_number(of(*told))
    assert (number.found, number.value, number.low, number.high) == (3, 3, 3, 3)


def test_a_group_that_nobody_believes_in_is_not_found() -> None:
    number = estimate_group_number(of(8.7, 6.2, 0.3, 0.4))
    assert (number.found, number.stated, number.value) == (2, 4, 2)


def test_groups_met_once_speak_of_others_not_met() -> None:
    number = estimate_group_number(of(20, 10, 2, 1, 1, 1))
    n, once, twice = 35, 3, 1
    unseen = (n - 1) / n * once * (once - 1) / (2 * (twice + 1))
    assert number.value == pytest.approx(6 + unseen)
    assert 6 < number.low < number.value < number.high
    assert (number.low - 6) * (number.high - 6) == pytest.approx(unseen**2)


def test_a_group_larger_than_the_rarest_would_have_been_met() -> None:
    number = estimate_group_number(of(30, 20))
    assert (1 - number.rare) ** 50 == pytest.approx(0.05)
    assert number.rare == pytest.approx(3 / 50, rel=0.05)


def test_groups_that_wrong_answers_may_have_opened_are_taken_off_and_kept_in_the_interval() -> None:
    told = of(140, 14, 3, 10, 11, 1, 1, 1, 1)
    # Of 24 wrong answers one in six says "none of these".
    number = estimate_group_number(told, wrong=24)
    assert (number.found, number.value, number.low, number.high) == (5, 5, 5, 9)
    assert number.stated == 9
    fewer = estimate_group_number(told, wrong=6)
    assert (fewer.found, estimate_group_number(told).found) == (8, 9)
    assert fewer.low < fewer.found < fewer.high


@given(st.lists(st.integers(0, 40), max_size=12), st.floats(0, 100))
def test_wrong_answers_only_ever_take_groups_off(told: list[int], wrong: float) -> None:
    plain, less = estimate_group_number(of(*told)), estimate_group_number(of(*told), wrong)
    assert sum(count > 1 for count in told) <= less.found <= plain.found
    assert less.low <= less.value <= less.high
    assert less.value <= plain.value


@given(st.lists(st.integers(0, 40), max_size=12))
def test_the_interval_holds_the_estimate_and_all_that_was_found(told: list[int]) -> None:
    number = estimate_group_number(of(*told))
    assert number.found == sum(count > 0 for count in told) <= number.low <= number.value <= number.high < math.inf
    assert 0 < number.rare <= 1


def test_of_drawn_items_the_interval_mostly_holds_the_truth() -> None:
    """Groups whose sizes fall off: most of the intervals hold the true number, and fewer answers make wider ones."""
    rng, shares = np.random.default_rng(0), 0.8 ** np.arange(15)
    shares /= shares.sum()
    widths = []
    for n in (30, 60, 200):
        numbers = [estimate_group_number(rng.multinomial(n, shares)) for _ in range(300)]
        # Chao's estimate is a lower bound where shares differ, so its interval holds less than it says.
        assert np.mean([number.found <= 15 <= max(number.high, number.found) for number in numbers]) > 0.6
        widths.append(np.mean([number.high - number.low for number in numbers]))
    assert widths[0] > widths[2]
