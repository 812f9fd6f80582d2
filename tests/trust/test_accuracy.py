"""The interval that is told holds the true share, whatever the error rate and however the model overstates itself."""

import numpy as np
import pytest

from clusteer.trust.accuracy import Errors, Estimate, estimate_accuracy

K = 5


def told(seed: int, audited: int, wrong: float, *, boast: float = 0.0) -> tuple[Estimate, float]:
    """Draw a collection whose model is as sure as it is right, or surer, ask, and return what is told and the truth."""
    rng = np.random.default_rng(seed)
    chance = np.clip(rng.beta(6, 1, 4_000), 0.3, 1.0)
    right = rng.random(4_000) < chance
    confidence = chance + boast * (1 - chance)
    drawn = rng.choice(4_000, audited, replace=False)
    mistaken = rng.random(audited) < wrong
    # Who is mistaken names one of the other groups: the predicted one by chance, where that is wrong.
    agree = np.where(mistaken, ~right[drawn] & (rng.random(audited) < 1 / (K - 1)), right[drawn])
    errors = Errors(float(rng.binomial(100, wrong)), 100)
    return estimate_accuracy(agree, confidence[drawn], confidence, K, errors, seed), float(right.mean())


@pytest.mark.parametrize("wrong", [0.0, 0.05, 0.15])
@pytest.mark.parametrize("boast", [0.0, 0.3])
def test_the_interval_holds_the_truth(wrong: float, boast: float) -> None:
    held = [(found, truth) for found, truth in (told(seed, 100, wrong, boast=boast) for seed in range(60))]
    assert np.mean([found.low <= truth <= found.high for found, truth in held]) >= 0.9
    assert abs(np.mean([found.value - truth for found, truth in held])) < 0.03


def test_more_answers_narrow_it_and_wrong_ones_widen_it() -> None:
    def width(audited: int, wrong: float) -> float:
        return float(np.mean([found.high - found.low for found, _ in (told(s, audited, wrong) for s in range(20))]))

    assert width(400, 0.0) < 0.6 * width(50, 0.0)
    assert width(100, 0.0) < 0.13
    assert width(100, 0.15) > width(100, 0.0)


def test_without_answers_it_leans_to_what_the_model_says_and_is_wide() -> None:
    nothing = np.zeros(0, bool)
    found = estimate_accuracy(nothing, np.zeros(0), np.full(100, 0.8), K, Errors(0.0, 0), 0)
    assert found.value == pytest.approx((0.5 + 2 * 0.8) / 3, abs=0.03)
    assert found.answers == 0
    assert found.high - found.low > 0.25


def test_one_group_and_one_item_are_estimated_too() -> None:
    found = estimate_accuracy(np.ones(1, bool), np.ones(1), np.ones(1), 1, Errors(0.0, 1), 0)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_the_same_seed_tells_the_same() -> None:
    assert told(3, 50, 0.1) == told(3, 50, 0.1)
