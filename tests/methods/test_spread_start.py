"""Groups that spread from linked items: which group a component is, and what follows of all others."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clusteer.constraints import ConstraintSet, from_labels
from clusteer.methods.spread_start import linked_groups, spread_groups
from clusteer.metrics import accuracy
from tests.blobs import blobs

N, K = 300, 3
CODES, TRUTH = blobs(N, K, 6, spread=1.0)


def test_a_component_is_the_group_most_of_it_is_given_and_nothing_apart_from_it_is() -> None:
    groups = np.array([0, 0, 1, 0, 0, 2, 2])
    told = ConstraintSet.from_pairs(7, [(0, 1), (1, 2)], [(2, 3), (3, 4)])
    # 3 may not be of group 0, and 1 and 2 are as good; 4 is apart from 3 alone.
    assert linked_groups(groups, told.closure(), 3).tolist() == [0, 0, 0, 1, 0, -1, -1]
    every = ConstraintSet.from_pairs(3, [], [(0, 1), (1, 2), (0, 2)])
    assert sorted(linked_groups(np.zeros(3, np.int64), every.closure(), 2).tolist()) == [-1, 0, 1]


@given(st.integers(0, 60), st.integers(2, 4), st.integers(0, 99))
def test_no_link_is_broken_and_true_groups_stay_as_they_are(m: int, k: int, seed: int) -> None:
    truth = np.random.default_rng(seed).integers(0, k, 30)
    told = from_labels(truth, m, random_state=seed)
    assert not told.violated(np.where((named := linked_groups(truth, told.closure(), k)) < 0, truth, named))
    assert (named[told.closure().items] == truth[told.closure().items]).all()


def test_items_that_no_link_touches_follow_those_that_are_linked() -> None:
    rng = np.random.default_rng(0)
    wrong = np.where(rng.random(N) < 0.3, rng.integers(0, K, N), TRUTH)
    spread = spread_groups(CODES, wrong, from_labels(TRUTH, 80).closure(), K, 0)
    assert accuracy(TRUTH, wrong) < 0.85
    assert accuracy(TRUTH, spread) > 0.9


def test_without_a_linked_item_in_each_group_the_groups_stay() -> None:
    told = ConstraintSet.from_pairs(N, [], [(int(np.argmax(TRUTH == 0)), int(np.argmax(TRUTH == 1)))])
    assert spread_groups(CODES, TRUTH, told.closure(), K, 0) is TRUTH
