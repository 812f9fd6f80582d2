"""What the child processes of test_durability do; apart from it, so that a child imports the store and little else."""

import os
from multiprocessing.connection import Connection
from pathlib import Path

from clusteer.core.errors import InvalidInputError
from clusteer.core.questions import Question
from clusteer.sessions.rows import ItemRow, SessionRow
from clusteer.sessions.store import Store
from clusteer.sessions.tables import now


def fill(home: Path, questions: int = 0, name: str = "mine", url: str | None = None) -> int:
    """Make a session that has asked some questions."""
    store = Store(home, url)
    settings = SessionRow(0, name, "blobs", {"kind": "memory"}, "test", "m", "s", None, None, 0, now())
    id = store.create(settings, [ItemRow(row, "0" * 64, str(row)) for row in range(3)], {}).id
    if questions:
        store.add_questions(id, [Question("", "same", (0, 1))] * questions, "", 0)
    return id


def tell_and_acknowledge(
    home: Path, session: int, first: int, last: int, annotator: str, url: str | None, out: Connection
) -> None:
    """Answer questions one by one; write seq and question of each to a pipe once it is acknowledged."""
    store = Store(home, url)
    for number in range(first, last):
        line = store.tell(session, number, "same", annotator, "human", None)
        # One write of 8 bytes to a pipe is whole or absent.
        os.write(out.fileno(), line.seq.to_bytes(4, "big") + number.to_bytes(4, "big"))
    out.close()


def outcome_of_fill(home: Path, url: str) -> str:
    """Make a session, and say whether its name was still free."""
    try:
        fill(home, url=url)
    except InvalidInputError:
        return "refused"
    return "made"
