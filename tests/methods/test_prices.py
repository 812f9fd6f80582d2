"""Prices, against what they stand for: probabilities that keep to the windows and hardly change otherwise."""

import numpy as np
import pytest

from clusteer.methods.answer_posterior import softmax
from clusteer.methods.prices import Windows, find_prices


def prices_for(scores: np.ndarray[tuple[int, ...], np.dtype[np.float32]], upper: list[float]) -> Windows:
    return Windows(np.ones((1, 1)), np.zeros((1, scores.shape[1])), np.array([upper]))


@pytest.mark.parametrize("seed", range(5))
def test_soft_counts_keep_to_upper_bounds_and_prices_are_paid_only_where_they_bind(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = np.log(softmax(rng.normal((1.5, 0, 0), 2, (200, 3)))).astype(np.float32)
    counts = np.exp(scores).sum(axis=0)
    windows = prices_for(scores, [float(counts[0]) * 0.7, 200.0, 200.0])
    prices = find_prices(scores, np.array([0, 200]), np.ones(1), np.zeros((1, 3)), windows, np.zeros((1, 3)), 1.0, 50)
    held = softmax(scores + prices).sum(axis=0)
    assert held[0] == pytest.approx(windows.upper[0, 0], abs=1.0)
    assert prices[0, 0] < 0
    assert np.abs(prices[0, 1:]).max() < 1e-6


def test_nothing_is_paid_where_nothing_binds() -> None:
    scores = np.log(softmax(np.random.default_rng(0).normal(size=(50, 3)))).astype(np.float32)
    windows = prices_for(scores, [50.0, 50.0, 50.0])
    prices = find_prices(scores, np.array([0, 50]), np.ones(1), np.zeros((1, 3)), windows, np.zeros((1, 3)), 1.0, 20)
    assert np.abs(prices).max() == 0
