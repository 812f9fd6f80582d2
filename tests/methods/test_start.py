import numpy as np
import pytest
import torch

from clusteer.constraints import ConstraintSet, from_labels
from clusteer.methods.start import group_means, start_centers, start_groups, unit_factor
from clusteer.metrics import accuracy
from tests.blobs import blobs

FEATURES, TRUTH = blobs(120, 4, 6)
CODES = torch.tensor(FEATURES)


def test_centers_are_those_of_plain_groups() -> None:
    means = np.array([FEATURES[group == TRUTH].mean(axis=0) for group in range(4)])
    centers = start_centers(CODES, 4, 0).numpy()
    nearest = np.linalg.norm(means[:, None] - centers, axis=2)
    assert sorted(nearest.argmin(axis=1)) == [0, 1, 2, 3]
    assert nearest.min(axis=1) == pytest.approx(np.zeros(4), abs=1e-4)


def test_groups_come_from_links_where_there_are_enough() -> None:
    known = from_labels(TRUTH, 200)
    groups, told = start_groups(CODES, 4, known, 0.0, 0)
    assert told
    assert not known.violated(groups.numpy())


@pytest.mark.parametrize("n", [120, 11])
def test_else_they_are_those_of_the_graph_or_where_items_are_few_of_the_codes(n: int) -> None:
    rows = np.arange(n)
    groups, told = start_groups(CODES[rows], 4, ConstraintSet(len(rows)), 0.0, 0)
    assert not told
    assert accuracy(TRUTH[rows], groups.numpy()) == 1.0


def test_one_group_holds_all() -> None:
    assert not start_groups(CODES, 1, from_labels(TRUTH, 200), 0.0, 0)[0].any()


def test_means_of_groups_and_of_none() -> None:
    groups = torch.tensor([0, 0, 2])
    means = group_means(torch.tensor([[1.0, 0.0], [3.0, 2.0], [5.0, 5.0]]), groups, 3)
    assert means.tolist() == [[2, 1], [0, 0], [5, 5]]


def test_the_unit_makes_the_spread_that_suits_the_kernel() -> None:
    centers = start_centers(CODES, 4, 0)
    factor = unit_factor(CODES, centers)
    spread = torch.cdist(factor * CODES, factor * centers).min(dim=1).values.square().mean()
    assert spread.item() == pytest.approx(35, rel=1e-3)
    assert unit_factor(centers, centers) == 1
