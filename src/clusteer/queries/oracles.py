"""People who can be simulated: each answers one question from the truth. Benchmarks and tests only."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.core.questions import (
    DIFFERENT,
    EASY,
    HARD,
    NONE,
    SAME,
    SKIP,
    UNSURE,
    Question,
    outside,
    page_choice,
    substantive_choices,
)

ALIKE = 10
"""Items most like one that decide whether it is a clear case."""


class Oracle(Protocol):
    """Answers questions; ``truth`` is (n,) int64, ``rng`` the only source of chance."""

    def answer(self, question: Question, truth: NDArray[np.int64], rng: np.random.Generator) -> str:
        """Return one of the question's legal choices."""


@dataclass(frozen=True)
class ByExemplar:
    """What a person sees: an item belongs to a group where a shown exemplar is of the item's own class.

    Where that holds of several groups it is the one of which the largest share is, and the first of those alike.

    Attributes
    ----------
    reference : (n, d) float32, optional
        Unit rows: how alike items look to this person. With it, ``nearer`` is answered by look where the classes do
        not decide, and ``difficulty``: an item is easy where most of the ten that look most like it are of its class.
        Without it both are skipped, since nothing this person knows would tell; a guess would only be noise.
    """

    reference: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)

    def answer(self, question: Question, truth: NDArray[np.int64], rng: np.random.Generator) -> str:
        """Return the choice that the pictures shown justify."""
        return _answer(question, question.options, truth, self.reference)


@dataclass(frozen=True)
class Truth:
    """What a person knows who remembers each group's first member: reads only the leader of an option.

    ``reference`` is that of ``ByExemplar``.
    """

    reference: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)

    def answer(self, question: Question, truth: NDArray[np.int64], rng: np.random.Generator) -> str:
        """Return the choice that the leaders justify."""
        return _answer(question, tuple(option[:1] for option in question.options), truth, self.reference)


@dataclass(frozen=True, eq=False)
class Matched:
    """The user of IDC's paper: accepts a *cluster*, namely the one that is matched to the item's class.

    Classes are matched to clusters one to one so that most items agree. The pictures shown for a cluster are not
    looked at, so a class is on offer even where no picture of it is. Such an answer says nothing of pictures: give it
    the source "cluster", so that it makes no link, and read it with ``constraints.cluster_answers``.

    Attributes
    ----------
    labels : (n,) int64
        The clusters that are asked about; an option stands for that of its first exemplar.
    """

    labels: NDArray[np.int64]

    def answer(self, question: Question, truth: NDArray[np.int64], rng: np.random.Generator) -> str:
        """Return the option whose cluster is matched to the item's class; other kinds are answered by class."""
        if question.kind != "member":
            return _answer(question, question.options, truth, None)
        offered = self.labels[[option[0] for option in question.options]].tolist()
        matched = self._matched(truth).get(int(truth[question.items[0]]))
        return str(offered.index(matched) + 1) if matched in offered else NONE

    def _matched(self, truth: NDArray[np.int64]) -> dict[int, int]:
        agree = np.zeros((int(truth.max()) + 1, int(self.labels.max()) + 1), np.int64)
        np.add.at(agree, (truth, self.labels), 1)
        classes, clusters = linear_sum_assignment(agree, maximize=True)
        return dict(zip(classes.tolist(), clusters.tolist(), strict=True))


def _answer(
    question: Question,
    options: tuple[tuple[int, ...], ...],
    truth: NDArray[np.int64],
    reference: NDArray[np.float32] | None,
) -> str:
    """Answer by class, options judged by these of their exemplars; by look where ``nearer`` leaves the class open."""
    item = question.items[0]
    fit = np.array([(truth[list(option)] == truth[item]).mean() for option in options])
    match question.kind:
        case "same":
            first, second = question.items
            return SAME if truth[first] == truth[second] else DIFFERENT
        case "page":
            classes = truth[list(options[0])]
            return page_choice(question, [shown for shown in question.items if truth[shown] not in classes])
        case "nearer" if np.count_nonzero(fit) != 1:
            # A person whose criterion holds for both or for neither goes by how the pictures look.
            return SKIP if reference is None else _nearest(item, options, reference)
        case "difficulty":
            return SKIP if reference is None else _clear(item, truth, reference)
    return str(int(fit.argmax()) + 1) if fit.any() else NONE


def _nearest(item: int, options: tuple[tuple[int, ...], ...], reference: NDArray[np.float32]) -> str:
    likeness = reference[[option[0] for option in options]] @ reference[item]
    return str(int(np.argmax(likeness)) + 1)


def _clear(item: int, truth: NDArray[np.int64], reference: NDArray[np.float32]) -> str:
    likeness = reference @ reference[item]
    likeness[item] = -np.inf
    alike = np.argsort(-likeness, kind="stable")[: min(ALIKE, len(truth) - 1)]
    return EASY if (truth[alike] == truth[item]).sum() * 2 > len(alike) else HARD


@dataclass(frozen=True)
class Noisy:
    """Wrong with probability ``rate``: then a uniform choice among the other choices that say something.

    On a ``page`` the verdict on each item is wrong with that probability, whatever the others are. Skips are not drawn
    as errors: they would be the mildest of them.
    """

    rate: float
    oracle: Oracle = field(default_factory=ByExemplar)

    def __post_init__(self) -> None:
        """Check the rate."""
        if not 0 <= self.rate <= 1:
            raise InvalidInputError(f"noise is {self.rate}; give a probability from 0 to 1")

    def answer(self, question: Question, truth: NDArray[np.int64], rng: np.random.Generator) -> str:
        """Return the right choice, or with probability ``rate`` a wrong one."""
        right = self.oracle.answer(question, truth, rng)
        if right in (SKIP, UNSURE):
            return right
        if question.kind == "page":
            wrong = rng.random(len(question.items)) < self.rate
            left_out = set(outside(question, right))
            verdicts = zip(question.items, wrong, strict=True)
            return page_choice(question, [item for item, turned in verdicts if (item in left_out) != turned])
        others = [choice for choice in substantive_choices(question) if choice != right]
        if not others or rng.random() >= self.rate:
            return right
        return others[int(rng.integers(len(others)))]


@dataclass(frozen=True)
class Lazy:
    """Skips with probability ``rate``, else answers as another oracle does."""

    rate: float
    oracle: Oracle = field(default_factory=ByExemplar)

    def __post_init__(self) -> None:
        """Check the rate."""
        if not 0 <= self.rate < 1:
            raise InvalidInputError(f"the skip rate is {self.rate}; give a probability from 0 to below 1")

    def answer(self, question: Question, truth: NDArray[np.int64], rng: np.random.Generator) -> str:
        """Return "skip" or the other oracle's choice."""
        return SKIP if rng.random() < self.rate else self.oracle.answer(question, truth, rng)


ORACLES: dict[str, type[ByExemplar] | type[Truth]] = {"by-exemplar": ByExemplar, "truth": Truth}


def get_oracle(
    name: str, noise: float = 0.0, skip_rate: float = 0.0, reference: NDArray[np.float32] | None = None
) -> Oracle:
    """Return the named oracle, made noisy and lazy as asked; ``reference`` is that of ``ByExemplar``.

    Raises
    ------
    NotFoundError
        If no oracle has that name.
    """
    if name not in ORACLES:
        raise NotFoundError(f"there is no oracle named {name!r}; known are {', '.join(ORACLES)}")
    oracle: Oracle = ORACLES[name](reference)
    if noise:
        oracle = Noisy(noise, oracle)
    return Lazy(skip_rate, oracle) if skip_rate else oracle
