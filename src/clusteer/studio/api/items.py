"""Items: the gallery of a group, found by name, and one item with why it is where it is."""

from typing import Annotated, Literal

import numpy as np
from fastapi import APIRouter, Path, Query
from numpy.typing import NDArray

from clusteer.core.errors import InvalidInputError
from clusteer.studio.api.changes import moved_since
from clusteer.studio.shapes import GroupProbability, ItemDetail, Items
from clusteer.studio.studio import Opened
from clusteer.studio.view import WHOLE, View, view_of

router = APIRouter(tags=["items"])

DOUBTFUL = 0.6
"""The gap between the two likeliest groups below which an item counts as uncertain."""
MOST = 500
_NEAREST = 5

Filter = Literal["uncertain", "changed", "human", "gone"]
Sort = Literal["confidence", "-confidence", "id"]


@router.get("/sessions/{name}/items")
def items(
    live: Opened,
    group: Annotated[int | None, Query(ge=0, le=2**31)] = None,
    search: Annotated[str, Query(max_length=200, description="Part of a name.")] = "",
    filter: Filter | None = None,
    sort: Sort = "-confidence",
    since: Annotated[int | None, Query(ge=0, le=2**31, description="Ledger lines, for the filter changed.")] = None,
    rows: Annotated[str | None, Query(max_length=6_000, description="These rows only, such as 3,17,20.")] = None,
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
) -> Items:
    """Return some of the items: of a group, with a name, of a kind. Those whose files are gone only where asked for."""
    view = view_of(live)
    if rows is not None:
        wanted = _numbers(rows)
        return Items(total=len(wanted), items=view.rows(view.check_row(row) for row in wanted))
    found = np.flatnonzero(view.labels == -1 if filter == "gone" else view.labels >= 0)
    if group is not None:
        found = found[view.labels[found] == group]
    if search:
        part = search.casefold()
        found = found[[part in view.ids[row].casefold() for row in found.tolist()]]
    if filter == "uncertain":
        found = found[view.clustering.margin()[found] < DOUBTFUL]
    elif filter == "human":
        found = found[np.isin(found, list(view.human))]
    elif filter == "changed":
        found = found[np.isin(found, moved_since(live, view, since).rows)]
    found = _sorted(view, found, sort)
    return Items(total=len(found), items=view.rows(found[offset : offset + limit].tolist()))


@router.get("/sessions/{name}/items/{row}")
def item(live: Opened, row: Annotated[int, Path(ge=0, le=2**31)]) -> ItemDetail:
    """Return an item, and why it is where it is."""
    view = view_of(live)
    shown = view.item(view.check_row(row), WHOLE)
    said = [
        answer
        for answer in view.ledger.answers
        if row in (*answer.question.items, *(option[0] for option in answer.question.options))
    ]
    evidence = [] if shown.group is None else live.explain(row)[:_NEAREST]
    proba = view.clustering.proba[row]
    likely = np.argsort(-proba, kind="stable")[:_NEAREST].tolist()
    return ItemDetail(
        **shown.model_dump(),
        why=_why(view, row, bool(evidence)),
        confidences=[
            GroupProbability(group=number, name=view.name(number), probability=float(proba[number]))
            for number in likely
        ],
        evidence=view.rows(other for other, _ in evidence),
        answers=[view.answer(answer) for answer in said],
    )


def _why(view: View, row: int, near: bool) -> str:
    if view.items[row].gone:
        return "Its file is gone; what was said of it stands."
    reason = {
        "human": "because you said so",
        "implied": "because your answers about others imply it",
        "model": "because it is like those you answered about" if near else "by its likeness to others alone",
    }[view.ledger.provenance(view.clustering.labels)[row]]
    return f"In {view.name(int(view.labels[row]))} ({view.confidence[row]:.0%} certain), {reason}."


def _sorted(view: View, rows: NDArray[np.int64], sort: Sort) -> NDArray[np.int64]:
    if sort == "id":
        return np.array(sorted(rows.tolist(), key=view.ids.__getitem__), np.int64)
    by = view.confidence[rows]
    return rows[np.argsort(by if sort == "confidence" else -by, kind="stable")]


def _numbers(given: str) -> list[int]:
    words = given.split(",")
    if len(words) > MOST or not all(word.isascii() and word.isdecimal() and len(word) < 10 for word in words):
        raise InvalidInputError(f"rows is {given[:40]!r}; give up to {MOST} row numbers with commas between: 3,17,20")
    return [int(word) for word in words]
