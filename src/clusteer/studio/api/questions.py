"""Questions: what to ask a person next."""

from fastapi import APIRouter

from clusteer.sessions.words import count
from clusteer.studio.shapes import Asked, AskIn
from clusteer.studio.studio import Opened
from clusteer.studio.view import View

router = APIRouter(tags=["questions"])


@router.post("/sessions/{name}/questions")
def ask(live: Opened, wish: AskIn) -> Asked:
    """Return up to n questions: first those still open to this person, then new ones.

    They are chosen from the last finished grouping, so nothing is waited for but the very first grouping. Each is
    leased to the annotator for an hour: nobody else is asked the same.
    """
    if wish.strategy is not None:
        from clusteer.queries import get_strategy

        get_strategy(wish.strategy)
    with live.session() as session:
        n_items = session.ledger.n_items
    clustering = live.clustering(n_items)
    with live.session() as session:
        asked = session.ask(wish.n, wish.annotator, wish.strategy, clustering)
        ledger, budget = session.ledger, session.row.budget
        view = View(session.row, ledger, session.items, session.images, clustering)
    note = None
    if not asked and budget is not None and len(ledger.answers) >= budget:
        note = f"This session's budget of {count(budget, 'answer')} is used up."
    elif not asked:
        note = "There is nothing left that is worth asking."
    return Asked(questions=[view.question(question) for question in asked], note=note)
