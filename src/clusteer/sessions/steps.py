"""What a person did in one go: an answer, or an edit that poses and answers several questions; and how to undo it.

Nothing marks an edit but its time: its questions and answers are written in one transaction and share a moment, while
a question that was asked is older than its answer. What undoes a step writes its retractions together with the answers
that the step had withdrawn, which are told anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clusteer.sessions.ledger import Ledger
    from clusteer.sessions.rows import AnswerRow


@dataclass(frozen=True)
class Step:
    """What one transaction told.

    Attributes
    ----------
    annotator : str
        Who.
    told : tuple of AnswerRow
        The lines that stand of it.
    withdrawn : tuple of AnswerRow
        The lines it took back and that nobody has told anew since.
    """

    annotator: str
    told: tuple[AnswerRow, ...]
    withdrawn: tuple[AnswerRow, ...]


def last_step(ledger: Ledger, annotator: str) -> Step | None:
    """Return the last step of a person of which anything stands; None where there is none."""
    owner: dict[int, int] = {}
    people: list[str] = []
    withdrawn: list[list[AnswerRow]] = []
    for _, together in groupby(ledger.lines, lambda line: line.at):
        for lines in _transactions(list(together), ledger):
            retracted = [ledger.lines[line.retracts - 1] for line in lines if line.retracts is not None]
            told = [line for line in lines if line.retracts is None]
            if not told or (retracted and not any(_posed(line, ledger) for line in told)):
                continue  # An undoing: what it tells anew belongs to the step that told it first.
            owner.update((line.question, len(people)) for line in told)
            people.append(told[0].annotator)
            withdrawn.append(retracted)
    steps: dict[int, list[AnswerRow]] = {}
    for line in ledger.standing:
        if people[owner[line.question]] == annotator:
            steps.setdefault(owner[line.question], []).append(line)
    if not steps:
        return None
    last = max(steps)
    answered = {line.question for line in ledger.standing}
    lost = tuple(line for line in withdrawn[last] if line.question not in answered)
    return Step(annotator, tuple(sorted(steps[last], key=lambda line: line.seq)), lost)


def _transactions(lines: list[AnswerRow], ledger: Ledger) -> Iterable[list[AnswerRow]]:
    """Return what was written at one moment, each import's answers apart: these are undone one by one."""
    return [lines] if all(line.source == "human" for line in lines) else [[line] for line in lines]


def _posed(line: AnswerRow, ledger: Ledger) -> bool:
    return ledger.questions[line.question - 1].at == line.at
