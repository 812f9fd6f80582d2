"""Amounts, answers, declarations and contradictions in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clusteer.core.questions import SKIP, UNSURE, outside

if TYPE_CHECKING:
    from clusteer.constraints.consistency import Conflict
    from clusteer.core.questions import Answer, Question
    from clusteer.sessions.rows import DeclarationRow
    from clusteer.trust.accuracy import Estimate
    from clusteer.trust.group_number import GroupNumber


def duration(seconds: float) -> str:
    """Return a time in words a person can plan with."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes / 60:.1f} h"


def count(number: int, thing: str) -> str:
    """Return a number of things in words."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def size(octets: int) -> str:
    """Return a number of bytes in words."""
    return f"{octets / 1e6:,.0f} MB" if octets < 1e9 else f"{octets / 1e9:,.1f} GB"


def answer_words(answer: Answer, ids: Sequence[str]) -> str:
    """Return what an answer says of its items."""
    question, choice = answer.question, answer.choice
    item = ids[question.items[0]]
    if question.kind == "same":
        return f"{item} and {ids[question.items[1]]}: {choice}"
    if question.kind == "page":
        return _page_words(question, choice, ids)
    if choice.isdecimal():
        chosen = ids[question.options[int(choice) - 1][0]]
        return f"{item} {'is nearer to' if question.kind == 'nearer' else 'goes with'} {chosen}"
    return f"{item}: {choice}" + (" of the groups shown" if choice == "none" else "")


def _page_words(question: Question, choice: str, ids: Sequence[str]) -> str:
    shown = len(question.items)
    if choice in (SKIP, UNSURE):
        return f"page of {shown}, {ids[question.items[0]]} first: {choice}"
    left_out = [ids[item] for item in outside(question, choice)]
    words = f"{shown - len(left_out)} of {shown} go with {ids[question.options[0][0]]}"
    return f"{words}, not {', '.join(left_out)}" if left_out else words


def estimate_words(estimate: Estimate) -> str:
    """Return a share and its interval."""
    return f"{estimate.value:.0%} ({estimate.low:.0%} to {estimate.high:.0%})"


def group_number_words(number: GroupNumber) -> str:
    """Return how many groups there seem to be."""
    spread = "" if number.high - number.low < 1 else f" ({number.low:.0f} to {number.high:.0f})"
    return (
        f"{count(number.found, 'group')} found by answers, about {number.value:.0f}{spread} in all; one with more than "
        f"{number.rare:.0%} of the items would have been met"
    )


def conflict_words(conflict: Conflict, ids: Sequence[str]) -> str:
    """Return a contradiction as a sentence that names what was said."""
    steps = [
        f"{ids[first]} with {ids[second]} ({source})"
        for first, second, source in zip(conflict.items, conflict.items[1:], conflict.together, strict=False)
    ]
    return (
        f"put together were {', '.join(steps)}, but {ids[conflict.items[0]]} and {ids[conflict.items[-1]]} were kept "
        f"apart ({conflict.apart}); one of these is wrong"
    )


def declaration_words(row: DeclarationRow, ids: Sequence[str]) -> str:
    """Return what a declaration says."""

    def related(relation: object) -> str:
        match relation:
            case {"items": [int(first), int(second)], "together": bool(together)}:
                return f"{ids[first]} {'with' if together else 'apart from'} {ids[second]}"
        return str(relation)

    match row.kind, row.value:
        case "must_link" | "cannot_link", {"items": [int(first), int(second)]}:
            return f"{ids[first]} and {ids[second]} {'belong' if row.kind == 'must_link' else 'do not belong'} together"
        case "triplet", {"anchor": int(anchor), "near": int(near), "far": int(far)}:
            return f"{ids[anchor]} is more like {ids[near]} than like {ids[far]}"
        case "difficulty", {"item": int(item), "value": int() | float() as value}:
            return f"{ids[item]} is {'a clear' if value > 0 else 'a hard'} case"
        case "sizes", {"shares": list(shares)}:
            return "the groups hold " + ", ".join(f"{share:.0%}" for share in shares if isinstance(share, float | int))
        case "cardinality", {"lower": lower, "upper": upper, "items": items, "group": group}:
            bounds = [f"at least {lower}"] if lower is not None else []
            bounds += [f"at most {upper}"] if upper is not None else []
            which = f"the group of {ids[group]}" if isinstance(group, int) else "every group"
            of = f" of {len(items)} items" if isinstance(items, list) else ""
            return f"{which} holds {' and '.join(bounds)}{of}"
        case "balance", {"parts": list(parts), "tolerance": tolerance}:
            sizes = ", ".join(str(len(part)) for part in parts if isinstance(part, list))
            return f"every group mixes the parts of {sizes} items alike, to within {tolerance}"
        case "rule", {"if": list(premises), "then": conclusion}:
            return f"if {' and '.join(map(related, premises))}, then {related(conclusion)}"
        case "name", {"item": int(item), "name": str(name)}:
            return f"the group of {ids[item]} is called {name}"
        case "folder", {"number": number, "path": str(path)}:
            return f"folder {number} is at {path}"
        case "colour", {"item": int(item), "colour": str(colour)}:
            return f"the group of {ids[item]} is shown in {colour}"
        case "n_clusters", {"value": value}:
            return "the answers decide how many groups there are" if value is None else f"there are {value} groups"
    return f"{row.kind}: {row.value}"
