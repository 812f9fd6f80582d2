"""Rows of a .csv or .jsonl file, one by one with the line each begins in, and which column holds the texts."""

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TextIO

from clusteer.core.errors import InvalidInputError

Row = Mapping[str, object]

_LONGEST = 2**31 - 1
"""Characters of a cell: what the csv module takes on every system. Its own limit, 131,072, is below a long article."""
_DELIMITERS = ",;\t"
_LOOKED_AT = 1000
_JUDGED = 100


def csv_rows(file: TextIO, path: Path) -> Iterator[tuple[int, Row | str]]:
    """Yield each row after the first, which names the columns: the line it begins in, and its cells by column.

    The delimiter is the comma, the semicolon or the tab, whichever is most frequent in the first line. A row that
    cannot be used comes as the reason why not.

    Parameters
    ----------
    file : text file
        Opened with ``newline=""``.
    path : Path
        What to call it.

    Raises
    ------
    InvalidInputError
        If a quoted cell is never closed, or the first line names no columns, or one twice.
    """
    csv.field_size_limit(_LONGEST)
    first = file.readline()
    file.seek(0)
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    line = 0
    try:
        names = [cell.strip() for cell in next(reader, [])]
        if not any(names):
            raise InvalidInputError(f"the first line of {path} is empty; needed are the names of the columns")
        twice = [name for name, times in Counter(names).items() if name and times > 1]
        if twice:
            raise InvalidInputError(f"{path} has two columns called {twice[0]!r}; give each a name of its own")
        line = reader.line_num
        for cells in reader:
            begins, line = line + 1, reader.line_num
            if not cells:
                yield begins, "empty"
            elif len(cells) > len(names):
                yield begins, f"{len(cells)} cells under {len(names)} columns; quote cells that hold {delimiter!r}"
            else:
                yield begins, dict(zip(names, cells, strict=False))
    except csv.Error as fault:
        raise InvalidInputError(
            f"the row that begins in line {line + 1} of {path} is no CSV: {fault}; mend its quotes"
        ) from fault


def json_rows(file: TextIO, path: Path) -> Iterator[tuple[int, Row | str]]:
    """Yield each line as the object it holds; an empty line comes as the reason why it is of no use.

    Raises
    ------
    InvalidInputError
        If a line is no JSON object.
    """
    for number, line in enumerate(file, start=1):
        if not line.strip():
            yield number, "empty"
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as fault:
            what = f"{fault.msg} at column {fault.colno}" if isinstance(fault, json.JSONDecodeError) else str(fault)
            raise InvalidInputError(f"line {number} of {path} is no JSON: {what}; mend or remove it") from fault
        if not isinstance(row, dict):
            raise InvalidInputError(f'line {number} of {path} is no JSON object; write it as {{"text": "..."}}')
        yield number, row


def choose_column(rows: Iterator[tuple[int, Row | str]], path: Path, column: str | None) -> str:
    """Return the column that holds the texts.

    That is the one asked for; else the one called ``text``, in any case; else the only one there is; else the only one
    that reads like text: at least half of its first 100 cells that are not empty hold two words or more.

    Parameters
    ----------
    rows : iterator of (int, row)
        What ``csv_rows`` or ``json_rows`` yields; the first 1,000 are looked at.
    path : Path
        What to call the file.
    column : str or None
        What was asked for.

    Raises
    ------
    InvalidInputError
        If there is no such column, or none or several could be meant.
    """
    cells: dict[str, list[str]] = {}
    for _, row in islice(rows, _LOOKED_AT):
        for name, value in row.items() if not isinstance(row, str) else ():
            held = cells.setdefault(name, [])
            if isinstance(value, str) and value.strip():
                held.append(value)
    if not cells:
        raise InvalidInputError(f"{path} holds no rows; give a file with one text per row")
    known = f"it has {', '.join(map(repr, cells))}"
    if column is not None:
        if column not in cells:
            raise InvalidInputError(f"{path} has no column {column!r}; {known}")
        return column
    called = [name for name in cells if name.casefold() == "text"]
    wordy = [name for name, held in cells.items() if _reads_like_text(held[:_JUDGED])]
    for candidates in (called, list(cells), wordy):
        if len(candidates) == 1:
            return candidates[0]
    raise InvalidInputError(
        f"{len(wordy) or 'none'} of the columns of {path} read like text; say with --column which one to use: {known}"
    )


def _reads_like_text(cells: list[str]) -> bool:
    return bool(cells) and 2 * sum(len(cell.split()) > 1 for cell in cells) >= len(cells)
