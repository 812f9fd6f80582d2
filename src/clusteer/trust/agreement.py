"""Where people agree: what one of them said, held against what the answers of the others imply."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clusteer.constraints.constraint_set import ConstraintSet
from clusteer.core.questions import Answer


@dataclass(frozen=True)
class Agreement:
    """How one person's answers compare with those of all others.

    Attributes
    ----------
    answers : int
        Answers of theirs that state links.
    compared : int
        Those of which the others' answers imply whether they are right.
    disagreed : tuple of str
        Ids of those that the others' answers contradict.
    """

    answers: int
    compared: int
    disagreed: tuple[str, ...]


def agreement(answers: Sequence[Answer], constraints: ConstraintSet) -> dict[str, Agreement]:
    """Return for each person how far the others agree; nothing where fewer than two people answered.

    No two people get the same question, so it is not repeated answers that are compared: an answer agrees where the
    must-links and cannot-links of all others together imply each of its links that they decide, and disagrees where
    they imply the contrary of any. O(people x links).

    Parameters
    ----------
    answers : sequence of Answer
        Standing answers.
    constraints : ConstraintSet
        What they and declarations state; declarations count among the others.
    """
    said: dict[str, set[str]] = {}
    for answer in answers:
        said.setdefault(answer.annotator, set()).add(answer.id)
    if len(said) < 2:
        return {}
    return {person: _of(own, constraints) for person, own in sorted(said.items())}


def _of(own: set[str], constraints: ConstraintSet) -> Agreement:
    others = constraints.without(own).closure()
    stated, decided, disagreed = set[str](), set[str](), dict[str, None]()
    for links, together in ((constraints.must, True), (constraints.cannot, False)):
        rows = np.flatnonzero([source in own for source in links.sources])
        same, apart = others.known(links.pairs[rows])
        for row, agrees, contradicts in zip(
            rows.tolist(), *((same, apart) if together else (apart, same)), strict=True
        ):
            source = links.sources[row]
            stated.add(source)
            if agrees or contradicts:
                decided.add(source)
            if contradicts:
                disagreed[source] = None
    return Agreement(len(stated), len(decided), tuple(disagreed))
