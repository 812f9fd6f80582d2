"""Constraints as JSON objects: one form for what a session declares and for files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from clusteer.constraints.kinds import (
    Balance,
    CannotLink,
    Cardinality,
    ClusterSizes,
    Constraint,
    Difficulty,
    Member,
    MustLink,
    Rejection,
    Relation,
    Rule,
    Triplet,
)
from clusteer.core.errors import InvalidInputError

FORMS: dict[str, tuple[str, ...]] = {
    "must_link": ("items",),
    "cannot_link": ("items",),
    "member": ("item", "exemplars"),
    "rejection": ("item", "exemplars"),
    "triplet": ("anchor", "near", "far"),
    "difficulty": ("item", "value"),
    "sizes": ("shares",),
    "cardinality": ("lower", "upper", "items", "group"),
    "balance": ("parts", "tolerance"),
    "rule": ("if", "then"),
}
"""What a record of each kind holds. A cardinality may leave out what it does not bound; nothing else may be missing."""
ItemReader = Callable[[object], int]
ItemWriter = Callable[[int], object]


def read_record(kind: str, record: Mapping[str, object], item: ItemReader, weight: float, source: str) -> Constraint:
    """Return the constraint a record states.

    Parameters
    ----------
    kind : str
        One of ``FORMS``.
    record : mapping of str to value
        The fields of ``FORMS`` for this kind.
    item : callable
        Turns what names an item into its row, or raises an ``InvalidInputError``.
    weight, source : float, str
        How far it is believed, and the ledger id behind it.

    Raises
    ------
    InvalidInputError
        If the kind or a field is unknown, one is missing, or a value is of another type.
    """
    if kind not in FORMS:
        raise InvalidInputError(f"{kind!r} is no kind of constraint; give one of {', '.join(FORMS)}")
    missing = [field for field in FORMS[kind] if field not in record]
    if missing and kind != "cardinality":
        raise InvalidInputError(f"a {kind} is given without {missing[0]!r}; give {', '.join(FORMS[kind])}")
    unknown = [field for field in record if field not in FORMS[kind]]
    if unknown:
        raise InvalidInputError(f"a {kind} has no {unknown[0]!r}; give {', '.join(FORMS[kind])}")
    match kind:
        case "must_link" | "cannot_link":
            link = MustLink if kind == "must_link" else CannotLink
            items = _items(record["items"], "items", item)
            if len(items) != 2:
                raise InvalidInputError(f"a {kind} names {len(items)} items; name two")
            return link(first=items[0], second=items[1], weight=weight, source=source)
        case "member" | "rejection":
            statement = Member if kind == "member" else Rejection
            exemplars = _items(record["exemplars"], "exemplars", item)
            return statement(item=item(record["item"]), exemplars=exemplars, weight=weight, source=source)
        case "triplet":
            anchor, near, far = (item(record[field]) for field in FORMS[kind])
            return Triplet(anchor=anchor, near=near, far=far, weight=weight, source=source)
        case "difficulty":
            value = _number(record["value"], "value")
            return Difficulty(item=item(record["item"]), value=value, weight=weight, source=source)
        case "sizes":
            shares = tuple(_number(share, "shares") for share in _list(record["shares"], "shares"))
            return ClusterSizes(shares=shares, weight=weight, source=source)
        case "cardinality":
            counted, group = record.get("items"), record.get("group")
            return Cardinality(
                lower=_count(record.get("lower"), "lower"), upper=_count(record.get("upper"), "upper"),
                items=None if counted is None else _items(counted, "items", item),
                group=None if group is None else item(group), weight=weight, source=source,
            )  # fmt: skip
        case "balance":
            parts = tuple(_items(part, "parts", item) for part in _list(record["parts"], "parts"))
            tolerance = _number(record["tolerance"], "tolerance")
            return Balance(parts=parts, tolerance=tolerance, weight=weight, source=source)
        case _:
            premises = tuple(_relation(premise, item) for premise in _list(record["if"], "if"))
            return Rule(premises=premises, conclusion=_relation(record["then"], item), weight=weight, source=source)


def read_weight(record: Mapping[str, object]) -> float:
    """Return how far a record is to be believed: its ``weight``, 1 where it has none."""
    weight = record.get("weight", 1.0)
    if isinstance(weight, bool) or not isinstance(weight, int | float):
        raise InvalidInputError(f"the weight is {weight!r}; give a number above 0 and at most 1")
    return float(weight)


def write_record(constraint: Constraint, name: ItemWriter) -> dict[str, object]:
    """Return the record of a constraint, its kind first; ``name`` says how items are called."""
    match constraint:
        case MustLink() | CannotLink():
            kind = "must_link" if isinstance(constraint, MustLink) else "cannot_link"
            said: dict[str, object] = {"items": [name(item) for item in constraint.pair]}
        case Member() | Rejection():
            kind = "member" if isinstance(constraint, Member) else "rejection"
            said = {"item": name(constraint.item), "exemplars": [name(item) for item in constraint.exemplars]}
        case Triplet():
            kind, said = "triplet", dict(zip(FORMS["triplet"], map(name, constraint.named), strict=True))
        case Difficulty():
            kind, said = "difficulty", {"item": name(constraint.item), "value": constraint.value}
        case ClusterSizes():
            kind, said = "sizes", {"shares": list(constraint.shares)}
        case Cardinality():
            kind, said = "cardinality", {"lower": constraint.lower, "upper": constraint.upper}
            if constraint.items is not None:
                said["items"] = [name(item) for item in constraint.items]
            if constraint.group is not None:
                said["group"] = name(constraint.group)
        case Balance():
            parts = [[name(item) for item in part] for part in constraint.parts]
            kind, said = "balance", {"parts": parts, "tolerance": constraint.tolerance}
        case Rule():
            premises = [_write_relation(premise, name) for premise in constraint.premises]
            kind, said = "rule", {"if": premises, "then": _write_relation(constraint.conclusion, name)}
    return {"kind": kind, **said, "weight": constraint.weight, "source": constraint.source}


def _relation(value: object, item: ItemReader) -> Relation:
    if not isinstance(value, Mapping) or not {"items", "together"} <= value.keys():
        raise InvalidInputError(
            f'{value!r} is no relation of two items; give {{"items": [first, second], "together": true or false}}'
        )
    items = _items(value["items"], "items", item)
    if len(items) != 2 or not isinstance(value["together"], bool):
        raise InvalidInputError(f"{value!r} is no relation; name two items, and together as true or false")
    return Relation(items[0], items[1], value["together"])


def _write_relation(relation: Relation, name: ItemWriter) -> dict[str, object]:
    return {"items": [name(relation.first), name(relation.second)], "together": relation.together}


def _list(value: object, field: str) -> list[object]:
    if not isinstance(value, list | tuple):
        raise InvalidInputError(f"{field!r} is {value!r}; give a list")
    return list(value)


def _items(value: object, field: str, item: ItemReader) -> tuple[int, ...]:
    return tuple(item(name) for name in _list(value, field))


def _number(value: object, field: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInputError(f"{field!r} is {value!r}; give a number")
    return float(value)


def _count(value: object, field: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInputError(f"{field!r} is {value!r}; give a whole number")
    return value
