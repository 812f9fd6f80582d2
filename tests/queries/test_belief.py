from dataclasses import replace

import numpy as np
import pytest

from clusteer.constraints import ConstraintSet
from clusteer.queries.belief import group_belief
from tests.queries.worlds import INDEX, clustering_of, world


def test_belief_is_that_of_the_clustering_group_by_group() -> None:
    clustering, constraints = world([6, 2, 3, 0, 7, 10, 1])
    groups, belief = group_belief(clustering, constraints, constraints.groups)
    assert groups == list(constraints.groups)
    free = [item for item in range(400) if item not in {6, 2, 3, 0, 7, 10, 1}]
    assert np.array_equal(belief[free], clustering.proba[free])


def test_an_item_known_to_be_apart_has_less_than_none() -> None:
    constraints = ConstraintSet.from_pairs(400, [(5, 9)], [(0, 1), (0, 2), (1, 2), (9, 0)])
    clustering = clustering_of(INDEX, constraints)
    before = clustering.proba.copy()
    groups, belief = group_belief(clustering, constraints, constraints.groups)
    apart = groups.index(constraints.closure().component_of(0) or 0)
    assert (belief[[5, 9], apart] == -1).all()
    assert np.array_equal(clustering.proba, before)
    others = [column for column in range(3) if column != apart]
    assert np.array_equal(belief[[5, 9]][:, others], before[[5, 9]][:, others])


@pytest.mark.parametrize("swapped", [False, True])
def test_of_two_groups_on_one_column_the_larger_is_kept(swapped: bool) -> None:
    """A group opened by a slip: the clustering puts its only item with the group it belongs to."""
    items = [(0, 4), (0, 8), (1, 5)]
    constraints = ConstraintSet.from_pairs(400, items, [(0, 1), (0, 12), (1, 12)])
    clustering = clustering_of(INDEX, constraints)
    order = [2, 1, 0] if swapped else [0, 1, 2]
    proba = np.eye(3, dtype=np.float32)[order][np.arange(400) % 2]
    groups, belief = group_belief(replace(clustering, proba=proba), constraints, constraints.groups)
    members = [set(constraints.closure().members[group].tolist()) for group in groups]
    assert members == [{0, 4, 8}, {1, 5}]
    assert (belief[14::2, 0] == 1).all()
    assert (belief[15::2, 1] == 1).all()


def test_groups_that_are_not_on_offer_are_left_out() -> None:
    clustering, constraints = world([0, 1, 2, 3])
    groups, belief = group_belief(clustering, constraints, constraints.groups[1:3])
    assert groups == list(constraints.groups[1:3])
    assert belief.shape == (400, 2)
    assert group_belief(clustering, constraints, ())[1].shape == (400, 0)
