"""A criterion in words is read, kept, and names the groups that are near its words."""

import numpy as np
import pytest

from clusteer.core.errors import InvalidInputError, NotFoundError, UnavailableError
from clusteer.data import reference_words
from clusteer.data.reference_words import ReferenceWords
from clusteer.sessions.criterion import Criterion, _called, concept, encoder_for, read_criterion


@pytest.mark.parametrize(
    ("said", "about", "template"),
    [("by colour", "colour", "a picture with the colour of *"), ("form", "form", "a picture with the form of *"),
     (" by size ", "size", "a picture with the size of *"), ("a face with *", "a face with *", "a face with *")],
)  # fmt: skip
def test_what_was_said_becomes_a_text_with_a_place_for_a_word(said: str, about: str, template: str) -> None:
    assert concept(said) == about
    assert Criterion(said, ("a", "b"), "given").template == template


def test_words_are_taken_as_given_and_else_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_criterion("by colour", "red, blue").words == ("red", "blue")
    assert read_criterion(None, "cat,dog").template == "a picture of *"
    found = ReferenceWords(("red", "green"), "WordNet, kinds of color")
    monkeypatch.setattr(reference_words, "wordnet_words", lambda concept: found)
    assert read_criterion("by colour", None) == Criterion("by colour", found.words, found.source)


@pytest.mark.parametrize("fault", [NotFoundError("no kinds"), UnavailableError("no WordNet")])
def test_words_that_cannot_be_found_are_asked_for(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    def fail(concept: str) -> ReferenceWords:
        raise fault

    monkeypatch.setattr(reference_words, "wordnet_words", fail)
    with pytest.raises(InvalidInputError, match=f"{fault}; here: --words one,two,three"):
        read_criterion("colour", None)
    with pytest.raises(InvalidInputError, match="there are no words for the criterion"):
        read_criterion("a face with *", None)
    with pytest.raises(InvalidInputError, match="holds 1 word"):
        read_criterion("colour", "red")


def test_the_encoder_is_the_bundled_one_or_one_that_knows_words() -> None:
    criterion = Criterion("by colour", ("red", "blue"), "given")
    name = "tiny-clip::a picture with the colour of *::red,blue"
    assert encoder_for(criterion, None) == name
    assert encoder_for(criterion, "tiny-clip+pixels") == f"{name}+pixels"
    with pytest.raises(InvalidInputError, match="knows no words; choose tiny-clip"):
        encoder_for(criterion, "efficientnet-lite0")


def test_a_word_names_one_group_and_only_where_it_is_likely() -> None:
    labels = np.array([0, 0, 1, 1, 2])
    weights = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.4, 0.6], [0.2, 0.2]], np.float32)
    assert _called(labels, weights) == ([0, 3], [0, 1])
    weights[2:4, 1] = 0.1
    assert _called(labels, weights) == ([0], [0])
