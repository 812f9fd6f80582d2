"""Items in plain blobs, and a person who answers about them: what the tests of methods and strategies work on."""

from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints import ConstraintSet, from_answers
from clusteer.core import Answer, Index, Question
from clusteer.neighbors import build_index

NOWHERE = -1
"""A class that no group is of: who takes an item for it answers "none"."""


def blobs(
    n: int = 120, k: int = 4, d: int = 8, seed: int = 0, spread: float = 1.0
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Features (n, d) in k groups with centres about 4 sqrt(2 d) apart, and the groups: 0, 1, .., k - 1, 0, 1, ..."""
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % k
    centres = rng.normal(size=(k, d)) * 4
    return (centres[truth] + spread * rng.normal(size=(n, d))).astype(np.float32), truth.astype(np.int64)


@cache
def blob_index(n: int = 120, k: int = 4, d: int = 8, seed: int = 0, spread: float = 1.0) -> Index:
    """The Index of ``blobs`` with the same arguments."""
    return build_index(blobs(n, k, d, seed, spread)[0], "test")


def answers_about(
    items: Iterable[int], truth: NDArray[np.int64], mistaken: Mapping[int, int] | None = None
) -> list[Answer]:
    """What a person says who is shown the items one by one beside the leader of each open group.

    The first two are shown as a pair. ``mistaken`` tells for some items the class that the person takes them for.
    """
    seen = truth.copy()
    for item, taken_for in (mistaken or {}).items():
        seen[item] = taken_for
    first, second, *others = items
    choice = "same" if seen[first] == seen[second] else "different"
    answers = [Answer(Question("q1", "same", (first, second)), choice, id="a1", seq=1)]
    for number, item in enumerate(others, 2):
        leaders = from_answers(answers, len(truth)).leaders
        choice = next((str(i) for i, leader in enumerate(leaders, 1) if truth[leader] == seen[item]), "none")
        shown = tuple((leader,) for leader in leaders)
        question = Question(f"q{number}", "member", (item,), shown, exhaustive=True)
        answers.append(Answer(question, choice, id=f"a{number}", seq=number))
    return answers


def told(items: Iterable[int], truth: NDArray[np.int64], mistaken: Mapping[int, int] | None = None) -> ConstraintSet:
    """The constraints that ``answers_about`` states."""
    return from_answers(answers_about(items, truth, mistaken), len(truth))
