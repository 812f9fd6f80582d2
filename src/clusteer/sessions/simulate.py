"""A whole session with a simulated person: how good the grouping is after how many answers."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clusteer.core.checks import check_labels
from clusteer.core.errors import InvalidInputError
from clusteer.core.index import Index
from clusteer.core.questions import AUDIT, Answer, Question
from clusteer.core.seeds import child_seed
from clusteer.data.images import ImageSet
from clusteer.metrics import accuracy, ari, nmi
from clusteer.queries.costs import human_seconds
from clusteer.queries.oracles import Oracle
from clusteer.sessions.audit import Sureness, known_sureness
from clusteer.sessions.deep_fit import fit_deep
from clusteer.sessions.no_harm import Comparison, compare_with_earlier
from clusteer.sessions.registry import DEEP_METHODS
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from clusteer.trust.reliability import Reliability

INSTANT = "propagation"


@dataclass(frozen=True)
class Point:
    """Where a simulation stood.

    Attributes
    ----------
    answers : int
        Questions answered, skips included.
    human_seconds : float
        What they would have cost a person.
    acc, nmi, ari : float
        Agreement with the truth.
    update_seconds, ask_seconds : float
        Median time to take in an answer, and to find the next question, since the point before.
    """

    answers: int
    human_seconds: float
    acc: float
    nmi: float
    ari: float
    update_seconds: float
    ask_seconds: float


@dataclass(frozen=True)
class Curve:
    """A simulation: its points, and what is known at its end.

    Attributes
    ----------
    points : tuple of Point
        Where it stood.
    labels : (n,) int64
        The groups.
    answers : tuple of Answer
        The standing answers.
    reliability : Reliability
        How far they are believed.
    sureness : Sureness or None
        What audit answers tell of the groups; None where none tells of any.
    compared : Comparison or None
        How the groups compare with those before any answer, as these answers tell; None without audit answers,
        and with fewer than 20 to tell by.
    """

    points: tuple[Point, ...]
    labels: NDArray[np.int64]
    answers: tuple[Answer, ...]
    reliability: Reliability
    sureness: Sureness | None
    compared: Comparison | None


def simulate(
    index: Index,
    truth: ArrayLike,
    *,
    budget: int,
    oracle: Oracle,
    n_clusters: int | None = None,
    method: str = "propagation",
    strategy: str = "margin",
    seed: int = 0,
    answers: Sequence[Answer] | None = None,
    marks: Iterable[int] | None = None,
) -> Curve:
    """Ask, answer from the truth, update, again and again, in a real session over a database in memory.

    Parameters
    ----------
    index : Index
        The items.
    truth : (n,) labels
        What the simulated person has in mind, and what the grouping is measured against.
    budget : int
        Questions shown in all, skips included. Fewer are where the strategy has nothing left to ask.
    oracle : Oracle
        How the person answers.
    n_clusters : int, optional
        Number of groups; without it the answers decide.
    method, strategy : str
        As of a session. With a deep method the session asks by its instant engine as always; the method is trained
        where the grouping is measured, each time on from the time before, and ``update_seconds`` says how long it took.
    seed : int
        Seed of session and oracle.
    answers : sequence of Answer, optional
        Recorded answers, to be taken in this order instead of asking.
    marks : iterable of int, optional
        Numbers of answers to measure at; default 0, 10, 20, 50, 100, 200, ... The end is always measured.

    Raises
    ------
    InvalidInputError
        If truth and items differ in number, or the budget is below 1.
    """
    codes, deep = check_labels(truth, len(index), "truth"), method in DEEP_METHODS
    if budget < 1:
        raise InvalidInputError(f"the budget is {budget} questions; give at least 1")
    stops = {mark for mark in (default_marks(budget) if marks is None else marks) if mark <= budget}
    with TemporaryDirectory() as home:
        session = Session.create(
            "simulation", ImageSet.from_features("simulation", index.embedding), index,
            store=Store(Path(home), "sqlite://"), method=INSTANT if deep else method, strategy=strategy,
            n_clusters=n_clusters, budget=budget, seed=seed,
        )  # fmt: skip
        rng = np.random.default_rng(child_seed(seed, "oracle"))
        steps = _ask(session, oracle, codes, rng) if answers is None else _repeat(session, answers[:budget])
        points, spent, number = [], 0.0, 0
        updates, asks = [_seconds(session.refit)], [0.0]
        labels = session.clustering.labels

        def measure() -> Point:
            nonlocal labels, updates
            if deep:
                start = time.perf_counter()
                labels = fit_deep(session, method).clustering.labels
                updates = [time.perf_counter() - start]
            else:
                labels = session.clustering.labels
            scores = (accuracy(codes, labels), nmi(codes, labels), ari(codes, labels))
            return Point(number, spent, *scores, median(updates), median(asks))

        if 0 in stops:
            points.append(measure())
        for number, (question, choice, ask_seconds) in enumerate(steps, 1):
            session.tell(question.id, choice, source="simulated")
            updates.append(_seconds(session.refit))
            asks.append(ask_seconds)
            spent += human_seconds(question, choice)
            if number in stops:
                points.append(measure())
                updates, asks = [], []
        if not points or points[-1].answers < number:
            points.append(measure())
        said = session.ledger.answers
        audited = any(answer.question.purpose == AUDIT for answer in said)
        sureness, compared = (known_sureness(session), compare_with_earlier(session)) if audited else (None, None)
        return Curve(tuple(points), labels, said, session.reliability(), sureness, compared)


def _ask(
    session: Session, oracle: Oracle, truth: NDArray[np.int64], rng: np.random.Generator
) -> Iterator[tuple[Question, str, float]]:
    """Yield question, choice, and seconds to find the question, until nothing is asked."""
    while True:
        start = time.perf_counter()
        asked = session.ask(1)
        seconds = time.perf_counter() - start
        if not asked:
            return
        yield asked[0], oracle.answer(asked[0], truth, rng), seconds


def _repeat(session: Session, answers: Sequence[Answer]) -> Iterator[tuple[Question, str, float]]:
    """Yield recorded answers as if they were given now."""
    for answer in answers:
        (question,) = session.pose([answer.question])
        yield question, answer.choice, 0.0


def default_marks(budget: int) -> tuple[int, ...]:
    """Return 0, 10, 20, 50, 100 and every further hundred up to the budget."""
    return tuple(mark for mark in (0, 10, 20, 50, *range(100, budget + 1, 100)) if mark <= budget)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
