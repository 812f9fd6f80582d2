"""TF-IDF against a plain loop, and words that survive being stored."""

import math
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteer.core.errors import InvalidInputError
from clusteer.encoders import Tfidf

TEXTS = st.lists(st.text("abc Ü1.", max_size=30), min_size=1, max_size=8)
HAS_WORD = re.compile(r"\w\w")


def naive(texts: list[str], others: list[str]) -> tuple[list[str], list[list[float]]]:
    """All words of ``texts`` and what they make of ``others``."""
    known = [re.findall(r"\b\w\w+\b", text.lower()) for text in texts]
    words = sorted({word for found in known for word in found})
    weight = {
        word: math.log((1 + len(texts)) / (1 + sum(word in found for found in known))) + 1 for word in words
    }  # fmt: skip
    rows = []
    for text in others:
        times = Counter(re.findall(r"\b\w\w+\b", text.lower()))
        row = [(1 + math.log(times[word])) * weight[word] if times[word] else 0.0 for word in words]
        length = math.sqrt(sum(value * value for value in row)) or 1.0
        rows.append([value / length for value in row])
    return words, rows


@settings(max_examples=40, deadline=None)
@given(TEXTS.filter(lambda texts: any(map(HAS_WORD.search, texts))), TEXTS)
def test_as_a_plain_loop_has_it(texts: list[str], others: list[str]) -> None:
    words, rows = naive(texts, others)
    model = Tfidf.fit(texts)
    encoded = model.encode(others)
    assert list(model.words) == words
    assert encoded.shape == (len(others), len(words))
    assert encoded.dtype == np.float32
    np.testing.assert_allclose(encoded.toarray(), rows, atol=1e-6)


def test_the_most_common_words_are_kept() -> None:
    model = Tfidf.fit(["rare common common", "common other other", "common"], n_words=2)
    assert model.words == ("common", "other")
    assert model.encode(["rare words", ""]).nnz == 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(min_size=2), min_size=1).filter(lambda texts: any(map(HAS_WORD.search, texts))))
def test_stored_words_encode_the_same(texts: list[str]) -> None:
    model = Tfidf.fit(texts)
    again = Tfidf.from_json(model.to_json())
    assert again.words == model.words
    assert (again.encode(texts) != model.encode(texts)).nnz == 0


def test_texts_without_words_and_damaged_words_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="the 2 texts hold no word"):
        Tfidf.fit(["?", "a b c"])
    whole = Tfidf.fit(["some words"]).to_json()
    for damaged in (b"", b"[]", b"{}", whole[:-10], whole.replace(b"clusteer words 1", b"clusteer words 9"), b"\xff"):
        with pytest.raises(InvalidInputError, match="are damaged"):
            Tfidf.from_json(damaged)
