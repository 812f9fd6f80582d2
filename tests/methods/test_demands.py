from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, kron

from clusteer.constraints import Balance, Cardinality, ClusterSizes, ConstraintSet
from clusteer.constraints.satisfaction import satisfied
from clusteer.methods.demands import Demand, meet_demands
from clusteer.methods.seeds import Seeds, Unplaced, read_seeds
from tests.methods.made_seeds import seeds_in

Proba = NDArray[np.float32]
NOBODY = read_seeds(ConstraintSet(1))


def beliefs(n: int, k: int, seed: int, spread: float = 0.4) -> Proba:
    """Probabilities of which many are all but certain."""
    proba = np.random.default_rng(seed).dirichlet(np.linspace(1, 3, k) * spread, n) + 1e-6
    shares: Proba = (proba / proba.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def met(demands: list[Demand], proba: Proba, seeds: Seeds = NOBODY) -> tuple[Proba, tuple[Demand, ...]]:
    found, unmet = meet_demands(ConstraintSet.from_stated(len(proba), demands), proba, seeds)
    assert found.dtype == np.float32
    assert found.sum(axis=1) == pytest.approx(np.ones(len(proba)), abs=1e-5)
    return found, unmet


def fits(labels: NDArray[np.int64], demand: Demand, k: int) -> bool:
    """As ``satisfied``, and a bound holds for groups without items too."""
    if isinstance(demand, Cardinality) and demand.group is None:
        counted = labels if demand.items is None else labels[list(demand.items)]
        counts = np.bincount(counted, minlength=k)
        upper = len(labels) if demand.upper is None else demand.upper
        return bool(((counts >= (demand.lower or 0)) & (counts <= upper)).all())
    if len(np.unique(labels)) < k:
        return not isinstance(demand, ClusterSizes) and satisfied(demand, labels)
    return satisfied(demand, labels)


def cost(proba: Proba, labels: NDArray[np.int64]) -> float:
    """By how many nats these labels are less likely than the likeliest."""
    logs = np.log(proba.astype(np.float64))
    return float((logs.max(axis=1) - logs[np.arange(len(labels)), labels]).sum())


N, K = 6, 3
subsets = st.sets(st.integers(0, N - 1), min_size=1).map(lambda items: tuple(sorted(items)))
cardinalities = st.builds(
    lambda low, more, items: Cardinality(lower=low, upper=low + more, items=items),
    st.integers(0, 2), st.integers(0, 3), st.none() | subsets,
)  # fmt: skip
balances = st.builds(
    lambda order, cut, tolerance: Balance(parts=(tuple(order[:cut]), tuple(order[cut:])), tolerance=tolerance),
    st.permutations(range(N)), st.integers(1, N - 1), st.sampled_from([0.0, 0.2, 0.5]),
)  # fmt: skip
sizes = st.sampled_from([(1 / 3, 1 / 3, 1 / 3), (0.5, 0.3, 0.2), (0.7, 0.2, 0.1)]).map(
    lambda shares: ClusterSizes(shares=shares)
)


@given(st.lists(cardinalities | balances, min_size=1, max_size=2), st.none() | sizes, st.integers(0, 999))
@settings(max_examples=40)
def test_what_some_grouping_meets_is_met_and_nearly_at_least_cost(
    demands: list[Demand], shares: ClusterSizes | None, seed: int
) -> None:
    asked = [*demands, *([shares] if shares else [])]
    proba = beliefs(N, K, seed)
    found, unmet = met(asked, proba)
    labels = found.argmax(axis=1)
    assert all(fits(labels, demand, K) == (demand not in unmet) for demand in asked)
    labellings = [np.array(labelling) for labelling in product(range(K), repeat=N)]
    possible = [cost(proba, one) for one in labellings if all(fits(one, demand, K) for demand in asked)]
    if possible:
        assert unmet == ()
        assert cost(proba, labels) <= min(possible) + 12  # A few of so few items; most are exact.


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("demand", "rows", "low", "high"),
    [
        (Cardinality(upper=70), 300, 0, 70),
        (Cardinality(lower=50), 300, 50, 300),
        (Cardinality(lower=45, upper=68), 300, 45, 68),
        (Cardinality(lower=10, upper=30, items=tuple(range(100))), 100, 10, 30),
        (ClusterSizes(shares=(0.2,) * 5), 300, 60, 60),
    ],
)
def test_the_cost_is_nearly_that_of_the_linear_program(
    demand: Demand, rows: int, low: int, high: int, seed: int
) -> None:
    n, k = 300, 5
    proba = beliefs(n, k, seed)
    found, unmet = met([demand], proba)
    counts = np.bincount(found.argmax(axis=1)[:rows], minlength=k)
    assert unmet == ()
    assert low <= counts.min() <= counts.max() <= high
    counted = csr_array((np.ones(rows), (np.zeros(rows, np.int64), np.arange(rows))), shape=(1, n))
    sums = kron(counted, eye_array(k)).tocsr()
    logs = np.log(proba.astype(np.float64))
    best = linprog(
        (logs.max(axis=1, keepdims=True) - logs).ravel(),
        A_ub=np.vstack([sums.toarray(), -sums.toarray()]),
        b_ub=np.repeat([high, -low], k),
        A_eq=kron(eye_array(n), np.ones((1, k))),
        b_eq=np.ones(n),
    ).fun
    assert best - 1e-3 <= cost(proba, found.argmax(axis=1)) <= 1.03 * best + 3


