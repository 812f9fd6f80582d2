"""Checks of arguments shared by all packages, so that one fault has one wording."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clusteer.core.errors import InvalidInputError


def check_matrix(values: ArrayLike, what: str = "the feature matrix") -> NDArray[np.float32]:
    """Return ``values`` as a finite (n, d) float32 array or say which row is at fault.

    Raises
    ------
    InvalidInputError
        If it is not two-dimensional, has no row or column, is not numeric, or holds NaN or infinity.
    """
    try:
        given = np.asarray(values)
        if given.dtype.kind == "c":
            raise TypeError("complex values are given, real ones are needed")
        with np.errstate(over="ignore"):  # a number too large for float32 becomes infinite and is reported below
            matrix = given.astype(np.float32, copy=False)
    except (TypeError, ValueError) as fault:
        raise InvalidInputError(f"{what} must hold numbers: {fault}") from fault
    if matrix.ndim != 2 or 0 in matrix.shape:
        raise InvalidInputError(
            f"{what} has shape {matrix.shape}; needed is (items, dimensions) with at least one of each"
        )
    bad = np.flatnonzero(~np.isfinite(matrix).all(axis=1))
    if len(bad):
        shown = ", ".join(map(str, bad[:5])) + (", ..." if len(bad) > 5 else "")
        raise InvalidInputError(
            f"{what} has NaN or infinite values in {len(bad)} of {len(matrix)} rows (row {shown}); "
            "remove or repair those rows"
        )
    return matrix


def check_n_clusters(n_clusters: int | None, n_items: int) -> None:
    """Refuse a number of groups below one or above the number of items."""
    if n_clusters is not None and not 1 <= n_clusters <= n_items:
        raise InvalidInputError(
            f"{n_clusters} groups were asked for but there are {n_items} items; give a number from 1 to {n_items}"
        )


def check_labels(labels: ArrayLike, n_items: int, what: str = "labels") -> NDArray[np.int64]:
    """Return ``labels`` as (n,) int64 codes 0..k-1 in order of value; strings are welcome."""
    array = _array(labels, what)
    if array.shape != (n_items,):
        raise InvalidInputError(
            f"{what} has shape {array.shape} but there are {n_items} items; give one value per item"
        )
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise InvalidInputError(f"{what} holds NaN or infinite values; give one label per item")
    try:
        codes: NDArray[np.int64] = np.unique(array, return_inverse=True)[1].astype(np.int64)
    except TypeError as fault:
        raise InvalidInputError(f"{what} mixes values that have no order ({fault}); give labels of one type") from fault
    return codes


def check_rows(rows: ArrayLike, n_items: int, what: str) -> NDArray[np.int64]:
    """Return ``rows`` as int64 item numbers, each within 0..n_items-1."""
    given = _array(rows, what)
    if given.size and given.dtype.kind not in "iu":
        raise InvalidInputError(f"{what} names items by values of type {given.dtype}; give whole item numbers")
    array = given.astype(np.int64)
    bad = array[(array < 0) | (array >= n_items)]
    if bad.size:
        raise InvalidInputError(
            f"{what} names item {int(bad.flat[0])} but there are {n_items} items (0 to {n_items - 1})"
        )
    return array


def _array(values: ArrayLike, what: str) -> NDArray[np.generic]:
    try:
        return np.asarray(values)
    except ValueError as fault:
        raise InvalidInputError(f"{what} does not make one array: {fault}") from fault
