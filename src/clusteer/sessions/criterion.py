"""A criterion in words: what a session is encoded by, kept as a declaration, and what its first groups are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from clusteer.core.errors import InvalidInputError, NotFoundError, UnavailableError

if TYPE_CHECKING:
    from clusteer.sessions.rows import Declaration
    from clusteer.sessions.session import Session

_ENOUGH = 0.3
"""Least mean probability of a word in a group that it names."""
OPEN = "*"
"""Stands for a word in a template."""


@dataclass(frozen=True)
class Criterion:
    """What a person wants pictures grouped by.

    Attributes
    ----------
    said : str
        As it was said: "by colour", "colour", or a whole text with "*" for the word.
    words : tuple of str
        Reference words.
    source : str
        Where the words are from.
    """

    said: str
    words: tuple[str, ...]
    source: str

    @property
    def template(self) -> str:
        """The text whose "*" stands for a word."""
        return self.said if OPEN in self.said else f"a picture with the {concept(self.said)} of {OPEN}"


def concept(said: str) -> str:
    """Return what a criterion is about: "colour" of "by colour"."""
    return said.strip().removeprefix("by ").strip()


def read_criterion(said: str | None, words: str | None) -> Criterion:
    """Return a criterion from what was given of it: its name, its words with commas, or both.

    Raises
    ------
    InvalidInputError
        If there are less than two words, or they are to be found and cannot be.
    """
    from clusteer.data.reference_words import given_words, wordnet_words

    if words is not None:
        return Criterion(said or f"a picture of {OPEN}", given_words(words), "given")
    if said is None or not concept(said) or OPEN in said:
        raise InvalidInputError("there are no words for the criterion; give them: --words red,green,blue")
    try:
        found = wordnet_words(concept(said))
    except (NotFoundError, UnavailableError) as fault:
        raise InvalidInputError(f"{fault}; here: --words one,two,three") from fault
    return Criterion(said, found.words, found.source)


def encoder_for(criterion: Criterion, base: str | None) -> str:
    """Return the name of the encoder that sees pictures as a criterion does.

    Parameters
    ----------
    criterion : Criterion
        The criterion.
    base : str, optional
        An encoder that knows words, by default the bundled one; others joined to it by "+" are kept beside it.

    Raises
    ------
    InvalidInputError
        If the base knows no words.
    """
    from clusteer.encoders import TINY_CLIP, criterion_name, get_joint_encoder

    first, *others = (base or TINY_CLIP).split("+")
    get_joint_encoder(first)
    return "+".join([criterion_name(first, criterion.template, criterion.words), *others])


def name_groups(session: Session, criterion: Criterion) -> None:
    """Declare the criterion of a new session, and name its groups by the words they are nearest to.

    A word names one group at most, and only one in which it is likely. The name is given to the item that has most of
    the word, and stays with it when answers move groups.
    """
    from clusteer.encoders import encode

    own = session.row.encoder.partition("+")[0]
    weights = np.asarray(encode(session.images, own)[:, : len(criterion.words)]) ** 2
    weights /= weights.sum(axis=1, keepdims=True)
    labels = session.clustering.labels
    items, words = _called(labels, weights)
    said: Declaration = {"criterion": criterion.said, "template": criterion.template, "words": [*criterion.words]}
    statements: list[tuple[str, Declaration]] = [("criterion", said)]
    for item, word in zip(items, words, strict=True):
        statements.append(("name", {"item": item, "name": criterion.words[word]}))
    session.declare_all(statements)


def _called(labels: NDArray[np.int64], weights: NDArray[np.float32]) -> tuple[list[int], list[int]]:
    """Return for each group that a word names the item with most of it, and the word."""
    k = int(labels.max()) + 1
    mean = np.array([weights[labels == group].mean(axis=0) for group in range(k)])
    items, words = [], []
    for group, word in zip(*linear_sum_assignment(mean, maximize=True), strict=True):
        if mean[group, word] >= _ENOUGH:
            items.append(int(np.where(labels == group, weights[:, word], -1).argmax()))
            words.append(int(word))
    return items, words
