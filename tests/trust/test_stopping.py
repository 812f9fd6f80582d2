"""What more answers are likely to bring."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteer.trust.stopping import AHEAD, AT_REST, GAIN, SPREAD, forecast_gain


def test_where_nothing_moved_nothing_is_foreseen() -> None:
    told = forecast_gain(0.0, 8.0)
    assert (told.gain, told.spread, told.at_rest) == (0, 0, True)
    assert (told.answers, told.seconds) == (AHEAD, 8 * AHEAD)


def test_it_goes_with_what_the_last_answers_moved() -> None:
    told = forecast_gain(0.04, 8.0)
    assert told.gain == pytest.approx(GAIN * 0.04 * 0.2)
    assert told.spread == pytest.approx(SPREAD * 0.2)
    assert not told.at_rest


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_movement_never_foretells_less(one: float, other: float) -> None:
    less, more = (forecast_gain(moved, 1.0) for moved in sorted((one, other)))
    assert less.gain <= more.gain <= 1
    assert less.spread <= more.spread
    assert more.at_rest <= less.at_rest
    assert less.at_rest == (less.moved < AT_REST)
