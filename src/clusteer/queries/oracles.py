"""People who can be simulated: each answers one question from the truth. Benchmarks and tests only."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.core.questions import DIFFERENT, NONE, SAME, SKIP, Question, substantive_choices


class Oracle(Protocol):
    """Answers questions; ``truth`` is (n,) int64, ``rng`` the only source of chance."""

    def answer(self, question: Question, truth: NDArray[np.int64], rng: np.random.Generator) -> str:
        """Return one of the question's legal choices."""


@dataclass(frozen=True)
class ByExemplar:
    """What a person sees: accepts the first option with a shown exemplar of the item's own class."""

    def answer(self, question: Question, truth: NDArray[np.int64], rng: np.random.Generator) -> str:
        """Return the choice that the pictures shown justify."""
        if question.kind == "same":
            first, second = question.items
            return SAME if truth[first] == truth[second] else DIFFERENT
        wanted = truth[question.items[0]]
        for position, option in enumerate(question.options):
            if (truth[list(option)] == wanted).any():
                return str(position + 1)
        return NONE


@dataclass(frozen=True)
class Truth:
    """What a person knows who remembers each group's first member: reads only the leader of an option."""

    def answer(self, question: Question, truth: NDArray[np.int64], rng: np.random.Generator) -> str:
        """Return the choice that the leaders justify."""
        if question.kind == "same":
            return ByExemplar().answer(question, truth, rng)
        wanted = truth[question.items[0]]
        leaders = [option[0] for option in question.options]
        return next((str(i + 1) for i, leader in enumerate(leaders) if truth[leader] == wanted), NONE)


@dataclass(frozen=True)
class Noisy:
    """Wrong with probability ``rate``: then a uniform choice among the other choices that say something.

    Skips are not drawn as errors: they would be the mildest of them.
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
        others = [choice for choice in substantive_choices(question) if choice != right]
        if right == SKIP or not others or rng.random() >= self.rate:
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


def get_oracle(name: str, noise: float = 0.0, skip_rate: float = 0.0) -> Oracle:
    """Return the named oracle, made noisy and lazy as asked.

    Raises
    ------
    NotFoundError
        If no oracle has that name.
    """
    if name not in ORACLES:
        raise NotFoundError(f"there is no oracle named {name!r}; known are {', '.join(ORACLES)}")
    oracle: Oracle = ORACLES[name]()
    if noise:
        oracle = Noisy(noise, oracle)
    return Lazy(skip_rate, oracle) if skip_rate else oracle
