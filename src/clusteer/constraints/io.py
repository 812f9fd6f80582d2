"""Constraints as files: JSON Lines for every kind, CSV for links, triplets and marks.

A line of JSON is a record as ``records`` describes it, such as ``{"kind": "must_link", "items": ["a.png", "b.png"]}``;
a CSV file has the columns ``tables`` names. Items are named by id or by number. Weight and source may be left out.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from clusteer.constraints.constraint_set import ConstraintSet
from clusteer.constraints.kinds import Constraint
from clusteer.constraints.records import FORMS, ItemWriter, read_record, read_weight, write_record
from clusteer.constraints.tables import csv_lines, csv_records
from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.core.files import write_whole

Records = Iterator[tuple[int, Mapping[str, object]]]


class _Names:
    """Items by id or by number."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = ids
        self._rows = {id: row for row, id in enumerate(ids)}

    def row(self, name: object) -> int:
        """Return the row an item is in; a text that is an id is that, though it may also be a number."""
        n = len(self._ids)
        if isinstance(name, str):
            if name in self._rows:
                return self._rows[name]
            if not (name.isascii() and name.isdecimal()):
                near = get_close_matches(name, self._ids, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"give an id or a number from 0 to {n - 1}"
                raise InvalidInputError(f"{name!r} is none of the {n} items; {hint}")
            name = int(name[:20])
        if isinstance(name, bool) or not isinstance(name, int) or not 0 <= name < n:
            raise InvalidInputError(f"{name!r} is none of the {n} items; give an id or a number from 0 to {n - 1}")
        return name


def read_constraints(path: str | Path, ids: Sequence[str]) -> ConstraintSet:
    """Read a ``.jsonl`` or ``.csv`` file of constraints, whole or not at all.

    Parameters
    ----------
    path : str or Path
        The file.
    ids : sequence of n str
        What the n items are called.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InvalidInputError
        If a line states no constraint on these items; the sentence names the line and what to do.
    """
    path = Path(path)
    _check_suffix(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError as fault:
        raise NotFoundError(f"there is no file {path}; give the file that holds your constraints") from fault
    except OSError as fault:
        raise InvalidInputError(f"{path} cannot be read ({fault.strerror or fault}); give a readable file") from fault
    names = _Names(ids)
    try:
        records = csv_records(_text(data)) if path.suffix.lower() == ".csv" else _json_records(_text(data))
        return ConstraintSet.from_stated(len(ids), [_stated(line, record, names) for line, record in records])
    except InvalidInputError as fault:
        raise InvalidInputError(f"{path}, {fault}") from fault


def write_constraints(constraints: Iterable[Constraint], path: str | Path, ids: Sequence[str]) -> Path:
    """Write constraints to a ``.jsonl`` or ``.csv`` file, whole or not at all; return its path.

    Parameters
    ----------
    constraints : iterable of Constraint
        Such as a ``ConstraintSet``.
    path : str or Path
        The file; one that is there is replaced.
    ids : sequence of n str
        What the n items are called.

    Raises
    ------
    InvalidInputError
        If the name ends otherwise, or a CSV file cannot hold one of them.
    StorageError
        If the disk refuses.
    """
    path = Path(path)
    _check_suffix(path)
    lines = csv_lines if path.suffix.lower() == ".csv" else json_lines
    return write_whole(path, lambda file: file.writelines(map(str.encode, lines(constraints, ids.__getitem__))))


def json_lines(constraints: Iterable[Constraint], name: ItemWriter) -> Iterator[str]:
    """Yield each constraint as a line of JSON with its end; ``name`` says what items are called."""
    for constraint in constraints:
        yield json.dumps(write_record(constraint, name), ensure_ascii=False) + "\n"


def _check_suffix(path: Path) -> None:
    if path.suffix.lower() not in (".jsonl", ".csv"):
        raise InvalidInputError(f"{path} is neither .jsonl nor .csv; give a name that ends in one of them")


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise InvalidInputError(f"line {line} is not UTF-8; save the file as UTF-8") from fault


def _json_records(text: str) -> Records:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as fault:
                raise InvalidInputError(f"line {number} is no JSON ({fault}); give one object per line") from fault
            if not isinstance(record, dict):
                raise InvalidInputError(
                    f'line {number} is no object; give one such as {{"kind": "must_link", "items": ["a", "b"]}}'
                )
            yield number, record


def _stated(line: int, record: Mapping[str, object], names: _Names) -> Constraint:
    """Return the constraint that a line states."""
    kind, source = record.get("kind", ""), record.get("source", "")
    try:
        if not isinstance(kind, str):
            raise InvalidInputError(f"{kind!r} is no kind of constraint; give one of {', '.join(FORMS)}")
        if not isinstance(source, str):
            raise InvalidInputError(f"the source is {source!r}; give an id in quotes, or leave it out")
        said = {key: value for key, value in record.items() if key not in ("kind", "weight", "source")}
        return read_record(kind, said, names.row, read_weight(record), source)
    except InvalidInputError as fault:
        raise InvalidInputError(f"line {line}: {fault}") from fault
