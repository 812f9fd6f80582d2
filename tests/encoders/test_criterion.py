"""A criterion's view of pictures: probabilities of its words, beside the pictures, from features cached once."""

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from clusteer.core import InvalidInputError
from clusteer.data import ImageSet, scenes
from clusteer.encoders import criterion_name, encode, estimate, get_encoder, get_joint_encoder
from clusteer.encoders.criterion import WORDS as LENGTH

TEMPLATE, WORDS = "a picture with the color of *", ("red", "green", "blue")
NAME = criterion_name("tiny-clip", TEMPLATE, WORDS)


@pytest.fixture(scope="module")
def drawn() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    pixels, truths = scenes.drawn(2, 31)
    return pixels, truths["color"]


def test_the_parts_are_what_clip_says_of_each_word_and_the_picture(
    drawn: tuple[NDArray[np.uint8], NDArray[np.int64]],
) -> None:
    encoder, clip = get_encoder(NAME), get_joint_encoder("tiny-clip")
    vectors = encoder.encode(drawn[0])
    assert vectors.shape == (32, encoder.dimensions)
    texts = clip.embed_texts([TEMPLATE.replace("*", word) for word in WORDS])
    pictures = torch.from_numpy(clip.encode(drawn[0])) @ clip.projection()
    for row in range(32):
        cosines = torch.stack([torch.cosine_similarity(pictures[row], text, dim=0) for text in texts])
        said = torch.softmax(clip.model.logit_scale.exp() * cosines, dim=0)
        assert (vectors[row, :3] / LENGTH) ** 2 == pytest.approx(said.numpy(), abs=1e-4)
        assert vectors[row, 3:] == pytest.approx((pictures[row] / pictures[row].norm()).numpy(), abs=1e-5)


def test_pictures_of_a_word_have_most_of_it(drawn: tuple[NDArray[np.uint8], NDArray[np.int64]]) -> None:
    vectors, known = get_encoder(NAME).encode(drawn[0]), drawn[1] < 3
    assert (vectors[known, :3].argmax(axis=1) == drawn[1][known]).mean() > 0.9


def test_another_criterion_does_not_look_at_the_pictures_again(
    drawn: tuple[NDArray[np.uint8], NDArray[np.int64]], tmp_path: Path
) -> None:
    images = ImageSet.from_arrays("few", drawn[0], {})
    first = np.array(encode(images, NAME, tmp_path))
    assert first == pytest.approx(get_encoder(NAME).encode(drawn[0]), abs=1e-4)
    other = criterion_name("tiny-clip", "a picture with the form of *", ("circle", "star"))
    assert estimate(images, other, tmp_path).cached == 32
    assert encode(images, other, tmp_path).shape[1] == first.shape[1] - 1
    assert np.array_equal(encode(images, NAME, tmp_path), first)


def test_it_is_joined_to_other_encoders_like_any(
    drawn: tuple[NDArray[np.uint8], NDArray[np.int64]], tmp_path: Path
) -> None:
    images = ImageSet.from_arrays("few", drawn[0], {})
    both = encode(images, f"{NAME}+pixels", tmp_path)
    assert np.linalg.norm(both, axis=1) == pytest.approx(np.ones(32), abs=1e-5)


@pytest.mark.parametrize(
    ("template", "words", "message"),
    [(TEMPLATE, ("red",), "give two or more"), (TEMPLATE, ("a,b", "c"), "none with a comma"),
     ("a picture", WORDS, "write one \\*"), ("a * of *", WORDS, "write one \\*"), ("a, *", WORDS, "no comma")],
)  # fmt: skip
def test_what_names_no_criterion_is_said(template: str, words: tuple[str, ...], message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        criterion_name("tiny-clip", template, words)


@pytest.mark.parametrize(
    ("name", "message"),
    [("tiny-clip::red,green", "names no criterion"), (f"pixels::{TEMPLATE}::red,green", "knows no words")],
)
def test_a_name_that_cannot_be_read_is_said(name: str, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        get_encoder(name)
