"""Constraints as rows of a CSV file: links, triplets and marks, which name one to three items each."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from clusteer.constraints.kinds import CannotLink, Constraint, Difficulty, MustLink, Triplet
from clusteer.constraints.records import FORMS, ItemWriter, write_record
from clusteer.core.errors import InvalidInputError

ITEMS = ("first", "second", "third")
COLUMNS = ("kind", *ITEMS, "value", "weight", "source")
"""Of a CSV file: the items in the order of the kind's fields (anchor, near, far), a mark's value, weight and source."""
LINKS = ("must_link", "cannot_link")
FIELDS = {"triplet": ("anchor", "near", "far"), "difficulty": ("item",)}
"""What the items of the other kinds are called in a record."""


def csv_lines(constraints: Iterable[Constraint], name: ItemWriter) -> Iterator[str]:
    """Yield the lines of a CSV file that holds these constraints, its header first; ``name`` names items.

    Raises
    ------
    InvalidInputError
        If there is one of a kind that such a file cannot hold.
    """
    buffer = io.StringIO()
    rows = csv.DictWriter(buffer, COLUMNS, extrasaction="ignore", lineterminator="\n")
    rows.writeheader()
    for constraint in constraints:
        record = write_record(constraint, name)
        match constraint:
            case MustLink() | CannotLink():
                items: tuple[int, ...] = constraint.pair
            case Triplet() | Difficulty():
                items = constraint.named
            case _:
                raise InvalidInputError(
                    f"a CSV file cannot hold {record['kind']!r}; write JSON Lines, to a name that ends in .jsonl"
                )
        rows.writerow({**record, **dict(zip(ITEMS, map(name, items), strict=False))})
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def csv_records(text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Yield the records of a CSV file, each with the number of its line.

    Raises
    ------
    InvalidInputError
        Naming the first line that is none.
    """
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(rows, [])
        if not {"kind", "first"} <= set(header) <= set(COLUMNS) or len(set(header)) < len(header):
            raise InvalidInputError(
                f"line 1 names the columns {', '.join(header) or '(none)'}; name kind, first and, of those that are "
                f"used, {', '.join(COLUMNS[2:])}"
            )
        for cells in rows:
            if not cells:
                continue
            if len(cells) != len(header):
                raise InvalidInputError(
                    f"line {rows.line_num} has {len(cells)} cells for {len(header)} columns; give one for each"
                )
            yield rows.line_num, _record(rows.line_num, dict(zip(header, cells, strict=True)))
    except csv.Error as fault:
        raise InvalidInputError(f"line {rows.line_num} is no CSV ({fault}); save it as CSV with commas") from fault


def _record(line: int, row: dict[str, str]) -> dict[str, object]:
    kind = row["kind"]
    if kind not in (*LINKS, *FIELDS):
        why = (
            "a CSV file cannot hold that; use JSON Lines (.jsonl)" if kind in FORMS else "that is no kind of constraint"
        )
        raise InvalidInputError(f"line {line} states {kind!r}, but {why}; a row states {', '.join((*LINKS, *FIELDS))}")
    record: dict[str, object] = {"kind": kind}
    if row.get("source"):
        record["source"] = row["source"]
    for key in ("value", "weight"):
        if row.get(key):
            try:
                record[key] = float(row[key])
            except ValueError as fault:
                raise InvalidInputError(f"line {line}: {key} is {row[key]!r}; give a number") from fault
    fields = FIELDS.get(kind, ITEMS[:2])
    named = [column for column in ITEMS if row.get(column)]
    if tuple(named) != ITEMS[: len(fields)]:
        raise InvalidInputError(
            f"line {line} gives {', '.join(named) or 'no item'}; a {kind} has {', '.join(ITEMS[: len(fields)])}"
        )
    items = [row[column] for column in named]
    return record | ({"items": items} if kind in LINKS else dict(zip(fields, items, strict=True)))
