import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from clusteer.core.checks import check_labels, check_matrix, check_n_clusters, check_rows
from clusteer.core.errors import InvalidInputError


def test_a_matrix_comes_back_as_float32() -> None:
    matrix = check_matrix([[1, 2], [3, 4]])
    assert matrix.dtype == np.float32
    assert matrix.tolist() == [[1, 2], [3, 4]]


def test_a_float32_matrix_is_not_copied() -> None:
    given_matrix = np.ones((3, 2), np.float32)
    assert np.shares_memory(check_matrix(given_matrix), given_matrix)


@pytest.mark.parametrize("shape", [(3,), (0, 2), (2, 0), (2, 2, 2), ()])
def test_a_matrix_of_another_shape_is_refused_with_its_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check_matrix(np.zeros(shape))
    assert f"has shape {shape}; needed is (items, dimensions)" in str(refused.value)


@pytest.mark.parametrize("values", [[["a", "b"]], [[1, 2], [3]], [[None, object()]], [[1j, 2]], np.array([[1j]])])
def test_a_matrix_without_real_numbers_is_refused(values: ArrayLike) -> None:
    with pytest.raises(InvalidInputError, match="the feature matrix must hold numbers: "):
        check_matrix(values)


def test_rows_with_nan_or_infinity_are_counted_and_the_first_five_named() -> None:
    matrix = np.zeros((9, 3))
    matrix[2, 1] = np.nan
    with pytest.raises(InvalidInputError, match=r"F has NaN or infinite values in 1 of 9 rows \(row 2\); remove"):
        check_matrix(matrix, "F")
    matrix[3:9, 0] = np.inf
    with pytest.raises(InvalidInputError, match=r"in 7 of 9 rows \(row 2, 3, 4, 5, 6, \.\.\.\)"):
        check_matrix(matrix)


def test_a_number_too_large_for_float32_counts_as_infinite_and_warns_nobody() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(InvalidInputError, match="row 1"):
            check_matrix([[0.0], [1e300]])


@pytest.mark.parametrize("n_clusters", [None, 1, 3, 5])
def test_a_possible_number_of_groups_passes(n_clusters: int | None) -> None:
    check_n_clusters(n_clusters, 5)


@pytest.mark.parametrize("n_clusters", [-1, 0, 6])
def test_an_impossible_number_of_groups_is_refused(n_clusters: int) -> None:
    with pytest.raises(InvalidInputError, match=f"{n_clusters} groups were asked for but there are 5 items"):
        check_n_clusters(n_clusters, 5)


@given(st.lists(st.integers(-(2**62), 2**62) | st.integers(0, 3)))
def test_labels_become_codes_in_order_of_value(labels: list[int]) -> None:
    codes = check_labels(np.array(labels, np.int64), len(labels))
    values = sorted(set(labels))
    assert codes.dtype == np.int64
    assert codes.tolist() == [values.index(label) for label in labels]


def test_labels_may_be_text() -> None:
    assert check_labels(["cat", "ant", "cat"], 3).tolist() == [1, 0, 1]


@pytest.mark.parametrize("labels", [[0, 1], [[0, 1, 2]], 3, []])
def test_labels_of_another_shape_are_refused(labels: ArrayLike) -> None:
    with pytest.raises(InvalidInputError, match=r"truth has shape \(.*\) but there are 3 items; give one value per"):
        check_labels(labels, 3, "truth")


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ([0.0, np.nan, 1.0], "labels holds NaN or infinite values"),
        ([0.0, np.inf, 1.0], "labels holds NaN or infinite values"),
        (np.array(["a", None, 1], object), "labels mixes values that have no order"),
        ([[1], [2, 3], 4], "labels does not make one array"),
    ],
)
def test_labels_that_cannot_be_ordered_are_refused(labels: ArrayLike, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        check_labels(labels, 3)


@pytest.mark.parametrize("rows", [[], [0], [4, 0, 4], [[0, 1], [2, 3]], 3, np.array([1], np.uint8)])
def test_item_numbers_within_the_collection_pass(rows: ArrayLike) -> None:
    checked = check_rows(rows, 5, "the question")
    assert checked.dtype == np.int64
    assert checked.tolist() == np.asarray(rows).tolist()


@pytest.mark.parametrize(("rows", "named"), [([0, 5], 5), ([-1], -1), ([[0, 1], [9, 12]], 9)])
def test_an_item_outside_the_collection_is_named(rows: ArrayLike, named: int) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check_rows(rows, 5, "the question")
    assert str(refused.value) == f"the question names item {named} but there are 5 items (0 to 4)"


@pytest.mark.parametrize("rows", [[0.5], [np.nan], [1.0], ["1"], [True, False], [2**70], [None]])
def test_items_are_named_by_whole_numbers_only(rows: ArrayLike) -> None:
    with pytest.raises(InvalidInputError, match=r"the question names items by values of type .*; give whole item numb"):
        check_rows(rows, 5, "the question")


def test_ragged_rows_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="the question does not make one array"):
        check_rows([[0, 1], [2]], 5, "the question")
