"""TF-IDF: which of a collection's most common words a text holds, each the weightier the fewer texts hold it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from clusteer.core.errors import InvalidInputError

if TYPE_CHECKING:
    from scipy.sparse import csr_array
    from sklearn.feature_extraction.text import TfidfVectorizer

TFIDF = "tfidf"
"""The name of this encoder."""
N_WORDS = 2000
_FORMAT = "clusteer words 1"
_WORD = r"(?u)\b\w\w+\b"


@dataclass(frozen=True, eq=False)
class Tfidf:
    """The words of a collection and their weights; it encodes other texts as it does the collection's own.

    A word is a run of two or more letters and digits, in lower case. It counts 1 + ln(times it occurs in the text),
    times its weight; vectors have length 1, or 0 where a text holds none of the words.

    Attributes
    ----------
    words : tuple of D str
        In alphabetical order.
    weights : (D,) float64
        Inverse document frequency of each, ln((1 + n) / (1 + texts that hold it)) + 1.

    Notes
    -----
    Zhang, Basu and Davidson (2019) take "TF-IDF features on the 2000 most common words" of Reuters and say no more.
    The logarithm of counts and the length of 1 are those of the Reuters features that DEC's successors share.
    """

    words: tuple[str, ...]
    weights: NDArray[np.float64]

    @classmethod
    def fit(cls, texts: Sequence[str], n_words: int = N_WORDS) -> Self:
        """Return the most common words of n texts, at most ``n_words``.

        Raises
        ------
        InvalidInputError
            If the texts hold no word.
        """
        model = _vectorizer(max_features=n_words)
        try:
            model.fit(texts)
        except ValueError as fault:
            raise InvalidInputError(
                f"the {len(texts)} texts hold no word of two letters or more, which is what {TFIDF} goes by; give "
                "other texts, or features of your own"
            ) from fault
        return cls(tuple(model.get_feature_names_out().tolist()), np.asarray(model.idf_, np.float64))

    def encode(self, texts: Sequence[str]) -> "csr_array":
        """Return the (n, D) float32 vectors of n texts, as a sparse array."""
        from scipy.sparse import csr_array

        return csr_array(self._model.transform(texts))

    def to_json(self) -> bytes:
        """Return words and weights as UTF-8 JSON, every bit of the weights kept."""
        content = {"format": _FORMAT, "words": self.words, "weights": self.weights.tolist()}
        return json.dumps(content, ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Return what ``to_json`` wrote.

        Raises
        ------
        InvalidInputError
            If it is something else.
        """
        try:
            read = json.loads(content)
            if read["format"] != _FORMAT or len(read["words"]) != len(read["weights"]):
                raise ValueError(f"not of the format {_FORMAT!r}")
            return cls(tuple(read["words"]), np.array(read["weights"], np.float64))
        except (ValueError, KeyError, TypeError) as fault:
            raise InvalidInputError(f"the words of the encoder {TFIDF} are damaged: {fault}") from fault

    @cached_property
    def _model(self) -> "TfidfVectorizer":
        model = _vectorizer(vocabulary=self.words)
        model.idf_ = self.weights
        return model


def _vectorizer(max_features: int | None = None, vocabulary: Sequence[str] | None = None) -> "TfidfVectorizer":
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(
        max_features=max_features, vocabulary=vocabulary, token_pattern=_WORD, sublinear_tf=True, dtype=np.float32
    )
