"""The interval that is told holds the true share, whatever the error rate and however the answers are believed."""

import numpy as np
import pytest
from scipy.special import expit, logit

from clusteer.trust.accuracy import UNREST, Estimate, estimate_accuracy, estimated
from clusteer.trust.stopping import expected_gain

K = 5


def told(seed: int, audited: int, wrong: float, *, trust: float = 0.0) -> tuple[Estimate, float]:
    """Draw a collection, ask, believe each answer as likely as it is right; return what is told and the truth.

    With ``trust`` all answers are believed more than that, by so much of their log-odds, or less.
    """
    rng = np.random.default_rng(seed)
    chance = np.clip(rng.beta(6, 1, 4_000), 0.3, 1.0)
    right = rng.random(4_000) < chance
    drawn = rng.choice(4_000, audited, replace=False)
    mistaken = rng.random(audited) < wrong
    # Who is mistaken names one of the other groups: the predicted one by chance, where that is wrong.
    agree = np.where(mistaken, ~right[drawn] & (rng.random(audited) < 1 / (K - 1)), right[drawn])
    sure = chance[drawn]
    when_right = np.where(agree, sure, 1 - sure) * (1 - wrong)
    when_wrong = np.where(agree, (1 - sure) / (K - 1), sure + (1 - sure) * (K - 2) / (K - 1)) * wrong
    believed = expit(logit(when_right / (when_right + when_wrong)) + trust)
    return estimate_accuracy(agree, believed, sure, chance, K, 0.0, seed), float(right.mean())


@pytest.mark.parametrize(("wrong", "trust"), [(0.0, 0.0), (0.05, 0.0), (0.15, -0.5), (0.15, 0.0), (0.15, 0.5)])
def test_the_interval_holds_the_truth(wrong: float, trust: float) -> None:
    held = [(found, truth) for found, truth in (told(seed, 100, wrong, trust=trust) for seed in range(60))]
    assert np.mean([found.low <= truth <= found.high for found, truth in held]) >= 0.9
    assert abs(np.mean([found.value - truth for found, truth in held])) < 0.03 + 0.04 * abs(trust)


def test_more_answers_narrow_it_and_wrong_ones_widen_it() -> None:
    def width(audited: int, wrong: float) -> float:
        return float(np.mean([found.high - found.low for found, _ in (told(s, audited, wrong) for s in range(20))]))

    assert width(400, 0.0) < 0.6 * width(50, 0.0)
    assert width(100, 0.0) < 0.14
    assert width(100, 0.15) > width(100, 0.0)


def test_a_wrong_answer_that_is_not_believed_is_no_wrong_group() -> None:
    agree = np.arange(100) >= 15
    sure, others = np.full(100, 0.95), np.full(900, 0.95)
    right = estimate_accuracy(agree, np.where(agree, 0.99, 0.01), sure, others, K, 0.0, 0)
    wrong = estimate_accuracy(agree, np.full(100, 0.99), sure, others, K, 0.0, 0)
    assert right.high == pytest.approx(1, abs=0.005)
    assert right.low > 0.95
    assert wrong.value == pytest.approx(0.85, abs=0.02)
    assert wrong.high < 0.95


def test_what_the_answers_left_out_moved_is_reckoned_as_a_gain_and_widens_it() -> None:
    agree = np.arange(400) >= 100
    believed, sure = np.full(400, 0.995), np.full(400, 0.7)
    still, moving = (estimate_accuracy(agree, believed, sure, sure[:9], K, moved, 0) for moved in (0, 0.1))
    assert moving.value - still.value == pytest.approx(expected_gain(0.1), abs=0.005)
    spread = np.hypot((still.high - still.low) / 3.92, UNREST * np.sqrt(0.1))
    assert (moving.high - moving.low) / 3.92 == pytest.approx(spread, rel=0.1)


def test_with_one_answer_it_leans_to_what_the_model_says_and_is_wide() -> None:
    found = estimate_accuracy(np.zeros(1, bool), np.ones(1), np.full(1, 0.8), np.full(100, 0.8), K, 0.0, 0)
    assert found.value == pytest.approx((0.25 + 0.8) / 2.5, abs=0.03)
    assert found.answers == 1
    assert found.high - found.low > 0.5


def test_items_drawn_that_the_model_is_surer_of_than_of_others_are_reckoned_as_such() -> None:
    agree, sure = np.arange(100) >= 5, np.where(np.arange(100) < 80, 0.99, 0.6)
    others = np.where(np.arange(900) < 450, 0.99, 0.6)
    found = estimate_accuracy(agree, np.full(100, 0.995), sure, others, K, 0.0, 0)
    assert found.value == pytest.approx(0.95 + others.mean() - sure.mean(), abs=0.02)


def test_it_is_narrower_the_better_confidence_tells_right_from_wrong() -> None:
    agree, believed = np.arange(100) >= 20, np.full(100, 0.995)
    widths = []
    for sure in (np.full(100, 0.8), np.where(agree, 0.9, 0.4), np.where(agree, 0.99, 0.04), np.where(agree, 0.4, 0.9)):
        found = estimate_accuracy(agree, believed, sure, np.tile(sure, 9), K, 0.0, 0)
        assert found.value == pytest.approx(0.8, abs=0.02)
        widths.append(found.high - found.low)
    none, some, all_, misleading = widths
    assert all_ < 0.5 * some
    assert some < 0.85 * none
    assert misleading == pytest.approx(none, rel=0.05)


def test_what_is_drawn_beyond_one_makes_the_interval_no_shorter_below() -> None:
    drawn = 0.97 + 0.03 * np.random.default_rng(0).standard_normal(40_000)
    found = estimated(drawn, 5)
    assert found.low == pytest.approx(0.97 - 1.96 * 0.03, abs=0.004)
    assert found.high == 1
    assert found.value == pytest.approx(np.minimum(drawn, 1).mean())


def test_one_group_and_one_item_are_estimated_too() -> None:
    found = estimate_accuracy(np.ones(1, bool), np.ones(1), np.ones(1), np.ones(1), 1, 0.0, 0)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_the_same_seed_tells_the_same() -> None:
    assert told(3, 50, 0.1) == told(3, 50, 0.1)
