"""What follows from a session's rows: standing answers, constraints, conflicts, budget, open questions, names.

All of it is computed, none stored, so none can drift from the answers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints.consistency import Conflict
from clusteer.constraints.constraint_set import ConstraintSet
from clusteer.constraints.from_answers import from_answers
from clusteer.constraints.from_declarations import Declared
from clusteer.constraints.overruled import overruled_answers
from clusteer.constraints.records import FORMS
from clusteer.core.questions import AGAIN, SKIP, UNSURE, Answer, History, Question
from clusteer.sessions.rows import AnswerRow, DeclarationRow, QuestionRow

LEASE = timedelta(hours=1)
"""How long a question shown to one person is kept from others."""
SKIP_RETURNS = 50
"""Answers after which an item somebody skipped may be asked about again."""
CONTRADICTED = 0.5
"""How far an answer that is part of a contradiction is believed; at least one of them is wrong."""


@dataclass(frozen=True)
class Ledger:
    """Every row of a session over ``n_items`` items, in order; the files of those that are ``gone`` are not there."""

    n_items: int
    questions: tuple[QuestionRow, ...] = ()
    lines: tuple[AnswerRow, ...] = ()
    declarations: tuple[DeclarationRow, ...] = ()
    gone: frozenset[int] = frozenset()

    def extended(
        self,
        questions: Iterable[QuestionRow],
        lines: Iterable[AnswerRow],
        declarations: Iterable[DeclarationRow],
    ) -> "Ledger":
        """Return the ledger with later rows appended."""
        return replace(
            self,
            questions=(*self.questions, *questions),
            lines=(*self.lines, *lines),
            declarations=(*self.declarations, *declarations),
        )

    def upto(self, lines: int) -> "Ledger":
        """Return the ledger as it was after so many lines, names and other declarations as they are now."""
        return replace(self, lines=self.lines[:lines])

    def answer(self, line: AnswerRow) -> Answer:
        """Return a line with its question; the choice of a retraction is that of the line it undoes."""
        choice = line.choice if line.retracts is None else self.lines[line.retracts - 1].choice
        return Answer(
            question=self.questions[line.question - 1].question, choice=choice or "", annotator=line.annotator,
            source=line.source, at=line.at, seconds=line.seconds, id=line.id, seq=line.seq,
        )  # fmt: skip

    @cached_property
    def _standing(self) -> dict[int, AnswerRow]:
        """The line that holds for each answered question, in the order of these lines."""
        standing: dict[int, AnswerRow] = {}
        for line in self.lines:
            standing.pop(line.question, None)
            if line.retracts is None:
                standing[line.question] = line
        return standing

    @property
    def standing(self) -> tuple[AnswerRow, ...]:
        """The lines that hold, one for each answered question, in order."""
        return tuple(self._standing.values())

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """The standing answers: the latest choice for each question, none where that was retracted."""
        return tuple(self.answer(line) for line in self.standing)

    @cached_property
    def overruled(self) -> frozenset[str]:
        """The standing answers that a later one about the same item has overruled: told, but heard no more."""
        return overruled_answers(self.answers, self.n_items, self.declared)

    @cached_property
    def heard(self) -> tuple[Answer, ...]:
        """The standing answers that none has overruled: what constraints are made of."""
        return tuple(answer for answer in self.answers if answer.id not in self.overruled)

    @cached_property
    def standing_declarations(self) -> tuple[DeclarationRow, ...]:
        """The declarations that nobody has taken back, in order."""
        retracted = {row.value["declaration"] for row in self.declarations if row.kind == "retract"}
        return tuple(row for row in self.declarations if row.kind != "retract" and row.number not in retracted)

    @cached_property
    def declared(self) -> tuple[Declared, ...]:
        """The constraints among the standing declarations."""
        return tuple(row.declared for row in self.standing_declarations if row.kind in FORMS)

    @cached_property
    def _stated(self) -> ConstraintSet:
        return self._constraints({})

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """Contradictions between standing answers and declarations."""
        return self._stated.conflicts()

    @cached_property
    def contradicted(self) -> dict[str, float]:
        """How far each answer and declaration that is part of a contradiction is believed, by id."""
        return {source: CONTRADICTED for conflict in self.conflicts for source in conflict.sources}

    @cached_property
    def constraints(self) -> ConstraintSet:
        """What is stated and what follows by rules and triplets; what is contradicted is believed less."""
        return self.believed({}) if self.conflicts else self._stated

    def believed(self, weights: Mapping[str, float]) -> ConstraintSet:
        """Return the constraints, each answer believed as far as is said of its id; others as in ``constraints``."""
        return self._constraints(self.contradicted | dict(weights))

    def _constraints(self, weights: Mapping[str, float]) -> ConstraintSet:
        stated = from_answers(self.heard, self.n_items, weights, self.declared).deduced()
        if not self.overruled:
            return stated
        overruled = (answer for answer in self.answers if answer.id in self.overruled)
        return replace(stated, overruled=from_answers(overruled, self.n_items).members)

    def history(self, budget: int | None, believed: Mapping[str, float] | None = None) -> History:
        """Return what strategies may know of the past, and how far each answer is believed."""
        recent = self.answers[-SKIP_RETURNS:]
        return History(
            asked=tuple(row.question for row in self.questions),
            answers=self.answers,
            believed={id: right for id, right in (believed or {}).items() if id not in self.overruled},
            deferred=_items(answer for answer in recent if answer.choice == SKIP or _unsure_page(answer)),
            barred=self._barred,
            gone=self.gone,
            spent=len(self.answers),
            budget=budget,
        )

    @cached_property
    def _barred(self) -> frozenset[int]:
        """The items nobody can tell; "unsure" of a whole page says that of none of its items."""
        unsure = (answer for answer in self.answers if answer.choice == UNSURE)
        return _items(answer for answer in unsure if not _unsure_page(answer))

    @cached_property
    def _posed(self) -> frozenset[int]:
        """The questions that a person answered in the moment they posed them: an edit that is undone asks nothing."""
        return frozenset(
            line.question
            for line in self.lines
            if line.source == "human" and line.at == self.questions[line.question - 1].at
        )

    @property
    def edits(self) -> tuple[Answer, ...]:
        """The standing answers to such questions."""
        return tuple(self.answer(line) for line in self.standing if line.question in self._posed)

    @cached_property
    def unanswered(self) -> tuple[QuestionRow, ...]:
        """Open questions that are still worth an answer."""
        return tuple(
            row
            for row in self.questions
            if row.number not in self._standing
            and row.number not in self._posed
            and not implied(row.question, self.constraints)
            and not self._barred.intersection(row.question.items)
            and not self._outgrown(row.question)
        )

    def leased(self, annotator: str, at: datetime) -> tuple[list[QuestionRow], list[QuestionRow]]:
        """Return the unanswered questions of this person, and those that others were shown within the last hour."""
        own = [row for row in self.unanswered if row.annotator == annotator]
        others = [row for row in self.unanswered if row.annotator != annotator and at - row.at < LEASE]
        return own, others

    def _outgrown(self, question: Question) -> bool:
        """Whether a question shows what is gone, or once offered all groups that its item may be in and no longer does.

        "None of these" would mislead then.
        """
        if not self.gone.isdisjoint({*question.items, *(item for option in question.options for item in option)}):
            return True
        if not question.exhaustive:
            return False
        closure, (item,) = self.constraints.closure(), question.items
        component = closure.component_of(item)
        offered = {closure.component_of(option[0]) for option in question.options}
        missing = [group for group in self.constraints.groups if group not in offered]
        return not all(component is not None and closure.apart(component, group) for group in missing)

    @property
    def fixed_groups(self) -> int | None:
        """The number of groups last declared, None if none was."""
        fixed = [row.value["value"] for row in self.standing_declarations if row.kind == "n_clusters"]
        last = fixed[-1] if fixed else None
        return last if isinstance(last, int) else None

    def names(self, labels: NDArray[np.int64]) -> dict[int, str]:
        """Return group number to name: a group is called what was last said of an item it holds."""
        said = [row.value for row in self.standing_declarations if row.kind == "name"]
        return {int(labels[value["item"]]): str(value["name"]) for value in said if isinstance(value["item"], int)}

    def colours(self, labels: NDArray[np.int64]) -> dict[int, str]:
        """Return group number to colour, by the same rule."""
        said = [row.value for row in self.standing_declarations if row.kind == "colour"]
        return {int(labels[value["item"]]): str(value["colour"]) for value in said if isinstance(value["item"], int)}

    def provenance(self, labels: NDArray[np.int64]) -> list[str]:
        """Return for each item why it has its label (n,).

        "human": a person was asked about it. "implied": it follows from answers about others. "model": anything else.
        """
        said = (answer for answer in self.answers if answer.choice not in (SKIP, UNSURE))
        asked = _items(answer for answer in said if answer.question.kind in ("same", "member", "page"))
        reasons = ["model"] * self.n_items
        for group, component in enumerate(self.constraints.groups):
            for item in self.constraints.closure().members[component].tolist():
                if labels[item] == group:
                    reasons[item] = "human" if item in asked else "implied"
        return reasons


def implied(question: Question, constraints: ConstraintSet) -> bool:
    """Whether earlier answers settle a question already; a ``page`` once all of its items are known.

    They never settle what is asked again: it is they that are doubted.
    """
    if question.purpose == AGAIN:
        return False
    closure, item = constraints.closure(), question.items[0]
    known = [closure.same(item, option[0]) for option in question.options]
    match question.kind:
        case "same":
            return closure.same(*question.items) is not None
        case "nearer":
            others = {option[0] for option in question.options}
            stated = any(said.anchor == item and {said.near, said.far} == others for said in constraints.triplets)
            return stated or (True in known and False in known)
        case "difficulty":
            return any(mark.item == item for mark in constraints.difficulties)
        case "page":
            leader = question.options[0][0]
            return all(closure.same(shown, leader) is not None for shown in question.items)
    return True in known or (bool(known) and all(answer is False for answer in known))


def _unsure_page(answer: Answer) -> bool:
    return answer.question.kind == "page" and answer.choice == UNSURE


def _items(answers: Iterable[Answer]) -> frozenset[int]:
    return frozenset(item for answer in answers for item in answer.question.items)
