import hashlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clusteer.core import InvalidInputError
from clusteer.encoders import encode, encode_views
from tests.encoders.test_features import Counting


class Photographs:
    """Random pictures."""

    def __init__(self, n: int) -> None:
        self.drawn = np.random.default_rng(0).integers(0, 256, (n, 8, 8, 3)).astype(np.uint8)
        self.hashes = tuple(hashlib.sha256(picture.tobytes()).hexdigest() for picture in self.drawn)
        self.read = 0

    def __len__(self) -> int:
        return len(self.drawn)

    def pixels(self, rows: NDArray[np.int64], size: int) -> NDArray[np.uint8]:
        self.read += len(rows)
        return self.drawn[rows]


class Mean(Counting):
    """Encodes a picture as its mean colour."""

    def encode(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        means: NDArray[np.float32] = pixels.mean(axis=(1, 2), dtype=np.float32)
        return means


@pytest.fixture(autouse=True)
def _by_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("features", "encoded_views"):
        monkeypatch.setattr(f"clusteer.encoders.{module}.get_encoder", lambda name: Mean(8))


def test_the_plain_picture_comes_first_and_the_others_differ(tmp_path: Path) -> None:
    images = Photographs(70)
    views = encode_views(images, "mean", 3, "weak", tmp_path)
    assert views.shape == (3, 70, 3)
    assert views.dtype == np.float16
    assert np.array_equal(views[0], encode(images, "mean", tmp_path).astype(np.float16))
    apart = np.abs(views[:, None].astype(np.float32) - views[None]).mean(axis=(2, 3))
    assert (apart[np.triu_indices(3, 1)] > 1).all()


def test_views_are_read_once_and_found_again(tmp_path: Path) -> None:
    images = Photographs(10)
    views = encode_views(images, "mean", 3, "strong", tmp_path)
    read = images.read
    assert np.array_equal(encode_views(images, "mean", 3, "strong", tmp_path), views)
    assert np.array_equal(encode_views(images, "mean", 2, "strong", tmp_path), views[:2])
    assert images.read == read == 30
    assert not np.array_equal(encode_views(images, "mean", 2, "mild", tmp_path), views[:2])


def test_a_picture_has_the_same_views_in_every_set(tmp_path: Path) -> None:
    few, many = Photographs(4), Photographs(60)
    assert few.hashes == many.hashes[:4]
    one = encode_views(few, "mean", 2, cache_dir=tmp_path / "one")
    other = encode_views(many, "mean", 2, cache_dir=tmp_path / "other")
    assert one == pytest.approx(other[:, :4], abs=0.2)


@pytest.mark.parametrize(("name", "views", "recipe"), [("mean", 0, "weak"), ("mean", 2, "wild"), ("a+b", 2, "weak")])
def test_what_cannot_be_is_named(name: str, views: int, recipe: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=f"{views} views by the recipe '{recipe}' under"):
        encode_views(Photographs(3), name, views, recipe, tmp_path)
