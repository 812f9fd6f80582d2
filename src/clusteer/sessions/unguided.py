"""The groups before any answer, on offer where answers have done harm."""

from clusteer.sessions.ledger import Ledger
from clusteer.sessions.session import Session


class Unguided(Session):
    """A session as it groups its items when no answer counts. Nothing is taken back: it is another look at the session.

    What was declared (names, a fixed number of groups, constraints) counts as ever.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session.store, session.row, session.index)

    @property
    def ledger(self) -> Ledger:
        """What was said but for the answers."""
        return super().ledger.upto(0)
