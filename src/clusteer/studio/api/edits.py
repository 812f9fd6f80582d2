"""Edits: what a person does to groups, stored as answers to questions they posed."""

from fastapi import APIRouter

from clusteer.sessions.editing import Editor
from clusteer.studio.shapes import Edit, Edited, Link, Merge, Move, Page, Split
from clusteer.studio.studio import Opened

router = APIRouter(tags=["edits"])


@router.post("/sessions/{name}/edits")
def edit(live: Opened, wanted: Edit) -> Edited:
    """Merge, move, split, link, or confirm a page.

    Answers that the edit overrules are withdrawn with it, and what else they said is told anew, all in one transaction.
    Undo (``DELETE answers/last``) takes an edit back as one step and puts back what it withdrew.
    """
    with live.session() as session:
        n_items = session.ledger.n_items
    clustering = live.clustering(n_items)
    with live.session() as session:
        editor = Editor(session.ledger, clustering, wanted.annotator)
        match wanted:
            case Merge():
                planned = editor.merge(wanted.groups)
            case Move(to="new") | Split():
                planned = editor.split(wanted.items)
            case Move():
                planned = editor.move(wanted.items, int(wanted.to))
            case Link():
                planned = editor.link(wanted.items, wanted.kind == "together")
            case Page():
                planned = editor.confirm(wanted.group, wanted.items, wanted.outside)
        lines = session.edit(planned)
        return Edited(answers=[line.id for line in lines], ledger=len(session.ledger.lines))
