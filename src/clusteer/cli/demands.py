"""Demands as a person types them, read into declarations."""

import shlex
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from clusteer.cli.opening import find_item
from clusteer.core.errors import InvalidInputError, NotFoundError

if TYPE_CHECKING:
    from clusteer.sessions.rows import Declaration
    from clusteer.sessions.session import Session

_FORMS = (
    "'A with B', 'A apart B', 'A nearer B than C', 'A easy', 'A hard', or 'A with B and C apart D then E apart F'; "
    "put a name with spaces into quotes"
)


def shares(text: str) -> list[float]:
    """Read "5,3,2" or "4 equal" as shares that sum to 1."""
    words = text.replace(",", " ").split()
    if len(words) == 2 and words[1] == "equal" and words[0].isdecimal() and int(words[0]):
        return [1 / int(words[0])] * int(words[0])
    try:
        parts = [float(word.removesuffix("%")) for word in words]
    except ValueError:
        parts = []
    if not parts or not all(0 < part < float("inf") for part in parts):
        raise InvalidInputError(
            f"--sizes {text!r} gives no shares; give one number above 0 per group, such as 50,30,20, or '4 equal'"
        )
    return [part / sum(parts) for part in parts]


def cardinality(
    session: "Session", at_least: int | None, at_most: int | None, group: str | None, among: str | None
) -> "Declaration":
    """Return bounds on every group, or on the one named, over all items or those whose id a pattern fits."""
    ids = [item.path for item in session.items]
    items: list[int] | None = None
    if among is not None:
        items = [row for row, name in enumerate(ids) if fnmatchcase(name, among)]
        if not items:
            raise InvalidInputError(
                f"--among {among!r} fits none of the {len(ids)} items; they are called such as {ids[0]!r}"
            )
    return {
        "lower": at_least,
        "upper": at_most,
        "items": None if items is None else [*items],
        "group": None if group is None else _item_of_group(session, group),
    }


def balance(path: Path, ids: Sequence[str], tolerance: float) -> "Declaration":
    """Read which part each item is of, from a CSV file of items and labels."""
    from clusteer.data.label_table import read_label_table

    table = read_label_table(path, ids)
    if table.unknown:
        line, item = table.unknown[0]
        raise InvalidInputError(f"line {line} of {path} names {item!r}, which is none of the {len(ids)} items")
    parts: dict[str, list[int]] = {}
    for row, part in table.labels.items():
        parts.setdefault(part, []).append(row)
    return {"parts": [[*rows] for rows in parts.values()], "tolerance": tolerance}


def statement(text: str, row: Callable[[str], int]) -> "tuple[str, Declaration]":
    """Read what relates a few items to each other, or marks one of them."""
    try:
        words = shlex.split(text)
    except ValueError as fault:
        raise InvalidInputError(f"{text!r} cannot be read ({fault}); write {_FORMS}") from fault
    match words:
        case [first, ("with" | "apart") as how, second]:
            return "must_link" if how == "with" else "cannot_link", {"items": [row(first), row(second)]}
        case [anchor, "nearer", near, "than", far]:
            return "triplet", {"anchor": row(anchor), "near": row(near), "far": row(far)}
        case [item, ("easy" | "hard") as mark]:
            return "difficulty", {"item": row(item), "value": 1 if mark == "easy" else -1}
    relations: list[Declaration] = []
    joints: list[str] = []
    for start in range(0, len(words), 4):
        match words[start : start + 4]:
            case [first, ("with" | "apart") as how, second, *joint]:
                relations.append({"items": [row(first), row(second)], "together": how == "with"})
                joints += joint
            case _:
                raise InvalidInputError(f"{text!r} cannot be read; write {_FORMS}")
    if len(relations) < 2 or joints != ["and"] * (len(relations) - 2) + ["then"]:
        raise InvalidInputError(f"{text!r} cannot be read; write {_FORMS}")
    return "rule", {"if": [*relations[:-1]], "then": relations[-1]}


def _item_of_group(session: "Session", group: str) -> int:
    """Return an item that stands for a group given by its name, or the item itself."""
    for row in reversed(session.ledger.standing_declarations):
        if row.kind == "name" and row.value["name"] == group and isinstance(item := row.value["item"], int):
            return item
    try:
        return find_item(session, group)
    except NotFoundError as fault:
        names = sorted({entry.name for entry in session.groups() if entry.name})
        known = f"the groups' names are {', '.join(names)}" if names else "no group has a name yet"
        raise NotFoundError(f"--group {group!r} is neither the name of a group nor an item; {known}") from fault
