"""The command duplicates."""

from clusteer.cli.opening import open_session
from clusteer.cli.options import Json, Name
from clusteer.cli.output import emit, progress, say, tabulate
from clusteer.sessions.words import count


def duplicates(name: Name, as_json: Json = False) -> None:
    """List exact copies, and pictures that differ in size or compression only."""
    from clusteer.sessions.duplicates import find_duplicates

    session = open_session(name)
    with progress("comparing") as advance:
        groups = find_duplicates(session.images, session.index, session.history.gone, advance)
    ids = [item.path for item in session.items]
    if as_json:
        emit({"items": len(ids), "groups": [
            {"kind": group.kind, "items": [{"row": row, "id": ids[row]} for row in group.items]} for group in groups
        ]})  # fmt: skip
        return
    for kind in ("exact", "near"):
        found = [group.items for group in groups if group.kind == kind]
        if found:
            spare = sum(map(len, found)) - len(found)
            say(f"{count(len(found), 'group')} of {kind} copies, {spare:,} more than needed")
            tabulate(("copies", "items"), [(len(rows), ", ".join(ids[row] for row in rows)) for rows in found])
    if not groups:
        say(f"no copies among {count(len(ids), 'item')}")
