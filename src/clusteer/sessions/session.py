"""Session: ask, tell, refit. Everything a person states is in the ledger before a call returns."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from clusteer.core.checks import check_n_clusters, check_rows
from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.core.questions import legal_choices
from clusteer.core.seeds import child_seed
from clusteer.sessions.artifacts import save_array
from clusteer.sessions.asking import check_question, propose
from clusteer.sessions.ledger import Ledger
from clusteer.sessions.registry import get_method
from clusteer.sessions.reports import Group, Reason, Status, report_reason, report_status
from clusteer.sessions.rows import ItemRow, SessionRow
from clusteer.sessions.settings import check_printable, check_settings
from clusteer.sessions.store import now

if TYPE_CHECKING:
    from pathlib import Path

    from clusteer.constraints.constraint_set import ConstraintSet
    from clusteer.core.clustering import Clustering
    from clusteer.core.index import Index
    from clusteer.core.questions import Answer, History, Question
    from clusteer.data.images import ImageSet
    from clusteer.sessions.export import Exported
    from clusteer.sessions.store import Store


class Session:
    """One person's, or one team's, way of grouping one collection. Make it with ``create`` or ``open``.

    Attributes
    ----------
    store : Store
        Where its rows are.
    row : SessionRow
        What it was made with.
    index : Index
        The items under its encoder.
    """

    def __init__(self, store: Store, row: SessionRow, index: Index) -> None:
        self.store = store
        self.row = row
        self.index = index
        self._round = store.rounds(row.id)[-1]
        self._ledger = Ledger(len(index))
        self._clustering: Clustering | None = None
        self._fitted_groups: int | None = -1  # No number of groups: the engine is yet to be made.

    @classmethod
    def create(
        cls,
        name: str,
        images: ImageSet,
        index: Index,
        *,
        store: Store,
        method: str = "propagation",
        strategy: str = "margin",
        n_clusters: int | None = None,
        budget: int | None = None,
        seed: int = 0,
    ) -> Session:
        """Make a new session and store it.

        Parameters
        ----------
        name : str
            Printable, without slashes; unique in the store.
        images : ImageSet
            The items.
        index : Index
            The same items under an encoder.
        store : Store
            Where to keep it.
        method, strategy : str
            Names in ``sessions.registry.METHODS`` and ``queries.STRATEGIES``.
        n_clusters : int, optional
            Number of groups; without it the answers decide.
        budget : int, optional
            Questions the person is willing to answer.
        seed : int
            Seed of everything drawn in this session.

        Raises
        ------
        InvalidInputError
            If an argument cannot be used or the name is taken.
        StorageError
            If the disk or database refuses.
        """
        items = item_rows(images)
        settings = SessionRow(
            0, name, images.name, images.source, index.encoder, method, strategy, n_clusters, budget, seed, now()
        )
        check_settings(settings, len(items), len(index))
        session = cls(store, store.create(settings, items, store_index(index, store)), index)
        session.items, session.images = items, images
        return session

    @classmethod
    def open(cls, name: str, store: Store) -> Session:
        """Open a stored session.

        Raises
        ------
        NotFoundError
            If there is none of that name, or its index is gone.
        """
        from clusteer.neighbors import load_index

        row = store.session(name)
        start = store.rounds(row.id)[0]
        return cls(store, row, load_index(store.artifacts / start.artifacts["index"]))

    # What is known

    @property
    def name(self) -> str:
        """The session's name."""
        return self.row.name

    @cached_property
    def items(self) -> list[ItemRow]:
        """Identity of each item."""
        return self.store.items(self.row.id)

    @cached_property
    def images(self) -> ImageSet:
        """The items with their pictures; no picture is read before it is asked for."""
        from clusteer.data.sources import open_source

        ids, hashes = [item.path for item in self.items], [item.sha256 for item in self.items]
        return open_source(self.row.source, ids, hashes, self.row.images)

    @property
    def ledger(self) -> Ledger:
        """Every row so far, those of other processes included, and what follows from them."""
        old = self._ledger
        # Answers before questions: others write meanwhile, and no answer may come without its question.
        lines = self.store.answers(self.row.id, len(old.lines))
        questions = self.store.questions(self.row.id, len(old.questions))
        declarations = self.store.declarations(self.row.id, len(old.declarations))
        if questions or lines or declarations:
            self._ledger = old.extended(questions, lines, declarations)
        return self._ledger

    @property
    def constraints(self) -> ConstraintSet:
        """What the standing answers state."""
        return self.ledger.constraints

    @property
    def history(self) -> History:
        """What strategies may know of the past."""
        return self.ledger.history(self.row.budget)

    @property
    def clustering(self) -> Clustering:
        """The grouping as of the last refit; the first time, one is made."""
        return self._clustering or self.refit()

    # Guidance in

    def ask(self, n: int = 1, annotator: str = "") -> list[Question]:
        """Return up to n questions for a person, stored and leased to them before they are shown.

        Their own open questions come first, less those that answers have settled since; the strategy adds the rest.
        Fewer are returned where the budget ends or nothing is worth asking, none where it is used up.

        Parameters
        ----------
        n : int
            How many, at least 1.
        annotator : str
            Who is asked.
        """
        if n < 1:
            raise InvalidInputError(f"{n} questions were asked for; ask for at least 1")
        check_printable("the annotator", annotator)
        while True:
            clustering, ledger = self.refit(), self._ledger
            own, others = ledger.leased(annotator, now())
            left = n if self.row.budget is None else self.row.budget - len(ledger.answers) - len(others)
            wanted = max(0, min(n, left))
            kept = [row.question for row in own[:wanted]]
            reserved = [row.question for row in (*own, *others)]
            fresh = propose(self.row, clustering, ledger, reserved, wanted - len(kept))
            if not fresh:
                return kept
            rows = self.store.add_questions(self.row.id, fresh, annotator, after=len(ledger.questions))
            if rows is not None:
                return kept + [row.question for row in rows]

    def pose(self, questions: list[Question], annotator: str = "") -> list[Question]:
        """Store questions that come from elsewhere than the strategy, a recorded session say, and return them."""
        for question in questions:
            check_question(question, len(self.index))
        while True:
            rows = self.store.add_questions(self.row.id, questions, annotator, after=len(self.ledger.questions))
            if rows is not None:
                return [row.question for row in rows]

    def tell(
        self, question_id: str, choice: str, annotator: str = "", seconds: float | None = None, source: str = "human"
    ) -> Answer:
        """Record an answer; it is on disk when this returns.

        The same answer told again by the same person is recorded once; another choice replaces it.

        Parameters
        ----------
        question_id : str
            As ``ask`` gave it.
        choice : str
            One of ``legal_choices`` of that question.
        annotator : str
            Who answers.
        seconds : float, optional
            How long they took.
        source : {"human", "import", "simulated", "cluster"}
            Where the answer comes from.

        Raises
        ------
        NotFoundError
            If the session has no such question.
        InvalidInputError
            If the choice is not legal.
        """
        check_printable("the annotator", annotator)
        if seconds is not None and not 0 <= seconds < math.inf:
            raise InvalidInputError(f"the answer took {seconds} seconds; give a number from 0 up, or none")
        number = _number(question_id, "q", "question")
        questions = self._ledger.questions if number <= len(self._ledger.questions) else self.ledger.questions
        if not 1 <= number <= len(questions):
            known = f"it has q1 to q{len(questions)}" if questions else "it has asked none yet"
            raise NotFoundError(f"session {self.name!r} has no question {question_id!r}; {known}")
        legal = legal_choices(questions[number - 1].question)
        if choice not in legal:
            raise InvalidInputError(f"{choice!r} is no answer to question {question_id}; choose {', '.join(legal)}")
        line = self.store.tell(self.row.id, number, choice, annotator, source, seconds)
        return self.ledger.answer(line)

    def retract(self, answer_id: str, annotator: str = "") -> None:
        """Take an answer back; its question is open again.

        Raises
        ------
        NotFoundError
            If there is no such answer.
        InvalidInputError
            If a later answer replaced it.
        """
        self.store.retract(self.row.id, _number(answer_id, "a", "answer"), annotator)

    def undo(self, annotator: str = "") -> Answer:
        """Take back the last standing answer of a person and return it.

        Raises
        ------
        NotFoundError
            If they have none.
        """
        own = [answer for answer in self.ledger.answers if answer.annotator == annotator]
        if not own:
            whose = f"of {annotator!r} " if annotator else ""
            raise NotFoundError(f"session {self.name!r} has no standing answer {whose}to undo")
        self.retract(own[-1].id, annotator)
        return own[-1]

    def declare(self, kind: str, value: dict[str, str | int | None], annotator: str = "") -> None:
        """Record what a person states without being asked; the latest word counts.

        Parameters
        ----------
        kind : {"name", "n_clusters"}
            What it is about.
        value : dict
            ``{"item": 12, "name": "cats"}`` names the group that holds item 12; ``{"value": 5}`` fixes the number of
            groups, ``{"value": None}`` returns to what the session was made with.
        annotator : str
            Who states it.
        """
        n = len(self.index)
        match kind, value:
            case "name", {"item": int(item), "name": str(name), **rest} if not rest and name.strip():
                check_rows(item, n, "the name")
                check_printable("the group's name", name)
            case "n_clusters", {"value": int() | None as number, **rest} if not rest:
                check_n_clusters(number, n)
            case _:
                raise InvalidInputError(
                    f"{kind!r} with {value} cannot be declared; give 'name' with an item and a name, or 'n_clusters' "
                    "with a value"
                )
        self.store.declare(self.row.id, kind, value, annotator)

    # Groups out

    def refit(self) -> Clustering:
        """Bring the grouping up to date with every answer, in memory; free where nothing is new."""
        ledger = self.ledger
        upto, n_clusters = len(ledger.lines), ledger.fixed_groups or self.row.n_clusters
        if n_clusters != self._fitted_groups:
            self.engine = get_method(self.row.method)(
                n_clusters=n_clusters, random_state=child_seed(self.row.seed, "method")
            )
            self._fitted_groups, self._clustering = n_clusters, None
        if self._clustering is None or self._clustering.answers_upto != upto:
            self.engine.fit_index(self.index, ledger.constraints)
            self._clustering = self.engine.clustering(self._round.number, upto)
        return self._clustering

    def fit(self, kind: str = "fit") -> Clustering:
        """Bring the grouping up to date and write it to disk as a round."""
        clustering = self.refit()
        artifacts = {
            "labels": save_array(clustering.labels, self.store.artifacts),
            "proba": save_array(clustering.proba, self.store.artifacts),
        }
        self._round = self.store.add_round(self.row.id, kind, self.row.method, clustering.answers_upto, artifacts)
        self._clustering = replace(clustering, round=self._round.number)
        return self._clustering

    def groups(self) -> tuple[Group, ...]:
        """Return every group of the current grouping, by number."""
        clustering = self.refit()
        names = self._ledger.names(clustering.labels)
        sizes = np.bincount(clustering.labels, minlength=clustering.n_clusters)
        return tuple(Group(number, names.get(number, ""), int(size)) for number, size in enumerate(sizes))

    def status(self) -> Status:
        """Return where the session stands."""
        groups = self.groups()
        return report_status(self.row, self._ledger, groups, self._round.answers_upto)

    def why(self, item: int) -> Reason:
        """Return why an item is in its group.

        Raises
        ------
        InvalidInputError
            If there is no such item.
        """
        check_rows(item, len(self.index), "the question why")
        groups = self.groups()
        return report_reason(item, self.clustering, self._ledger, groups, self.engine.explain(item))

    def export(self, to: Path, *, folders: bool = True) -> Exported:
        """Write labels, constraints, replay, model and one folder per group; see ``sessions.export.export``."""
        from clusteer.sessions.export import export

        return export(self, to, folders=folders)


def item_rows(images: ImageSet) -> list[ItemRow]:
    """Return the identity of each item."""
    identities = zip(images.hashes, images.ids, images.copies.tolist(), strict=True)
    return [ItemRow(row, sha256, path, copy) for row, (sha256, path, copy) in enumerate(identities)]


def store_index(index: Index, store: Store) -> dict[str, str]:
    """Put an index on disk and return the artifacts of round 0."""
    from clusteer.neighbors import save_index

    return {"index": save_index(index, store.artifacts)}


def _number(id: str, letter: str, what: str) -> int:
    digits = id.removeprefix(letter)
    if not (digits.isascii() and digits.isdecimal()):
        raise NotFoundError(f"{id!r} is no {what}; they are called {letter}1, {letter}2, and so on")
    return int(digits)
