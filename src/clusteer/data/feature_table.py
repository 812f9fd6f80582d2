"""Feature matrices as CSV: a line of numbers per item, with or without a line of column names and a column of items."""

import csv
import math
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.data.label_table import ID_COLUMNS


def read_feature_table(path: Path, ids: Sequence[str] | None = None) -> NDArray[np.float32]:
    """Read a CSV file of numbers separated by commas.

    The first line names the columns if its first cell is empty or one of id, file, filename, path, name and row, if no
    later cell is a number, or if it counts 0, 1, 2 and on. The first column names the items if the first line calls it
    so or, where no line names the columns, if its first cell is no number. All the rest is features.

    Parameters
    ----------
    path : Path
        The file, in UTF-8.
    ids : sequence of n str, optional
        Id of each item. Where the file names items, by id or by row number, its lines are put in this order and those
        of other items left out; else its lines are taken as they come.

    Returns
    -------
    (n, d) float32
        The features.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InvalidInputError
        If it is no such table; the sentence names the line.
    """
    rows: list[NDArray[np.float32]] = []
    line_of: dict[str, int] = {}
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            first = next(filter(None, reader), [])
            headed, named = _layout(first)
            for cells in filter(None, reader if headed else chain([first], reader)):
                place = f"line {reader.line_num} of {path}"
                if len(cells) != len(first):
                    raise InvalidInputError(
                        f"{place} has {len(cells)} cells but the first line has {len(first)}; give each item one "
                        "number per column"
                    )
                if named and line_of.setdefault(cells[0], len(rows)) < len(rows):
                    raise InvalidInputError(f"{place} names {cells[0]!r} again; give each item one line")
                rows.append(_numbers(cells[named:], place))
    except FileNotFoundError as fault:
        raise NotFoundError(f"there is no file {path}; give the file that holds your features") from fault
    except UnicodeDecodeError as fault:
        raise InvalidInputError(f"{path} is not in UTF-8 ({fault.reason} at byte {fault.start}); save it so") from fault
    except OSError as fault:
        raise InvalidInputError(f"{path} cannot be read: {fault.strerror or fault}; give a CSV file") from fault
    except csv.Error as fault:
        raise InvalidInputError(f"line {reader.line_num} of {path} is no CSV: {fault}; mend that line") from fault
    if not rows:
        raise InvalidInputError(f"{path} holds no line of numbers; give one per item")
    values = np.stack(rows)
    return values if ids is None or not named else values[_order(path, line_of, ids)]


def _layout(first: Sequence[str]) -> tuple[bool, bool]:
    """Return whether the first line names the columns, and whether the first column names the items."""
    if not first:
        return False, False
    called = len(first) > 1 and first[0].strip().casefold() in ("", *ID_COLUMNS)  # pandas calls its own column nothing
    counts = len(first) > 2 and list(first) == [str(column) for column in range(len(first))]
    headed = called or counts or not any(math.isfinite(_number(cell)) for cell in first[1:] or first)
    return headed, called if headed else len(first) > 1 and not math.isfinite(_number(first[0]))


def _numbers(cells: Sequence[str], place: str) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):  # a number too large for float32 becomes infinite and is refused like the others
        numbers = np.array([_number(cell) for cell in cells], np.float32)
    finite = np.isfinite(numbers)
    if not finite.all():
        raise InvalidInputError(
            f"{place} has {cells[int(finite.argmin())]!r}; needed are finite numbers with a decimal point, separated "
            "by commas"
        )
    return numbers


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan


def _order(path: Path, line_of: Mapping[str, int], ids: Sequence[str]) -> NDArray[np.int64]:
    """Return which of the lines is that of each item."""
    lines = [line_of.get(name, line_of.get(str(row))) for row, name in enumerate(ids)]
    missing = [name for name, line in zip(ids, lines, strict=True) if line is None]
    if missing:
        raise InvalidInputError(
            f"{path} names {len(line_of)} items, such as {next(iter(line_of))!r}, but not {len(missing)} of the "
            f"{len(ids)} there are, such as {missing[0]!r}; give each a line, named so or by row number"
        )
    return np.array(lines, np.int64)
