import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.constraints import ConstraintSet
from clusteer.core import History
from clusteer.core.index import unit_rows
from clusteer.queries.value_mining import (
    CANDIDATES,
    ValueMining,
    group_centers,
    hardness,
    mine,
    most_valuable,
    representativeness,
)
from tests.blobs import blob_index, blobs, told
from tests.queries.worlds import clustering_of, world


def points(n: int, d: int, seed: int = 0) -> NDArray[np.float32]:
    return unit_rows(np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32))


def naive(features: NDArray[np.float32], centers: NDArray[np.float32], n: int) -> tuple[list[int], float]:
    """Eqs. 1 to 4 as they are printed, in float64; the picks and the least gap by which one was chosen."""
    z, c = features.astype(np.float64), centers.astype(np.float64)
    likeness = np.sort(z @ c.T, axis=1)
    squared = np.square(z[:, None] - z[None]).sum(axis=2)
    nearest = np.sort(squared, axis=1)[:, 1:21].sum(axis=1)
    worth = np.log(1 - likeness[:, -1] + likeness[:, -2]) - np.log(nearest)
    picks: list[int] = []
    gap = math.inf
    for _ in range(n):
        value = worth + (np.log(np.maximum(1 - (z @ z[picks].T).max(axis=1), 1e-9)) if picks else 0)
        value[picks] = -np.inf
        best = np.sort(value)[-2:]
        gap = min(gap, best[1] - best[0])
        picks.append(int(np.argmax(value)))
    return picks, gap


@pytest.mark.parametrize("seed", [0, 1])
def test_it_picks_what_the_equations_pick(seed: int) -> None:
    features, centers = points(400, 16, seed), points(6, 16, seed + 10)
    wanted, gap = naive(features, centers, 60)
    assert gap > 1e-6
    assert mine(features, centers, 60)[0].tolist() == wanted


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 99), st.integers(2, 40), st.booleans())
def test_values_never_rise(seed: int, n: int, copies: bool) -> None:
    """Theorem 1; the first pick has no diversity, so it needs rows less than a right angle apart."""
    features = np.abs(points(n, 5, seed))
    features = np.repeat(features, 2, axis=0) if copies else features
    picks, values = mine(features, np.abs(points(3, 5, seed + 1)), len(features))
    assert len(set(picks.tolist())) == len(features)
    assert (np.diff(values) <= 1e-9).all()


def test_copies_of_what_was_picked_come_last() -> None:
    one = points(30, 8)
    features = np.concatenate([one, one, one])
    picks, values = mine(features, points(4, 8, 1), 90)
    assert np.isfinite(values).all()
    assert len({pick % 30 for pick in picks[:30].tolist()}) == 30


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_smallest_collections(n: int) -> None:
    picks, values = mine(points(n, 4), points(1, 4, 1), 3)
    assert len(picks) == min(n, 3)
    assert np.isfinite(values).all()


def test_easy_items_are_the_least_hard_even_where_the_gap_exceeds_one() -> None:
    centers = np.array([[1, 0], [-1, 0]], np.float32)
    values = hardness(np.array([[1, 0], [0.8, 0.6], [0, 1]], np.float32), centers)
    assert np.isfinite(values).all()
    assert values.argsort().tolist() == [0, 1, 2] or values[0] <= values[1] < values[2]
    assert values[2] == pytest.approx(0, abs=1e-6)


def test_representative_is_what_has_near_neighbors() -> None:
    distances = np.array([[0.1, 0.2], [0.5, 0.6], [0.0, 0.0]])
    values = representativeness(distances)
    assert values[2] > values[0] > values[1]
    assert values[0] == pytest.approx(-math.log(0.05))


def test_parts_of_the_value_can_be_left_out() -> None:
    features, centers = points(60, 6), points(4, 6, 1)
    hard = mine(features, centers, 60, represent=False, diversify=False)[0]
    assert hard.tolist() == np.argsort(-hardness(features, centers), kind="stable").tolist()
    both = mine(features, centers, 60, diversify=False)[0]
    scaled = mine(features, centers, 60, diversify=False, standardize=True)[0]
    assert len({tuple(hard), tuple(both), tuple(scaled)}) == 3


def test_what_was_asked_counts_as_picked() -> None:
    features = points(50, 6)
    worth = np.zeros(50)
    picks, values = most_valuable(features, worth, 50, features[:10])
    assert set(picks[-10:].tolist()) == set(range(10))
    assert (np.diff(values) <= 1e-9).all()


def test_centers_are_means_at_length_one() -> None:
    features, labels = points(20, 3), np.arange(20) % 2
    centers = group_centers(features, labels, 3)
    assert centers[1] == pytest.approx(unit_rows(features[1::2].mean(axis=0, keepdims=True))[0], abs=1e-6)
    assert not centers[2].any()


def test_at_most_five_groups_are_offered_and_the_rest_next_time() -> None:
    """A person who says none of these is asked about the item again, beside the groups that are left."""
    index, truth = blob_index(400, 8), blobs(400, 8)[1]
    constraints = told(range(16), truth)
    assert len(constraints.groups) == 8
    clustering = clustering_of(index, constraints)
    for question in ValueMining().propose(clustering, constraints, History(), 10, 0):
        assert len(question.options) == CANDIDATES
        assert not question.exhaustive
        assert truth[question.items[0]] in truth[[option[0] for option in question.options]]
    (question,) = ValueMining().propose(clustering, constraints, History(), 1, 0)
    (item,) = question.items
    rejected = constraints.with_(cannot_link=[(item, option[0]) for option in question.options])
    again = next(q for q in ValueMining().propose(clustering, rejected, History(), 400, 0) if q.items == (item,))
    assert len(again.options) == 3
    assert again.exhaustive
    assert not {option[0] for option in again.options} & {option[0] for option in question.options}


def test_it_asks_where_groups_meet() -> None:
    clustering, constraints = world(range(20))
    asked = [q.items[0] for q in ValueMining().propose(clustering, constraints, History(), 20, 0)]
    margins = clustering.margin()
    assert margins[asked].mean() < margins.mean()


def test_a_collection_without_groups_is_asked_for_the_first_pair() -> None:
    nothing = ConstraintSet(400)
    (question,) = ValueMining().propose(clustering_of(blob_index(400), nothing), nothing, History(), 1, 0)
    assert question.kind == "same"
