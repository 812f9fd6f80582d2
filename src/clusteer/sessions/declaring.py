"""What may be declared, and how a declaration names its items."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from clusteer.constraints.constraint_set import ConstraintSet
from clusteer.constraints.from_declarations import Declared
from clusteer.constraints.records import FORMS
from clusteer.core.checks import check_n_clusters, check_rows
from clusteer.core.errors import InvalidInputError
from clusteer.sessions.rows import Declaration, Json
from clusteer.sessions.settings import check_printable

_ITEMS = frozenset({"item", "items", "exemplars", "anchor", "near", "far", "group", "parts"})
"""The entries of a declaration that hold item numbers, in lists or not."""
_COLOUR = re.compile("#[0-9a-f]{6}")


def check_declaration(kind: str, value: Mapping[str, Json], n_items: int, n_declarations: int) -> None:
    """Refuse a declaration that says nothing, or speaks of items or declarations that do not exist.

    ``name`` with an item and a name calls the group that holds the item so, ``colour`` with an item and a colour such
    as "#1f77b4" shows it so; ``criterion`` keeps what was said of it, its template and words;
    ``n_clusters`` with a value fixes the number of groups, with None it leaves that to the answers; ``retract`` with
    the number of an earlier declaration takes that back; every other kind is a constraint.

    Raises
    ------
    InvalidInputError
        With what is wrong.
    """
    match kind, value:
        case "name", {"item": int(item), "name": str(name), **rest} if not rest and name.strip():
            check_rows(item, n_items, "the name")
            check_printable("the group's name", name)
        case "colour", {"item": int(item), "colour": str(colour), **rest} if not rest and _COLOUR.fullmatch(colour):
            check_rows(item, n_items, "the colour")
        case "criterion", {"criterion": str(said), "template": str(template), "words": [*words], **rest} if not rest:
            for text in (said, template, *words):
                check_printable("the criterion", str(text))
        case "n_clusters", {"value": int() | None as number, **rest} if not rest:
            check_n_clusters(number, n_items)
        case "retract", {"declaration": int(number), **rest} if not rest:
            if not 1 <= number <= n_declarations:
                known = f"there are d1 to d{n_declarations}" if n_declarations else "there are none yet"
                raise InvalidInputError(f"there is no declaration d{number} to take back; {known}")
        case _ if kind in FORMS:
            ConstraintSet.from_stated(n_items, [Declared("", kind, value, datetime.now(UTC)).constraint])
        case _:
            known = ", ".join(("name", "colour", "criterion", "n_clusters", "retract", *FORMS))
            raise InvalidInputError(f"{kind!r} with {dict(value)} cannot be declared; kinds are {known}")


def moved(value: Mapping[str, Json], to: Callable[[int], int]) -> Declaration:
    """Return a declaration with every item under another number."""

    def move(entry: Json) -> Json:
        if isinstance(entry, list):
            return [move(part) for part in entry]
        return to(entry) if isinstance(entry, int) else entry

    def walk(entry: Json, holds_items: bool) -> Json:
        if holds_items:
            return move(entry)
        if isinstance(entry, dict):
            return {key: walk(part, key in _ITEMS) for key, part in entry.items()}
        return [walk(part, False) for part in entry] if isinstance(entry, list) else entry

    return {key: walk(part, key in _ITEMS) for key, part in value.items()}
