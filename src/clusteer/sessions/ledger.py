"""What follows from a session's rows: standing answers, constraints, conflicts, budget, open questions, names.

All of it is computed, none stored, so none can drift from the answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints.closure import Closure
from clusteer.constraints.consistency import Conflict
from clusteer.constraints.constraint_set import ConstraintSet
from clusteer.constraints.from_answers import from_answers
from clusteer.core.questions import SKIP, UNSURE, Answer, History, Question
from clusteer.sessions.rows import AnswerRow, DeclarationRow, QuestionRow

LEASE = timedelta(hours=1)
"""How long a question shown to one person is kept from others."""
SKIP_RETURNS = 50
"""Answers after which an item somebody skipped may be asked about again."""
CONTRADICTED = 0.5
"""How far an answer that is part of a contradiction is believed; at least one of them is wrong."""


@dataclass(frozen=True)
class Ledger:
    """Every row of a session over ``n_items`` items, in order."""

    n_items: int
    questions: tuple[QuestionRow, ...] = ()
    lines: tuple[AnswerRow, ...] = ()
    declarations: tuple[DeclarationRow, ...] = ()

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

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """The standing answers: the latest choice for each question, none where that was retracted."""
        return tuple(self.answer(line) for line in self._standing.values())

    @cached_property
    def _stated(self) -> ConstraintSet:
        return from_answers(self.answers, self.n_items)

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """Contradictions between standing answers."""
        return self._stated.conflicts()

    @cached_property
    def constraints(self) -> ConstraintSet:
        """What the standing answers state; contradicted ones are believed less."""
        weights = {source: CONTRADICTED for conflict in self.conflicts for source in conflict.sources}
        return from_answers(self.answers, self.n_items, weights) if weights else self._stated

    def history(self, budget: int | None) -> History:
        """Return what strategies may know of the past."""
        recent = self.answers[-SKIP_RETURNS:]
        return History(
            asked=tuple(row.question for row in self.questions),
            answers=self.answers,
            deferred=_items(answer for answer in recent if answer.choice == SKIP),
            barred=_items(answer for answer in self.answers if answer.choice == UNSURE),
            spent=len(self.answers),
            budget=budget,
        )

    @cached_property
    def unanswered(self) -> tuple[QuestionRow, ...]:
        """Open questions that are still worth an answer."""
        closure = self.constraints.closure()
        unsure = _items(answer for answer in self.answers if answer.choice == UNSURE)
        return tuple(
            row
            for row in self.questions
            if row.number not in self._standing
            and not implied(row.question, closure)
            and not unsure.intersection(row.question.items)
            and not self._outgrown(row.question)
        )

    def leased(self, annotator: str, at: datetime) -> tuple[list[QuestionRow], list[QuestionRow]]:
        """Return the unanswered questions of this person, and those that others were shown within the last hour."""
        own = [row for row in self.unanswered if row.annotator == annotator]
        others = [row for row in self.unanswered if row.annotator != annotator and at - row.at < LEASE]
        return own, others

    def _outgrown(self, question: Question) -> bool:
        """Whether a question that offered every group does so no longer, so that "none" would mislead."""
        if not question.exhaustive:
            return False
        closure = self.constraints.closure()
        offered = {closure.component_of(option[0]) for option in question.options}
        return not offered.issuperset(self.constraints.groups)

    @property
    def fixed_groups(self) -> int | None:
        """The number of groups last declared, None if none was."""
        fixed = [row.value["value"] for row in self.declarations if row.kind == "n_clusters"]
        return int(fixed[-1]) if fixed and fixed[-1] is not None else None

    def names(self, labels: NDArray[np.int64]) -> dict[int, str]:
        """Return group number to name: a group is called what was last said of an item it holds."""
        said = (row.value for row in self.declarations if row.kind == "name")
        return {int(labels[int(value["item"] or 0)]): str(value["name"]) for value in said}

    def provenance(self, labels: NDArray[np.int64]) -> list[str]:
        """Return for each item why it has its label (n,).

        "human": a person was asked about it. "implied": it follows from answers about others. "model": anything else.
        """
        asked = _items(answer for answer in self.answers if answer.choice not in (SKIP, UNSURE))
        reasons = ["model"] * self.n_items
        for group, component in enumerate(self.constraints.groups):
            for item in self.constraints.closure().members[component].tolist():
                if labels[item] == group:
                    reasons[item] = "human" if item in asked else "implied"
        return reasons


def implied(question: Question, closure: Closure) -> bool:
    """Whether earlier answers settle a question already."""
    if question.kind == "same":
        return closure.same(*question.items) is not None
    known = [closure.same(question.items[0], option[0]) for option in question.options]
    return True in known or (bool(known) and all(answer is False for answer in known))


def _items(answers: Iterable[Answer]) -> frozenset[int]:
    return frozenset(item for answer in answers for item in answer.question.items)
