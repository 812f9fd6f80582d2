"""Session: ask, tell, refit. Everything a person states is in the ledger before a call returns."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from clusteer.core.checks import check_rows
from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.core.questions import check_choice
from clusteer.core.seeds import child_seed
from clusteer.sessions.artifacts import save_array, store_index
from clusteer.sessions.asking import check_question, propose
from clusteer.sessions.believing import believed_answers
from clusteer.sessions.collection import Collection
from clusteer.sessions.declaring import check_declaration
from clusteer.sessions.places import item_rows
from clusteer.sessions.placing import placed
from clusteer.sessions.registry import Method, get_method
from clusteer.sessions.reports import Group, Reason, Status, report_reason, report_status
from clusteer.sessions.rows import SessionRow
from clusteer.sessions.settings import check_printable, check_settings
from clusteer.sessions.steps import last_step
from clusteer.sessions.tables import now

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from clusteer.constraints.constraint_set import ConstraintSet
    from clusteer.constraints.from_declarations import Declared
    from clusteer.core.clustering import Clustering
    from clusteer.core.index import Index
    from clusteer.core.questions import Answer, History, Question
    from clusteer.data.images import ImageSet
    from clusteer.encoders.tfidf import Tfidf
    from clusteer.sessions.editing import Edit
    from clusteer.sessions.export import Exported
    from clusteer.sessions.folders import Progress
    from clusteer.sessions.rows import AnswerRow, Declaration
    from clusteer.sessions.store import Store
    from clusteer.trust.reliability import Reliability
    from clusteer.trust.stopping import Forecast


class Session(Collection):
    """One person's, or one team's, way of grouping one collection. Make it with ``create`` or ``open``."""

    @classmethod
    def create(
        cls,
        name: str,
        images: ImageSet,
        index: Index,
        *,
        store: Store,
        tfidf: Tfidf | None = None,
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
        tfidf : Tfidf, optional
            What encoded the texts, to be kept for texts to come.
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
        session = cls(store, store.create(settings, items, store_index(index, tfidf, store.artifacts)), index)
        session.items, session.images, session.tfidf = items, images, tfidf
        return session

    @classmethod
    def open(cls, name: str, store: Store) -> Session:
        """Open a stored session.

        Raises
        ------
        NotFoundError
            If there is none of that name, or its index is gone.
        """
        return cls(store, store.session(name))

    def _begin(self, index: Index | None = None) -> None:
        super()._begin(index)
        self._clustering: Clustering | None = None
        self._declared: tuple[Declared, ...] = ()
        self._fitted_groups: int | None = -1  # No number of groups: the engine is yet to be made.

    # What is known

    @property
    def name(self) -> str:
        """The session's name."""
        return self.row.name

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

    def ask(
        self, n: int = 1, annotator: str = "", strategy: str | None = None, clustering: Clustering | None = None
    ) -> list[Question]:
        """Return up to n questions for a person, stored and leased to them before they are shown.

        Their own open questions come first, less those that answers have settled since; the strategy adds the rest.
        Fewer are returned where the budget ends or nothing is worth asking, none where it is used up.

        Parameters
        ----------
        n : int
            How many, at least 1.
        annotator : str
            Who is asked.
        strategy : str, optional
            Another strategy than the session's own, for the questions that are added.
        clustering : Clustering, optional
            An earlier grouping of the same items to choose from; without it the grouping is brought up to date first.
        """
        if n < 1:
            raise InvalidInputError(f"{n} questions were asked for; ask for at least 1")
        check_printable("the annotator", annotator)
        settings = self.row if strategy is None else replace(self.row, strategy=strategy)
        while True:
            known = clustering or self.refit()
            ledger = self._ledger if clustering is None else self.ledger
            if len(known.labels) != ledger.n_items:
                raise InvalidInputError(
                    f"the grouping is of {len(known.labels)} items, not {ledger.n_items}; refit first"
                )
            own, others = ledger.leased(annotator, now())
            left = n if self.row.budget is None else self.row.budget - len(ledger.answers) - len(others)
            wanted = max(0, min(n, left))
            kept = [row.question for row in own[:wanted]]
            reserved = [row.question for row in (*own, *others)]
            fresh = propose(settings, known, ledger, reserved, wanted - len(kept))
            if not fresh:
                return kept
            rows = self.store.add_questions(self.row.id, fresh, annotator, after=len(ledger.questions))
            if rows is not None:
                return kept + [row.question for row in rows]

    def pose(self, questions: list[Question], annotator: str = "") -> list[Question]:
        """Store questions that come from elsewhere than the strategy, a recorded session say, and return them."""
        self.take_up()
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
            One of ``legal_choices`` of that question; of a page also the numbers of those that do not belong.
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
        choice = check_choice(questions[number - 1].question, choice)
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
        """Take back the last answer of a person that stands, with the whole edit it is part of, and return it.

        Raises
        ------
        NotFoundError
            If they have none.
        """
        step = last_step(self.ledger, annotator)
        if step is None:
            whose = f"of {annotator!r} " if annotator else ""
            raise NotFoundError(f"session {self.name!r} has no standing answer {whose}to undo")
        lines = [line.seq for line in step.told]
        self.store.add_told(self.row.id, (), withdrawn=lines, restored=step.withdrawn, annotator=annotator)
        return self._ledger.answer(step.told[-1])

    def edit(self, planned: Edit) -> list[AnswerRow]:
        """Write an edit, in one transaction, and return the lines of its answers; ``undo`` takes it back whole."""
        if not planned.told and not planned.withdrawn:
            return []
        who = planned.annotator
        return self.store.add_told(self.row.id, planned.told, withdrawn=planned.withdrawn, annotator=who)

    def declare(self, kind: str, value: Declaration, annotator: str = "") -> str:
        """Record what a person states without being asked, and return its id, such as "d3".

        Parameters
        ----------
        kind : str
            "name", "n_clusters", "retract", or a constraint; see ``sessions.declaring.check_declaration``.
        value : dict
            ``{"item": 12, "name": "cats"}`` names the group that holds item 12, ``{"value": 5}`` fixes the number of
            groups, ``{"declaration": 3}`` takes d3 back, ``{"items": [1, 2]}`` links two items, and so on.
        annotator : str
            Who states it.

        Raises
        ------
        InvalidInputError
            If it says nothing, or speaks of what does not exist.
        """
        return self.declare_all([(kind, value)], annotator)[0]

    def declare_all(self, statements: Sequence[tuple[str, Declaration]], annotator: str = "") -> list[str]:
        """Record several declarations, all or none, and return their ids."""
        check_printable("the annotator", annotator)
        said = len(self.ledger.declarations)
        for kind, value in statements:
            check_declaration(kind, value, len(self.index), said)
        return [row.id for row in self.store.declare_all(self.row.id, statements, annotator)]

    # Groups out

    def refit(self) -> Clustering:
        """Bring the grouping up to date with every answer, in memory; free where nothing is new."""
        ledger = self.ledger
        upto, n_clusters = len(ledger.lines), ledger.fixed_groups or self.row.n_clusters
        if n_clusters != self._fitted_groups:
            self.engine, self._fitted_groups, self._clustering = self.new_engine(), n_clusters, None
        if self._clustering is None or self._clustering.answers_upto != upto or self._declared != ledger.declared:
            self.engine.fit_index(self.index, ledger.constraints)
            self._declared = ledger.declared
            self._clustering = placed(self.engine.clustering(self._round.number, upto), ledger)
        return self._clustering

    def unguided(self) -> Clustering:
        """Return the grouping as it is without any answer, anew; one fit of the engine."""
        engine = self.new_engine().fit_index(self.index)
        return engine.clustering(0, 0)

    def new_engine(self) -> Method:
        """Return an engine with the session's settings that is not fitted."""
        from clusteer.encoders import is_criterion

        return get_method(self.row.method)(
            n_clusters=self.ledger.fixed_groups or self.row.n_clusters,
            random_state=child_seed(self.row.seed, "method"),
            start_counts=is_criterion(self.row.encoder),
        )

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
        present = np.delete(clustering.labels, list(self._ledger.gone))
        sizes = np.bincount(present, minlength=clustering.n_clusters)
        return tuple(Group(number, names.get(number, ""), int(size)) for number, size in enumerate(sizes))

    def reliability(self) -> Reliability:
        """Return how far each standing answer is believed, given all the others.

        Answers that contradict each other have joined the groups that would tell which of them is wrong: all of them
        are believed by half.
        """
        clustering = self.refit()
        return believed_answers(self.ledger, clustering)

    def status(self) -> Status:
        """Return where the session stands."""
        groups = self.groups()
        believed = self.reliability()
        stale = len(self._ledger.lines) - self._round.answers_upto
        return report_status(self.row, self.ledger, groups, self.clustering, believed, self.engine.unmet_, stale)

    def forecast(self) -> Forecast | None:
        """Return what 15 more answers are likely to bring; None before 30 are told. One fit of the instant engine."""
        from clusteer.sessions.forecasting import forecast

        return forecast(self)

    def why(self, item: int) -> Reason:
        """Return why an item is in its group.

        Raises
        ------
        InvalidInputError
            If there is no such item.
        """
        groups = self.groups()
        check_rows(item, len(self.index), "the question why")
        return report_reason(item, self.clustering, self._ledger, groups, self.engine.explain(item))

    def export(self, to: Path, *, folders: bool = True, progress: Progress | None = None) -> Exported:
        """Write labels, constraints, replay, model, report and a folder per group; see ``sessions.export.export``."""
        from clusteer.sessions.export import export

        return export(self, to, folders=folders, progress=progress)


def _number(id: str, letter: str, what: str) -> int:
    digits = id.removeprefix(letter)
    if not (digits.isascii() and digits.isdecimal()):
        raise NotFoundError(f"{id!r} is no {what}; they are called {letter}1, {letter}2, and so on")
    return int(digits)
