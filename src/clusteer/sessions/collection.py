"""Collection: the items of a session as they are now, and the ledger over them, whoever else changes either."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from clusteer.sessions.artifacts import load_json, newest_index
from clusteer.sessions.ledger import Ledger
from clusteer.sessions.places import FOLDER, current_source

if TYPE_CHECKING:
    from clusteer.core.index import Index
    from clusteer.data.images import ImageSet
    from clusteer.encoders.tfidf import Tfidf
    from clusteer.sessions.rows import ItemRow, SessionRow
    from clusteer.sessions.store import Store


class Collection:
    """What a session is about; ``Session`` adds what is asked, told and grouped.

    Attributes
    ----------
    store : Store
        Where its rows are.
    row : SessionRow
        What it was made with.
    index : Index
        The items under its encoder.
    items_upto : int
        End of the items' log as it knows it. Where others change the items, the next call that needs the ledger takes
        that up.
    """

    def __init__(self, store: Store, row: SessionRow, index: Index | None = None) -> None:
        self.store = store
        self.row = row
        self._begin(index)

    def _begin(self, index: Index | None = None) -> None:
        """Take up the collection as it is now; ``index`` is the newest, where it is at hand."""
        # The log's end before what it led to: what is added meanwhile is noticed later, and leads here again.
        self.items_upto = self.store.items_upto(self.row.id)
        rounds = self.store.rounds(self.row.id)
        self._round = rounds[-1]
        self.index = newest_index(rounds, self.store.artifacts) if index is None else index
        self._ledger = Ledger(len(self.index), gone=self.store.gone(self.row.id))
        self._forget("items", "images")

    def take_up(self) -> None:
        """Take up what has changed in the collection, if anything has; most other calls begin with this."""
        if self.store.items_upto(self.row.id) != self.items_upto:
            self._begin()

    def _forget(self, *names: str) -> None:
        """Let what was read of the collection be read again."""
        for name in names:
            self.__dict__.pop(name, None)

    @cached_property
    def items(self) -> list[ItemRow]:
        """Identity of each item."""
        return self.store.items(self.row.id)

    @cached_property
    def images(self) -> ImageSet:
        """The items with their pictures; no picture is read before it is asked for."""
        from clusteer.data.sources import open_source

        source = current_source(self.row.source, self.ledger.declarations)
        ids, hashes = [item.path for item in self.items], [item.sha256 for item in self.items]
        return open_source(source, ids, hashes, self.row.images)

    @cached_property
    def tfidf(self) -> Tfidf | None:
        """What encodes its texts; None where its items are no texts."""
        from clusteer.encoders.tfidf import Tfidf

        kept = self.store.rounds(self.row.id)[0].artifacts.get("tfidf")
        return None if kept is None else Tfidf.from_json(load_json(kept, self.store.artifacts))

    @property
    def ledger(self) -> Ledger:
        """Every row so far, those of other processes included, and what follows from them."""
        self.take_up()
        old = self._ledger
        # Answers before questions: others write meanwhile, and no answer may come without its question.
        lines = self.store.answers(self.row.id, len(old.lines))
        questions = self.store.questions(self.row.id, len(old.questions))
        declarations = self.store.declarations(self.row.id, len(old.declarations))
        if questions or lines or declarations:
            self._ledger = old.extended(questions, lines, declarations)
        if any(row.kind == FOLDER for row in declarations):
            self._forget("images")
        return self._ledger
