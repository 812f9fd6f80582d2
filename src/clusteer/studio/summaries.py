"""Sessions as the home page shows them, from their rows alone: none is opened for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from clusteer.studio.shapes import SessionSummary

if TYPE_CHECKING:
    from clusteer.sessions.rows import SessionRow
    from clusteer.sessions.store import Store

Kind = Literal["images", "texts", "features"]

COVER = 4


def kind_of(source: dict[str, str]) -> Kind:
    """Return what the items of a session are."""
    match source.get("kind"):
        case "folder" | "npz" | "dataset":
            return "images"
        case "texts":
            return "texts"
        case _:
            return "features"


class Summaries:
    """Says what a session is and how far; remembers what it has counted until the items change.

    Parameters
    ----------
    store : Store
        Where the sessions are.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._counted: dict[int, tuple[int, int, frozenset[int]]] = {}

    def __call__(self, row: SessionRow) -> SessionSummary:
        """Return one session."""
        from clusteer.sessions.ledger import Ledger  # SciPy, which the first page does not wait for

        n, gone = self._count(row.id)
        ledger = Ledger(
            n,
            tuple(self.store.questions(row.id)),
            tuple(self.store.answers(row.id)),
            tuple(self.store.declarations(row.id)),
            gone,
        )
        times = [row.at, *(line.at for line in ledger.lines[-1:]), *(said.at for said in ledger.declarations[-1:])]
        kind = kind_of(row.source)
        leaders = [item for item in ledger.constraints.leaders if item not in gone]
        return SessionSummary(
            name=row.name,
            images=row.images,
            kind=kind,
            items=n - len(gone),
            gone=len(gone),
            groups=len(ledger.constraints.groups),
            answers=len(ledger.answers),
            changed=max(times),
            cover=(leaders + _spread(n, gone, leaders))[:COVER] if kind == "images" else [],
        )

    def _count(self, session: int) -> tuple[int, frozenset[int]]:
        upto = self.store.items_upto(session)
        known = self._counted.get(session)
        if known is None or known[0] != upto:
            gone = self.store.gone(session)
            known = self._counted[session] = (upto, self.store.n_items(session) + len(gone), gone)
        return known[1], known[2]


def _spread(n: int, gone: frozenset[int], but: list[int]) -> list[int]:
    """Return some rows from all over."""
    rows = np.linspace(0, n - 1, min(n, 4 * COVER)).astype(int).tolist()
    return [row for row in dict.fromkeys(rows) if row not in gone and row not in but][:: COVER - 1]
