"""Pairwise precision and recall from items drawn at random."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics.cluster import pair_confusion_matrix

from clusteer.trust.pairs import estimate_pairs
from clusteer.trust.stopping import expected_gain

Labels = NDArray[np.int64]
SURE = np.ones(100)


def truth_of(truth: Labels, labels: Labels) -> tuple[float, float]:
    (_, joined), (parted, both) = pair_confusion_matrix(truth, labels)
    return both / (both + joined), both / (both + parted)


def collection(n: int, k: int, wrong: float, rng: np.random.Generator) -> tuple[Labels, Labels]:
    """Classes, and groups in which a share of the items is somewhere else."""
    truth = rng.integers(0, k, n)
    labels = np.where(rng.random(n) < wrong, rng.integers(0, k, n), truth)
    return truth, labels


def test_where_nobody_errs_it_is_that_of_the_drawn_items() -> None:
    truth, labels = collection(60, 4, 0.3, np.random.default_rng(0))
    found = estimate_pairs(labels, truth, SURE[:60], 4, 0.0, 0)
    assert found is not None
    assert (found[0].value, found[1].value) == pytest.approx(truth_of(truth, labels), abs=0.02)
    for estimate in found:
        assert 0 <= estimate.low < estimate.value < estimate.high <= 1
        assert estimate.answers == 60


@pytest.mark.parametrize("error_rate", [0.0, 0.15])
def test_the_intervals_hold_the_truth_of_the_collection(error_rate: float) -> None:
    rng, k = np.random.default_rng(1), 5
    truth, labels = collection(4000, k, 0.25, rng)
    right = truth_of(truth, labels)
    held, off = [], []
    for number in range(100):
        drawn = rng.choice(4000, 100, replace=False)
        other = (truth[drawn] + rng.integers(1, k, 100)) % k
        told = np.where(rng.random(100) < error_rate, other, truth[drawn])
        # How likely the answer is to be right, or the prediction at least not to be, by Bayes' rule.
        apart = 1 - 0.8 * error_rate / (0.2 * (1 - error_rate) + 0.95 * error_rate)
        believed = np.where(labels[drawn] == told, 0.8 / (0.8 + 0.05 * error_rate), apart)
        found = estimate_pairs(labels[drawn], told, believed, k, 0.0, number)
        assert found is not None
        held.append([estimate.low <= value <= estimate.high for estimate, value in zip(found, right, strict=True)])
        off.append([estimate.value - value for estimate, value in zip(found, right, strict=True)])
    assert (np.mean(held, axis=0) > 0.87).all()
    assert (np.abs(np.mean(off, axis=0)) < 0.03).all()


def test_an_item_told_or_predicted_to_be_in_no_group_counts_against_it() -> None:
    truth, labels = np.repeat([0, 1], 20), np.repeat([0, 1], 20)
    best = estimate_pairs(labels, truth, SURE[:40], 2, 0.0, 0)
    labels[:5] = -1
    worse = estimate_pairs(labels, truth, SURE[:40], 2, 0.0, 0)
    assert best is not None
    assert worse is not None
    assert best[1].value > 0.96
    assert worse[1].value < 0.9


def test_it_is_never_certain_though_all_agree() -> None:
    found = estimate_pairs(np.arange(100) % 5, np.arange(100) % 5, SURE, 5, 0.0, 0)
    assert found is not None
    for estimate in found:
        assert 0.9 < estimate.low < 0.99
        assert estimate.high > 0.999


def test_what_the_answers_left_out_moved_counts_twice() -> None:
    truth, labels = collection(100, 4, 0.3, np.random.default_rng(0))
    still, moving = (estimate_pairs(labels, truth, SURE, 4, moved, 0) for moved in (0.0, 0.1))
    assert still is not None
    assert moving is not None
    for one, other in zip(still, moving, strict=True):
        assert other.value - one.value == pytest.approx(2 * expected_gain(0.1), abs=0.01)
        assert other.high - other.low > one.high - one.low


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_items_tell_nothing(n: int) -> None:
    assert estimate_pairs(np.arange(n), np.arange(n), SURE[:n], 3, 0.0, 0) is None
    assert estimate_pairs(np.zeros(n, np.int64), np.arange(n), SURE[:n], 3, 0.0, 0) is None
