"""Groups: what they are called and how they look."""

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path

from clusteer.studio.shapes import Group, GroupChange
from clusteer.studio.studio import Opened
from clusteer.studio.view import view_of

if TYPE_CHECKING:
    from clusteer.sessions.rows import Declaration

router = APIRouter(tags=["groups"])


@router.get("/sessions/{name}/groups")
def groups(live: Opened) -> list[Group]:
    """Return every group that holds items, by number."""
    return view_of(live).groups


@router.patch("/sessions/{name}/groups/{number}")
def change(live: Opened, number: Annotated[int, Path(ge=0, le=2**31)], wanted: GroupChange) -> Group:
    """Call a group something, give it a colour; both stay with the item that opened it, whatever number it gets."""
    view = view_of(live)
    view.group_rows(number)
    item = next(group.exemplars[0] for group in view.groups if group.number == number)
    statements: list[tuple[str, Declaration]] = []
    if wanted.name:
        statements.append(("name", {"item": item, "name": wanted.name}))
    elif wanted.name is not None:
        labels = view.clustering.labels
        statements += [
            ("retract", {"declaration": row.number})
            for row in view.ledger.standing_declarations
            if row.kind == "name" and isinstance(row.value["item"], int) and labels[row.value["item"]] == number
        ]
    if wanted.colour is not None:
        statements.append(("colour", {"item": item, "colour": wanted.colour}))
    if statements:
        with live.session() as session:
            session.declare_all(statements, wanted.annotator)
    return next(group for group in view_of(live).groups if group.number == number)
