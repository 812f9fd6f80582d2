import numpy as np
import pytest

from clusteer.core import child_seed


@pytest.mark.parametrize(
    ("arguments", "seed"),
    [
        ((0,), 1609362278),
        ((0, "method"), 237776280),
        ((0, "strategy", 1), 3653851097),
        ((7, "cells"), 1653361565),
        ((1099511627776, "k-means"), 2538079287),
    ],
)
def test_known_values_so_that_recorded_sessions_replay_for_ever(arguments: tuple[int], seed: int) -> None:
    assert child_seed(*arguments) == seed


def test_a_numpy_seed_is_worth_its_number() -> None:
    assert child_seed(np.int64(3), "x", np.int64(4)) == child_seed(3, "x", 4)  # type: ignore[arg-type]  # duck typing


def test_children_differ_by_seed_by_name_and_by_order_and_look_uniform() -> None:
    seeds = np.array([child_seed(seed, name, i) for seed in range(10) for name in ("a", "b") for i in range(500)])
    assert len(np.unique(seeds)) >= len(seeds) - 1  # ten thousand draws from 2**32: one pair in a hundred runs
    assert child_seed(0, "a", "b") != child_seed(0, "b", "a")
    assert 0 <= seeds.min() < seeds.max() < 2**32
    assert abs(seeds.mean() / 2**32 - 0.5) < 0.015  # five standard errors
    assert np.bincount(seeds >> 28, minlength=16).min() > 500
    assert abs(np.corrcoef(seeds[:-1], seeds[1:])[0, 1]) < 0.05
