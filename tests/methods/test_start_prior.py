"""What the groups before any answer add to a few answers."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteer.constraints import CannotLink, ClusterSizes, ConstraintSet
from clusteer.core import Index
from clusteer.methods.propagation import Propagation
from clusteer.methods.seeds import Seeds
from clusteer.methods.start_prior import GRANTED, start_prior, with_unspoken
from clusteer.neighbors import build_index
from tests.methods.test_propagation import grouped_as


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_it_is_the_share_of_answers_in_each_group_of_the_start(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m, g, k = rng.integers(1, 7, 4)
    start, soft = rng.dirichlet(np.ones(g), n).astype(np.float32), rng.dirichlet(np.ones(k), m)
    answered, shares = rng.dirichlet(np.ones(g), m).astype(np.float32), rng.dirichlet(np.ones(k))
    expected = np.zeros((n, k))
    for item in range(n):
        for group in range(g):
            seen = [sum(float(answered[a, group]) * soft[a, j] for a in range(m)) for j in range(k)]
            for j in range(k):
                told_here = (seen[j] + GRANTED * shares[j]) / (sum(seen) + GRANTED)
                expected[item, j] += float(start[item, group]) * told_here
    assert np.allclose(start_prior(start, answered, soft, shares), expected, atol=1e-5)


def test_it_says_nothing_where_each_group_of_the_start_holds_the_same_mixture() -> None:
    start = np.eye(3, dtype=np.float32).repeat(8, axis=0)
    soft = np.tile(np.eye(4), (6, 1))
    prior = start_prior(start, start, soft, np.full(4, 0.25))
    assert np.allclose(prior, 0.25)


def test_groups_nobody_has_spoken_of_stay() -> None:
    start = np.eye(4, dtype=np.float32)[[0, 0, 0, 1, 1, 2, 3, 3]]
    seeds = Seeds.fixed(np.array([0]), np.array([0]), 1)
    alone = np.ones((8, 1), np.float32)
    assert with_unspoken(alone, start, seeds, None).argmax(axis=1).tolist() == [0, 0, 0, 1, 1, 2, 3, 3]
    limited = with_unspoken(alone, start, seeds, 2)
    assert limited.argmax(axis=1).tolist() == [0, 0, 0, 1, 1, 0, 2, 2]  # The largest stay.
    assert np.allclose(limited.sum(axis=1), 1)
    assert np.array_equal(with_unspoken(alone, start, seeds, 0), alone)


def islands() -> tuple[Index, np.ndarray]:
    """Return 16 islands of 20 items without a way between them: four kinds, far apart, of four looks each."""
    rng, kinds = np.random.default_rng(4), np.arange(4).repeat(80)
    looks = np.tile(np.arange(4).repeat(20), 4)
    features = np.concatenate([4 * np.eye(4)[kinds], np.eye(4)[looks]], axis=1) + rng.normal(0, 0.02, (320, 8))
    return build_index(features.astype(np.float32), "given"), kinds


def test_one_answer_does_not_undo_a_good_start() -> None:
    index, kinds = islands()
    same = ConstraintSet.from_pairs(320, must_link=[(0, 1)])
    found = Propagation(n_clusters=4, start_counts=True).fit_index(index, same)
    assert grouped_as(found.labels_, kinds)
    assert np.allclose(found.proba_.sum(axis=1), 1, atol=1e-5)
    assert len(set(Propagation().fit_index(index, same).labels_)) == 1
    assert Propagation(n_clusters=2, start_counts=True).fit_index(index, same).proba_.shape[1] == 2


def test_answers_that_contradict_the_start_outweigh_it() -> None:
    index, _ = islands()
    looks = np.tile(np.arange(4).repeat(20), 4)
    pairs = [(20 * i, 20 * j) for i in range(16) for j in range(i)]
    must = [pair for pair in pairs if looks[pair[0]] == looks[pair[1]]]
    said = ConstraintSet.from_pairs(320, must_link=must, cannot_link=[pair for pair in pairs if pair not in must])
    found = Propagation(n_clusters=4, start_counts=True).fit_index(index, said)
    assert grouped_as(found.labels_, looks)


def test_the_start_has_no_say_where_sizes_are_demanded_of_the_groups_there_are() -> None:
    index, _ = islands()
    demanded = ConstraintSet.from_stated(320, [CannotLink(first=0, second=100), ClusterSizes(shares=(0.5, 0.5))])
    found = Propagation(start_counts=True).fit_index(index, demanded)
    assert np.bincount(found.labels_).tolist() == [160, 160]
