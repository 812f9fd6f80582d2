"""The groups as they were before, on offer where answers since have done harm."""

from clusteer.sessions.ledger import Ledger
from clusteer.sessions.rows import RoundRow
from clusteer.sessions.session import Session


class Earlier(Session):
    """A session as it groups its items by its first lines alone. Nothing is taken back: it is another look at it.

    What was declared (names, a fixed number of groups, constraints) counts as ever.

    Parameters
    ----------
    session : Session
        The session as it is.
    upto : int
        How many lines of its ledger count; 0 for the groups before any answer.
    """

    def __init__(self, session: Session, upto: int = 0) -> None:
        super().__init__(session.store, session.row, session.index)
        self.upto = upto

    @property
    def ledger(self) -> Ledger:
        """What was said in these lines."""
        return super().ledger.upto(self.upto)


def last_round(session: Session) -> RoundRow | None:
    """Return the last round that ``Session.fit`` wrote and that answers have followed; None where there is none."""
    lines, method = len(session.ledger.lines), session.row.method
    rounds = session.store.rounds(session.row.id)
    found = [row for row in rounds if row.kind == "fit" and row.method == method and 0 < row.answers_upto < lines]
    return found[-1] if found else None
