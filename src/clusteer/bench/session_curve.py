"""A simulated session, measured along the way: what was answered, and what the closure made of it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints import ConstraintSet, from_answers
from clusteer.constraints.overruled import overruled_answers
from clusteer.core import Answer, Question
from clusteer.queries.oracles import Oracle, get_oracle
from clusteer.sessions.simulate import simulate

if TYPE_CHECKING:
    from clusteer.core import Index


def session_curve(
    index: "Index",
    truth: NDArray[np.int64],
    *,
    budget: int,
    noise: float,
    strategy: str,
    seed: int,
    marks: Iterable[int] | None = None,
) -> list[dict[str, float]]:
    """Return the points of a session with the number of groups unknown, each with its links.

    Parameters
    ----------
    index, truth, budget, strategy, seed, marks
        As of ``simulate``.
    noise : float
        Share of wrong answers.
    """
    person = _Remembering(get_oracle("by-exemplar", noise))
    curve = simulate(index, truth, budget=budget, oracle=person, strategy=strategy, seed=seed, marks=marks)
    return [asdict(point) | count_links(_told(person.answers[: point.answers], len(truth))) for point in curve.points]


def _told(answers: Sequence[Answer], n_items: int) -> ConstraintSet:
    overruled = overruled_answers(answers, n_items)
    return from_answers((answer for answer in answers if answer.id not in overruled), n_items)


def count_links(constraints: ConstraintSet) -> dict[str, float]:
    """Return how many links were stated, and of how many pairs the closure knows the answer.

    The pairs are counted by the sizes of components, none is written out.
    """
    closure = constraints.closure()
    sizes = np.bincount(closure.component, minlength=closure.n_components)
    together = int((sizes * (sizes - 1) // 2).sum())
    apart = int(sizes[closure.apart_pairs].prod(axis=1).sum())
    return {"links": len(constraints.must) + len(constraints.cannot), "pairs_known": together + apart}


@dataclass
class _Remembering:
    """A simulated person, and all they answered."""

    oracle: Oracle
    answers: list[Answer] = field(default_factory=list)

    def answer(self, question: Question, truth: NDArray[np.int64], rng: np.random.Generator) -> str:
        """Return what the person says."""
        choice = self.oracle.answer(question, truth, rng)
        self.answers.append(Answer(question, choice, id=f"a{len(self.answers) + 1}"))
        return choice
