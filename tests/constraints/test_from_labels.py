import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteer.constraints import from_labels
from clusteer.core import InvalidInputError


@given(st.integers(0, 60), st.integers(0, 2**32 - 1))
def test_asked_for_all_pairs_it_draws_each_once_and_links_as_the_labels_say(n: int, seed: int) -> None:
    labels = np.random.default_rng(seed).integers(0, 4, n)
    constraints = from_labels(labels, n * (n - 1) // 2, random_state=seed)
    for links, alike in ((constraints.must, True), (constraints.cannot, False)):
        expected = {(i, j) for j in range(n) for i in range(j) if (labels[i] == labels[j]) is np.bool_(alike)}
        drawn = [(i, j) for i, j in links.pairs.tolist()]
        assert len(drawn) == len(expected)
        assert set(drawn) == expected


def test_pairs_of_a_large_collection_are_in_range_different_and_spread_evenly() -> None:
    n = 100_000
    constraints = from_labels(np.arange(n) % 2, 20_000)
    pairs = np.concatenate([constraints.must.pairs, constraints.cannot.pairs])
    assert (pairs[:, 0] < pairs[:, 1]).all()
    assert pairs.min() >= 0
    assert pairs.max() < n
    assert len(np.unique(pairs, axis=0)) == 20_000
    assert abs(len(constraints.must) / 20_000 - 0.5) < 0.02
    # The smaller of two uniform numbers has mean 1/3, the larger 2/3; five standard errors of 20,000 draws are 0.008.
    assert np.abs(pairs.mean(axis=0) / n - [1 / 3, 2 / 3]).max() < 0.01


@pytest.mark.parametrize("noise", [0.0, 0.15, 0.5, 1.0])
def test_noise_turns_that_share_of_the_links(noise: float) -> None:
    labels = np.random.default_rng(1).integers(0, 3, 2_000)
    constraints = from_labels(labels, 20_000, noise=noise, random_state=5)
    wrong = len(constraints.violated(labels)) / 20_000
    assert abs(wrong - noise) <= 5 * (noise * (1 - noise) / 20_000) ** 0.5


def test_the_seed_decides_the_draw_and_noise_does_not_change_which_pairs() -> None:
    labels = ["a", "b", "b", "c"] * 10
    assert from_labels(labels, 50, random_state=3) == from_labels(labels, 50, random_state=3)
    assert from_labels(labels, 50, random_state=3) != from_labels(labels, 50, random_state=4)
    clean, noisy = from_labels(labels, 50), from_labels(labels, 50, noise=0.4)
    assert clean != noisy
    drawn = [{*map(tuple, (*c.must.pairs.tolist(), *c.cannot.pairs.tolist()))} for c in (clean, noisy)]
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize("n_pairs", [-1, 7])
def test_more_pairs_than_there_are_is_refused(n_pairs: int) -> None:
    with pytest.raises(InvalidInputError, match=f"{n_pairs} pairs were asked for but 4 items have 6; ask for at most"):
        from_labels([0, 0, 1, 1], n_pairs)


@pytest.mark.parametrize("noise", [-0.1, 1.1, float("nan")])
def test_a_noise_that_is_no_probability_is_refused(noise: float) -> None:
    with pytest.raises(InvalidInputError, match=f"noise is {noise}; give a probability from 0 to 1"):
        from_labels([0, 0, 1, 1], 2, noise=noise)


def test_labels_with_nan_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="labels holds NaN"):
        from_labels([0.0, np.nan], 1)
