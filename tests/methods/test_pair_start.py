import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.constraints import ConstraintSet, from_labels
from clusteer.methods.pair_start import _logistic, _merged, merged_groups
from clusteer.metrics import accuracy
from clusteer.neighbors import kmeans


def start(
    codes: NDArray[np.float32], constraints: ConstraintSet, k: int, wrong: float = 0.0, seed: int = 0
) -> NDArray[np.int64] | None:
    must, cannot = constraints.must, constraints.cannot
    pairs = np.concatenate([must.pairs, cannot.pairs])
    together = np.arange(len(pairs)) < len(must)
    return merged_groups([codes], k, pairs, together, np.ones(len(pairs)), wrong, seed)


def arcs(n: int = 600) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Three parallel long strips, which k-means cuts across, and the strip of each item."""
    rng = np.random.default_rng(0)
    truth = np.arange(n) % 3
    along, across = rng.uniform(0, 12, n), truth * 2.0 + 0.2 * rng.normal(size=n)
    return np.stack([along, across], axis=1).astype(np.float32), truth


@pytest.mark.parametrize(("n_pairs", "noise"), [(150, 0.0), (400, 0.0), (600, 0.15)])
def test_small_groups_are_merged_to_what_pairs_say(n_pairs: int, noise: float) -> None:
    codes, truth = arcs()
    assert accuracy(truth, kmeans(codes, 3, 0)) < 0.6
    found = start(codes, from_labels(truth, n_pairs, noise=noise), 3, wrong=noise)
    assert found is not None
    assert accuracy(truth, found) > 0.95


def test_of_several_spaces_the_one_that_explains_the_pairs_serves() -> None:
    codes, truth = arcs()
    noise = np.random.default_rng(1).normal(size=codes.shape).astype(np.float32)
    constraints = from_labels(truth, 300)
    must, cannot = constraints.must, constraints.cannot
    pairs, together = np.concatenate([must.pairs, cannot.pairs]), np.arange(300) < len(must)
    alone = merged_groups([codes], 3, pairs, together, np.ones(300), 0.0, 0)
    assert alone is not None
    for spaces in ([codes, noise], [noise, codes]):
        found = merged_groups(spaces, 3, pairs, together, np.ones(300), 0.0, 0)
        assert found is not None
        assert np.array_equal(found, alone)


def test_too_few_pairs_of_a_kind_or_items_are_no_start() -> None:
    codes, truth = arcs(60)
    assert start(codes, ConstraintSet.from_pairs(60, [(i, i + 3) for i in range(30)]), 3) is None
    assert start(codes, ConstraintSet(60), 3) is None
    assert start(codes[:6], from_labels(truth[:6], 15), 3) is None


def test_same_seed_same_start() -> None:
    codes, truth = arcs()
    one, two = (start(codes, from_labels(truth, 200), 3, seed=4) for _ in range(2))
    assert one is not None
    assert two is not None
    assert np.array_equal(one, two)


def test_identical_items_are_no_trouble() -> None:
    codes = np.zeros((60, 2), np.float32)
    found = start(codes, from_labels(np.arange(60) % 3, 200), 3)
    assert found is not None
    assert found.shape == (60,)


@given(st.integers(2, 12), st.integers(0, 99))
@settings(max_examples=25)
def test_merging_joins_the_likeliest_two_until_k_are_left(n_small: int, seed: int) -> None:
    """Against a plain loop over lists."""
    rng = np.random.default_rng(seed)
    k = int(rng.integers(1, n_small + 1))
    sizes = rng.integers(1, 9, n_small)
    odds, evidence = (half + half.T for half in rng.normal(size=(2, n_small, n_small)))
    groups = [[i] for i in range(n_small)]
    while len(groups) > k:
        best, found = -np.inf, (0, 1)
        for a in range(len(groups)):
            for b in range(a + 1, len(groups)):
                weights = [sizes[i] * sizes[j] for i in groups[a] for j in groups[b]]
                mean = np.average([odds[i, j] for i in groups[a] for j in groups[b]], weights=weights)
                score = mean + sum(evidence[i, j] for i in groups[a] for j in groups[b])
                if score > best:
                    best, found = score, (a, b)
        groups[found[0]] += groups.pop(found[1])
    items = np.outer(sizes, sizes).astype(float)
    labels = _merged(items * odds, items, evidence, k)
    assert sorted(map(sorted, groups)) == sorted(np.flatnonzero(labels == g).tolist() for g in range(k))


def test_the_curve_of_distances_is_that_of_the_pairs() -> None:
    """Recovered from pairs drawn by a known curve, also where some are stated wrongly."""
    rng = np.random.default_rng(0)
    distances = rng.uniform(0, 4, 20_000)
    for wrong in (0.0, 0.2):
        together = rng.random(20_000) < 1 / (1 + np.exp(3 * distances - 4))
        together ^= rng.random(20_000) < wrong
        slope, offset, _ = _logistic(distances, together, np.ones(20_000), wrong)
        assert slope == pytest.approx(-3, rel=0.1)
        assert offset == pytest.approx(4, rel=0.1)
