"""Pairs at the boundary, pairs far apart, and pairs at random."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.constraints import ConstraintSet
from clusteer.core import History
from clusteer.queries import get_strategy
from clusteer.queries.boundary import boundary_pairs
from clusteer.queries.farthest_pairs import farthest_pairs
from clusteer.queries.pairs import divided
from clusteer.queries.random_pairs import random_pairs
from tests.queries.worlds import INDEX, world

LABELS = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
DISTANCES = np.array([3, 1, 2, 6, 5, 4, 1, 2, 3, 4], float)
ALL = np.ones(10, bool)
NOTHING = ConstraintSet(10)


def asked(
    constraints: ConstraintSet = NOTHING,
    n: int = 5,
    *,
    joined: bool = True,
    allowed: NDArray[np.bool_] = ALL,
    spent: int = 0,
) -> list[list[int]]:
    closure = constraints.closure()
    pairs: list[list[int]] = boundary_pairs(
        LABELS, DISTANCES, n, closure, allowed=allowed, joined=joined, spent=spent
    ).tolist()
    return pairs


def test_the_heart_is_asked_about_beside_the_farthest_items_as_the_sizes_say() -> None:
    assert asked() == [[1, 3], [6, 9], [1, 4], [6, 8], [1, 5]]
    assert asked(joined=False) == asked()


def test_what_the_closure_knows_is_not_asked() -> None:
    known = ConstraintSet.from_pairs(10, [(1, 3), (9, 2)], [(6, 2)])
    assert asked(known, joined=False) == [[1, 4], [6, 8], [1, 5], [6, 7], [1, 0]]
    assert asked(known, n=99, joined=False) == [[1, 4], [6, 8], [1, 5], [6, 7], [1, 0], [1, 2]]


def test_of_items_that_go_together_one_is_asked_about() -> None:
    known = ConstraintSet.from_pairs(10, [(3, 4), (4, 5)], [])
    assert [pair for pair in asked(known, n=99, joined=False) if pair[0] == 1] == [[1, 3], [1, 0], [1, 2]]


def test_the_heart_is_where_most_is_known() -> None:
    """So that the answers of all rounds come to one component; the most central of it."""
    known = ConstraintSet.from_pairs(10, [(0, 5), (0, 2)], [])
    assert {pair[0] for pair in asked(known) if pair[0] < 6} == {2}
    assert {pair[0] for pair in asked(known, joined=False) if pair[0] < 6} == {1}


def test_hearts_of_many_are_asked_about_each_other_once() -> None:
    stars = [(0, item) for item in range(1, 5)], [(10, item) for item in range(11, 15)]
    labels = np.repeat([0, 1], 10)
    distances = np.tile(np.arange(10.0), 2)
    known = ConstraintSet.from_pairs(20, [*stars[0], *stars[1]], [])
    allowed = np.ones(20, bool)
    assert boundary_pairs(labels, distances, 4, known.closure(), allowed=allowed)[0].tolist() == [0, 10]
    for told in (known.with_(must_link=[(3, 12)]), known.with_(cannot_link=[(3, 12)])):
        assert [0, 10] not in boundary_pairs(labels, distances, 4, told.closure(), allowed=allowed).tolist()
    plain = boundary_pairs(labels, distances, 4, known.closure(), allowed=allowed, joined=False)
    assert [0, 10] not in plain.tolist()


def test_items_that_may_not_be_shown_are_left_out() -> None:
    assert asked(allowed=np.arange(10) >= 2, n=3) == [[2, 3], [6, 9], [2, 4]]
    assert asked(allowed=np.zeros(10, bool)) == []


def test_one_by_one_the_questions_go_round_the_groups() -> None:
    groups = [LABELS[asked(n=1, spent=spent)[0][0]] for spent in range(10)]
    assert groups.count(0) == 6
    assert groups.count(1) == 4


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6), st.integers(0, 80), st.integers(0, 200), st.data())
def test_a_budget_is_spent_to_the_last_pair(sizes: list[int], n: int, spent: int, data: st.DataObject) -> None:
    most = [data.draw(st.integers(0, size)) for size in sizes]
    shares = divided(n, sizes, most, spent)
    assert shares.sum() == min(n, sum(most))
    assert (shares <= most).all()
    assert (shares >= 0).all()


def test_a_budget_goes_by_size_with_the_largest_remainders_rounded_up() -> None:
    assert divided(10, [50, 30, 17], [99, 99, 99]).tolist() == [5, 3, 2]
    assert divided(10, [50, 30, 17], [2, 99, 99]).tolist() == [2, 5, 3]


def test_pairs_at_random_are_new_and_different() -> None:
    known = ConstraintSet.from_pairs(10, [(0, 1), (1, 2)], [(2, 3)])
    pairs = random_pairs(np.arange(10), 100, known.closure(), np.random.default_rng(0))
    assert len({frozenset(pair) for pair in pairs.tolist()}) == len(pairs) > 20
    together, apart = known.closure().known(pairs)
    assert not (together | apart).any()
    assert len(random_pairs(np.arange(1), 3, known.closure(), np.random.default_rng(0))) == 0


def test_the_farthest_pairs_are_of_one_group() -> None:
    embedding = np.stack([np.arange(10.0), np.zeros(10)], axis=1)
    pairs = farthest_pairs(LABELS, embedding, 5, NOTHING.closure(), allowed=ALL)
    assert pairs.tolist() == [[0, 5], [6, 9], [0, 4], [6, 8], [1, 5]]
    known = ConstraintSet.from_pairs(10, [(0, 5)], [(6, 9)])
    assert farthest_pairs(LABELS, embedding, 2, known.closure(), allowed=ALL).tolist() == [[0, 4], [6, 8]]


def test_each_round_of_the_partition_asks_about_other_items() -> None:
    clustering, _ = world(range(20))
    nothing = ConstraintSet(len(clustering.labels))
    strategy = get_strategy("boundary-partition")
    rounds = [
        {item for question in strategy.propose(clustering, nothing, replace(History(), spent=10 * t), 10, 0)
         for item in question.items}
        for t in range(5)
    ]  # fmt: skip
    assert len(set.union(*rounds)) == sum(map(len, rounds))


def test_where_probabilities_tell_no_difference_the_embedding_does() -> None:
    clustering, constraints = world(range(20))
    sure = replace(clustering, proba=np.eye(clustering.n_clusters, dtype=np.float32)[clustering.labels])
    for question in get_strategy("boundary").propose(sure, constraints, History(), 8, 0):
        heart, edge = question.items
        if clustering.labels[heart] == clustering.labels[edge]:
            members = np.flatnonzero(clustering.labels == clustering.labels[heart])
            mean = INDEX.embedding[members].mean(axis=0)
            apart = np.square(INDEX.embedding[members] - mean).sum(axis=1)
            edge_apart = np.square(INDEX.embedding[edge] - mean).sum()
            assert edge_apart >= np.median(apart) or pytest.approx(edge_apart) == np.median(apart)
