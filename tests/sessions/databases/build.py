"""Write version_N.db, the database later versions must still open: ``python tests/sessions/databases/build.py``.

Run it once, when the schema gets version N, and commit the file; never write an older version's file anew.
"""

import sqlite3
import tempfile
from pathlib import Path

from clusteer.core.questions import Question
from clusteer.sessions import schema
from clusteer.sessions.rows import ItemRow, SessionRow
from clusteer.sessions.store import Store
from clusteer.sessions.tables import now

HERE = Path(__file__).parent


def build(to: Path) -> None:
    """Write a small session through the store, then pack the database into one file of small pages."""
    with tempfile.TemporaryDirectory() as home:
        store = Store(Path(home))
        settings = SessionRow(
            0, "animals", "pets", {"kind": "memory"}, "pixels", "propagation", "margin", None, 50, 3, now()
        )
        id = store.create(settings, [ItemRow(i, f"{i:064x}", f"{i}.png") for i in range(6)], {"index": "x"}).id
        store.add_questions(
            id,
            [
                Question("", "same", (0, 1), why="likely one group"),
                Question("", "member", (2,), ((0,),), True),
                Question("", "member", (3,), ((0,),), True),
            ],
            "ann",
            0,
        )
        store.tell(id, 1, "same", "ann", "human", 4.5)
        store.tell(id, 2, "1", "ann", "human", None)
        store.retract(id, 2, "ann")
        store.tell(id, 2, "none", "ann", "human", 3.0)
        store.tell(id, 3, "skip", "bob", "human", 1.0)
        store.declare(id, "name", {"item": 0, "name": "cats"}, "ann")
        store.declare_all(id, [("rule", {"if": [{"items": [0, 1], "together": True}], "then": None})], "bob")
        store.add_round(id, "fit", "propagation", 4, {"labels": "y"})
        store.add_items(id, [ItemRow(5, f"{5:064x}", "5.png", gone=True)], 6, {"index": "z"})
        store.close()
        packed = sqlite3.connect(Path(home) / "clusteer.db")
        packed.execute("PRAGMA journal_mode = DELETE")
        packed.execute("PRAGMA page_size = 512")
        to.unlink(missing_ok=True)
        packed.execute("VACUUM INTO ?", (str(to),))
        packed.close()


if __name__ == "__main__":
    build(HERE / f"version_{schema.VERSION}.db")
