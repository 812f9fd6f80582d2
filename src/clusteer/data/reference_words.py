"""Words that span a criterion: given by a person, found in WordNet, or drawn where labels mean nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.data.wordnet import Sense, WordNet

COUNT = 12
"""Words where nobody says how many."""
_ANY_KIND = ("kind", "kinds", "type", "types", "sort", "species", "category", "class", "variety", "breed", "what")
"""Concepts that ask what a thing is: its kinds are meant, not those of the word."""
_DEEPEST = 4
"""Steps below a sense that are looked at: below, kinds are too special to be named."""


@dataclass(frozen=True)
class ReferenceWords:
    """Words and where they are from.

    Attributes
    ----------
    words : tuple of str
        Each once.
    source : str
        In words: the person, a sense of WordNet and its meaning, an endpoint.
    """

    words: tuple[str, ...]
    source: str


def given_words(text: str) -> tuple[str, ...]:
    """Return the words of a list with commas, each once, in their order.

    Raises
    ------
    InvalidInputError
        If there are less than two.
    """
    words = cleaned(text.split(","))
    if len(words) < 2:
        raise InvalidInputError(
            f"{text!r} holds {len(words)} word{'s' * (len(words) != 1)}; give two or more with commas between, such as "
            "red,green,blue"
        )
    return words


def cleaned(words: Iterable[str]) -> tuple[str, ...]:
    """Return words without space around them and without empty ones, each once whatever its capitals."""
    found: dict[str, str] = {}
    for word in words:
        plain = " ".join(word.split())
        if plain:
            found.setdefault(plain.casefold(), plain)
    return tuple(found.values())


def wordnet_words(
    concept: str, subject: str = "", count: int = COUNT, wordnet: WordNet | None = None
) -> ReferenceWords:
    """Return the best known kinds of a concept from WordNet.

    The sense of the concept is the one that is used most and has kinds. Where the concept asks what a thing is ("kind",
    "species"), the kinds of the subject are meant. Single words come before phrases, then those used more, then those
    nearer to the concept; where a subject is given, words whose meaning names it come first.

    Parameters
    ----------
    concept : str
        What the criterion is about: "colour".
    subject : str
        What is grouped: "fruit".
    count : int
        Most words, at least 2.
    wordnet : WordNet, optional
        Where to look; by default Debian's.

    Raises
    ------
    InvalidInputError
        If ``count`` is below 2.
    NotFoundError
        If WordNet knows no such noun, or less than two kinds of it.
    UnavailableError
        If WordNet is not installed.
    """
    if count < 2:
        raise InvalidInputError(f"{count} words were asked for; ask for at least 2")
    wordnet = wordnet or WordNet()
    looked = subject if subject and concept.lower() in _ANY_KIND else concept
    senses = [sense for sense in wordnet.senses(looked) if sense.narrower]
    if not senses:
        raise NotFoundError(
            f"WordNet knows no kinds of {looked!r}; give the words yourself, with commas between, or another concept"
        )
    sense = senses[0]
    ranked: dict[str, tuple[bool, bool, int, int]] = {}
    for depth, kind in wordnet.kinds(sense):
        if depth > _DEEPEST:
            break
        named = not subject or looked == subject or subject.lower() in kind.gloss.lower()
        uses, word = max(zip(kind.uses, kind.words, strict=True), key=lambda pair: pair[0])
        if word not in sense.words and word[:1].islower():
            ranked.setdefault(word, (not named, " " in word or "-" in word, -uses, depth))
    words = tuple(sorted(ranked, key=lambda word: ranked[word]))[:count]
    if len(words) < 2:
        raise NotFoundError(f"WordNet knows {len(words)} kinds of {looked!r}; give the words yourself")
    return ReferenceWords(words, f"WordNet, kinds of {_named(sense)}")


def random_words(count: int, seed: int, wordnet: WordNet | None = None) -> ReferenceWords:
    """Return nouns drawn from WordNet, for criteria whose labels mean nothing, such as who is on a picture.

    **Source**: Multi-Sub, section 4, which takes ten random words where a language model knows none.

    Raises
    ------
    InvalidInputError
        If ``count`` is below 2.
    UnavailableError
        If WordNet is not installed.
    """
    if count < 2:
        raise InvalidInputError(f"{count} words were asked for; ask for at least 2")
    plain = [noun for noun in (wordnet or WordNet()).nouns if noun.isalpha()]
    drawn = np.random.default_rng(seed).choice(len(plain), min(count, len(plain)), replace=False)
    return ReferenceWords(tuple(plain[place] for place in sorted(drawn.tolist())), "WordNet, drawn at random")


def _named(sense: Sense) -> str:
    meaning = sense.gloss.partition(";")[0].strip()
    return f"{sense.words[0]} ({meaning})"