def test_what_is_met_changes_nothing() -> None:
    proba = beliefs(50, 3, 0)
    for demands in ([], [Cardinality(upper=50)], [Cardinality(lower=0, items=(1, 2))]):
        found, unmet = met(list(demands), proba)
        assert found is proba
        assert unmet == ()


def test_labels_change_first_where_they_are_in_doubt() -> None:
    sure = np.linspace(0.51, 0.99, 50)
    proba = np.stack([sure, 1 - sure], axis=1).astype(np.float32)
    labels = met([Cardinality(upper=30)], proba)[0].argmax(axis=1)
    assert labels.tolist() == [1] * 20 + [0] * 30


def test_the_largest_share_is_the_largest_groups() -> None:
    proba = np.zeros((100, 3), np.float32) + 0.1
    proba[np.arange(100), np.repeat([1, 2, 0], [50, 30, 20])] = 0.8
    found, unmet = met([ClusterSizes(shares=(0.1, 0.2, 0.7))], proba)
    assert np.bincount(found.argmax(axis=1)).tolist() == [10, 70, 20]
    assert unmet == ()


def test_parts_hold_the_same_share_of_each_group() -> None:
    proba = beliefs(300, 4, 1)
    balance = Balance(parts=(tuple(range(100)), tuple(range(100, 150)), tuple(range(150, 300))), tolerance=0.04)
    found, unmet = met([balance], proba)
    labels = found.argmax(axis=1)
    assert unmet == ()
    assert satisfied(balance, labels)
    assert not satisfied(balance, proba.argmax(axis=1))
    assert (labels != proba.argmax(axis=1)).sum() < 60


def test_one_group_alone_is_bound_by_an_item_of_it() -> None:
    proba = beliefs(200, 3, 2)
    item = int(np.flatnonzero(proba.argmax(axis=1) == 2)[0])
    before = np.bincount(proba.argmax(axis=1), minlength=3)
    found, unmet = met([Cardinality(upper=20, group=item)], proba)
    labels = found.argmax(axis=1)
    assert unmet == ()
    assert labels[item] == 2
    assert (labels == 2).sum() == 20
    assert (np.bincount(labels, minlength=3)[:2] >= before[:2]).all()


def test_answers_outrank_demands() -> None:
    proba = np.tile(np.array([0.9, 0.1], np.float32), (10, 1))
    upper = Cardinality(upper=5)
    found, unmet = met([upper], proba, seeds_in(np.zeros(7, np.int64), 2))
    assert found.argmax(axis=1).tolist() == [0] * 7 + [1] * 3
    assert np.array_equal(found[:7], proba[:7])
    assert unmet == (upper,)


def test_an_item_does_not_go_where_an_answer_says_it_is_not() -> None:
    proba = np.tile(np.array([0.9, 0.1], np.float32), (6, 1))
    against = np.zeros((6, 2))
    against[:4, 1] = 1
    loose = Unplaced(np.arange(6), np.arange(6), against, np.zeros((0, 2), np.int64))
    lower = Cardinality(lower=3)
    found, unmet = met([lower], proba, seeds_in(np.zeros(0, np.int64), 2, loose))
    assert found.argmax(axis=1).tolist() == [0, 0, 0, 0, 1, 1]
    assert unmet == (lower,)


def test_joined_items_stay_together() -> None:
    proba = np.tile(np.array([0.6, 0.4], np.float32), (20, 1))
    loose = Unplaced(np.arange(6), np.repeat([0, 1], 3), np.zeros((2, 2)), np.zeros((0, 2), np.int64))
    found, unmet = met([ClusterSizes(shares=(0.5, 0.5))], proba, seeds_in(np.zeros(0, np.int64), 2, loose))
    labels = found.argmax(axis=1)
    assert len(set(labels[:3].tolist())) == len(set(labels[3:6].tolist())) == 1
    assert np.bincount(labels).tolist() == [10, 10]
    assert unmet == ()


def test_sizes_wait_until_there_are_as_many_groups() -> None:
    proba, shares = beliefs(50, 3, 0), ClusterSizes(shares=(0.5, 0.5))
    found, unmet = met([shares, Cardinality(upper=20)], proba)
    assert np.bincount(found.argmax(axis=1)).max() <= 20
    assert unmet == (shares,)


def test_of_what_cannot_be_met_as_much_as_can_is() -> None:
    proba, upper = beliefs(100, 4, 0), Cardinality(upper=20)
    found, unmet = met([upper, Cardinality(lower=10)], proba)
    counts = np.bincount(found.argmax(axis=1), minlength=4)
    assert unmet == (upper,)
    assert counts.min() >= 20


def test_equal_items_are_parted_and_always_alike() -> None:
    proba = np.full((40, 4), 0.25, np.float32)
    one, two = (met([ClusterSizes(shares=(0.4, 0.3, 0.2, 0.1))], proba)[0] for _ in range(2))
    assert sorted(np.bincount(one.argmax(axis=1)).tolist()) == [4, 8, 12, 16]
    assert np.array_equal(one, two)
