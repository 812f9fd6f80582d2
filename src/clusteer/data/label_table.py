"""Labels that somebody has given already: a CSV of names and labels, or the folders that pictures lie in."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath

from clusteer.core.errors import InvalidInputError, NotFoundError

ID_COLUMNS = ("id", "file", "filename", "path", "name", "row")
LABEL_COLUMNS = ("label", "class", "category", "group")


@dataclass(frozen=True)
class LabelTable:
    """Some items with a label each.

    Attributes
    ----------
    labels : mapping of int to str
        Row of each labelled item, in the order given, and its label.
    unknown : tuple of (int, str)
        Line and name of each entry that names no item.
    unlabelled : int
        Entries without a label.
    """

    labels: Mapping[int, str]
    unknown: tuple[tuple[int, str], ...] = ()
    unlabelled: int = 0


def read_label_table(path: Path, ids: Sequence[str]) -> LabelTable:
    """Read a CSV file of items and labels.

    The first line names the columns. The items are in the one called id, file, filename, path, name or row, the labels
    in that called label, class, category or group, whichever comes first in these lists. Of two columns called
    otherwise, or not at all, the first names items and the second labels. An item is named by its id, or by its row
    number where no id is so called.

    Parameters
    ----------
    path : Path
        The file, in UTF-8.
    ids : sequence of n str
        Id of each item.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InvalidInputError
        If it is no such table, gives one item two labels, or names none of the items.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as fault:
        raise NotFoundError(f"there is no file {path}; give a CSV file of names and labels") from fault
    except UnicodeDecodeError as fault:
        raise InvalidInputError(f"{path} is not in UTF-8 ({fault.reason} at byte {fault.start}); save it so") from fault
    except OSError as fault:
        raise InvalidInputError(f"{path} cannot be read: {fault.strerror or fault}; give a CSV file") from fault
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    row_of = {str(row): row for row in range(len(ids))} | {name: row for row, name in enumerate(ids)}
    labels: dict[int, str] = {}
    unknown: list[tuple[int, str]] = []
    line_of: dict[int, int] = {}
    unlabelled = 0
    try:
        first = next(reader, [])
        names, given = _columns(path, first)
        # Two columns may come without a line that names them: then the first line labels an item already.
        headless = len(first) == 2 and first[0] in row_of and first[0].strip().casefold() not in ID_COLUMNS
        for cells in chain([first] if headless else [], reader):
            if not any(cell.strip() for cell in cells):
                continue
            line = reader.line_num
            if len(cells) <= max(names, given):
                raise InvalidInputError(f"line {line} of {path} has {len(cells)} cells; its first line names more")
            item, label = cells[names], cells[given].strip()
            row = row_of.get(item, row_of.get(item.strip()))
            if row is None:
                unknown.append((line, item))
            elif not label:
                unlabelled += 1
            elif labels.setdefault(row, label) != label:
                raise InvalidInputError(
                    f"line {line} of {path} calls {ids[row]!r} {label!r} but line {line_of[row]} calls it "
                    f"{labels[row]!r}; leave one of the two"
                )
            else:
                line_of.setdefault(row, line)
    except csv.Error as fault:
        raise InvalidInputError(f"line {reader.line_num} of {path} is no CSV: {fault}; mend that line") from fault
    if unknown and not labels:
        line, item = unknown[0]
        raise InvalidInputError(
            f"{path} names none of the {len(ids)} items: line {line} has {item!r}, but the items are called such as "
            f"{ids[0]!r}; name them so, or by row number"
        )
    if not labels:
        raise InvalidInputError(f"{path} gives no label to any item; give at least one")
    return LabelTable(labels, tuple(unknown), unlabelled)


def folder_labels(ids: Sequence[str], unsorted: Sequence[str] = ()) -> LabelTable:
    """Return for each item in a subfolder the path of that folder as its label; the others have none.

    Parameters
    ----------
    ids : sequence of n str
        Id of each item.
    unsorted : sequence of str
        Subfolders that say nothing of what they hold.

    Raises
    ------
    NotFoundError
        If there is no such subfolder.
    InvalidInputError
        If no item lies in a subfolder that says something.
    """
    folders = [str(PurePosixPath(name).parent) for name in ids]
    if missing := set(unsorted) - set(folders):
        known = ", ".join(sorted(set(folders) - {"."})[:10]) or "none"
        raise NotFoundError(f"no item lies in a folder {min(missing)!r}; the folders are {known}")
    labels = {row: folder for row, folder in enumerate(folders) if folder not in (".", *unsorted)}
    if not labels:
        raise InvalidInputError(
            f"none of the {len(ids)} items lies in a subfolder, so there is no sorting to take over; give a CSV file"
        )
    return LabelTable(labels, unlabelled=len(ids) - len(labels))


def _columns(path: Path, header: Sequence[str]) -> tuple[int, int]:
    """Return the columns of names and of labels."""
    called = [cell.strip().casefold() for cell in header]
    names = [called.index(name) for name in ID_COLUMNS if name in called]
    labels = [called.index(name) for name in LABEL_COLUMNS if name in called]
    if names and labels:
        return names[0], labels[0]
    if len(called) == 2:
        return 0, 1
    raise InvalidInputError(
        f"the first line of {path} is {','.join(header)[:80]!r}; needed are a column of items (called "
        f"{', '.join(ID_COLUMNS[:-1])} or {ID_COLUMNS[-1]}) and one of labels ({', '.join(LABEL_COLUMNS[:-1])} or "
        f"{LABEL_COLUMNS[-1]})"
    )
