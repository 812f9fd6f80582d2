import numpy as np
from numpy.typing import NDArray

from clusteer.constraints import ConstraintSet
from clusteer.methods.alignment import Columns, Known, align, start_labels
from clusteer.metrics import accuracy
from tests.blobs import blobs, told


def known(groups: dict[int, int], n_groups: int) -> Known:
    """Items and the groups they are in."""
    items = np.array(list(groups), np.int64)
    return Known(
        items,
        np.array(list(groups.values()), np.int64),
        np.ones(len(items), np.float32),
        np.zeros(0, np.int64),
        np.zeros((0, n_groups), bool),
        n_groups,
    )


LABELS = np.repeat(np.arange(4), 5)


def aligned(groups: dict[int, int], n_groups: int, *, fixed: bool = False) -> Columns:
    return align(LABELS, 4, known(groups, n_groups), fixed=fixed)


def as_lists(columns: Columns) -> tuple[list[int], list[int], list[int]]:
    return columns.of_clusters.tolist(), columns.of_groups.tolist(), columns.origins.tolist()


def test_without_answers_all_is_as_it_was() -> None:
    for fixed in (True, False):
        assert as_lists(aligned({}, 0, fixed=fixed)) == ([0, 1, 2, 3], [], [0, 1, 2, 3])


def test_a_group_has_the_column_of_the_cluster_that_holds_its_items() -> None:
    assert as_lists(aligned({10: 0, 11: 0, 0: 1}, 2)) == ([0, 1, 2, 3], [2, 0], [0, 1, 2, 3])


def test_clusters_that_answers_show_to_be_one_are_merged() -> None:
    groups = {0: 0, 1: 0, 5: 0, 10: 1}
    assert as_lists(aligned(groups, 2)) == ([0, 0, 1, 2], [0, 1], [0, 2, 3])
    assert as_lists(aligned(groups, 2, fixed=True)) == ([0, 0, 2, 3], [0, 2], [0, 1, 2, 3])


def test_a_group_without_a_cluster_takes_the_column_of_a_merged_one() -> None:
    groups = {0: 0, 1: 0, 5: 0, 10: 2, 11: 2, 12: 1, 15: 3}
    assert as_lists(aligned(groups, 4)) == ([0, 0, 2, 3], [0, 1, 2, 3], [0, 1, 2, 3])


def test_a_group_for_which_none_is_left_opens_a_column() -> None:
    groups = {0: 0, 1: 0, 2: 1, 5: 2, 10: 3, 15: 4}
    assert as_lists(aligned(groups, 5)) == ([0, 1, 2, 3], [0, 4, 1, 2, 3], [0, 1, 2, 3, -1])
    assert len(aligned(groups, 5, fixed=True)) == 5


def test_items_without_answers_start_where_their_cluster_is() -> None:
    columns = aligned({0: 0, 5: 0}, 1)
    start = start_labels(np.eye(20, dtype=np.float32), LABELS, columns, known({}, 1))
    assert start.tolist() == columns.of_clusters[LABELS].tolist()


def test_answers_part_a_cluster_by_likeness() -> None:
    features, truth = blobs(400, 4, spread=1.5)
    labels: NDArray[np.int64] = np.where(truth == 3, 2, truth)  # Two classes share a cluster,
    labels[(truth == 0) & (np.arange(400) % 8 == 0)] = 3  # and one has two.
    read = Known.of(told(range(40), truth))
    columns = align(labels, 4, read, fixed=False)
    start = start_labels(features, labels, columns, read)
    assert accuracy(truth, labels) < 0.8
    assert accuracy(truth, start) > 0.95
    assert np.array_equal(start[read.items], columns.of_groups[read.groups])


def test_the_closure_says_what_is_known() -> None:
    constraints = ConstraintSet.from_pairs(9, [(0, 1), (1, 2), (5, 6)], [(0, 3), (7, 0)])
    read = Known.of(constraints)
    assert read.n_groups == len(constraints.groups) == 2
    assert read.items.tolist() == [0, 1, 2, 3]
    assert read.groups.tolist() == [0, 0, 0, 1]
    assert read.elsewhere.tolist() == [7]
    assert read.rejected.tolist() == [[True, False]]
    assert Known.of(ConstraintSet(3)).n_groups == 0
