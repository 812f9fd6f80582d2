"""Open a session by name, and find an item by its row or its relative path."""

from difflib import get_close_matches
from typing import TYPE_CHECKING

from clusteer.core.errors import InvalidInputError, NotFoundError

if TYPE_CHECKING:
    from clusteer.sessions.session import Session
    from clusteer.sessions.store import Store

START, LAST = "start", "last"
"""What ``--method`` calls the groups before any answer, and those of the last round that answers have followed."""


def open_session(name: str, method: str | None = None) -> "Session":
    """Return the stored session of that name, in the folder of all sessions.

    With a method it is the session under its last fit with that deep method; with "start", as it was before any answer;
    with "last", as it was at the last round that answers have followed.
    """
    from clusteer.sessions.session import Session
    from clusteer.sessions.store import Store

    session = Session.open(name, Store())
    if method is None:
        return session
    if method == START:
        from clusteer.sessions.earlier import Earlier

        return Earlier(session)
    if method == LAST:
        from clusteer.sessions.earlier import Earlier, last_round

        row = last_round(session)
        if row is None:
            raise NotFoundError(
                f"session {name!r} has no round that answers have followed; `clusteer fit {name}` writes one"
            )
        return Earlier(session, row.answers_upto)
    from clusteer.sessions.deep_fit import finished

    return finished(session, method)


def check_free(store: "Store", name: str) -> None:
    """Refuse a name that is taken, before minutes go into encoding; the store itself checks again."""
    if name in (row.name for row in store.sessions()):
        raise InvalidInputError(f"a session named {name!r} exists already; choose another name")


def find_item(session: "Session", given: str) -> int:
    """Return the row of an item given by its relative path or its row.

    Raises
    ------
    NotFoundError
        If there is no such item.
    """
    ids = [item.path for item in session.items]
    if given in ids:
        return ids.index(given)
    if given.isascii() and given.isdecimal() and int(given) < len(ids):
        return int(given)
    near = get_close_matches(given, ids, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"give a relative path such as {ids[0]!r}, or a row"
    raise NotFoundError(f"{given!r} is none of the {len(ids)} items (rows 0 to {len(ids) - 1}); {hint}")
