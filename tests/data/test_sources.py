"""A set comes back from what a session stores of it."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.data import ImageSet, load, open_source
from clusteer.data.npz import Arrays, write_npz

X = np.random.default_rng(0).integers(0, 256, (12, 8, 10, 3), np.uint8)


def stored_and_opened(images: ImageSet) -> ImageSet:
    source, ids, hashes = json.loads(json.dumps([images.source, images.ids, images.hashes]))
    again = open_source(source, ids, hashes, images.name)
    assert again.fingerprint == images.fingerprint
    assert again.copies.tolist() == images.copies.tolist()
    assert again.source == images.source
    assert again.name == images.name
    return again


def test_folder(tmp_path: Path) -> None:
    for row in range(3):
        Image.fromarray(X[row]).save(tmp_path / f"猫 {row}.png")
    again = stored_and_opened(ImageSet.from_folder(tmp_path))
    assert again.path(2) == tmp_path / "猫 2.png"
    assert np.array_equal(np.asarray(again.image(1)), X[1])


def test_npz_split_and_subset(tmp_path: Path) -> None:
    write_npz(tmp_path / "mine.npz", Arrays(X, None, np.arange(12) < 4))
    again = stored_and_opened(ImageSet.from_npz(tmp_path / "mine.npz").split("test").subset([5, 2]))
    assert np.array_equal(np.asarray(again.image(0)), X[9])
    assert np.array_equal(np.asarray(again.image(1)), X[6])


def test_npz_is_read_only_when_a_picture_is_wanted(tmp_path: Path) -> None:
    write_npz(tmp_path / "mine.npz", Arrays(X))
    images = ImageSet.from_npz(tmp_path / "mine.npz")
    (tmp_path / "mine.npz").unlink()
    again = stored_and_opened(images)
    assert again.has_images
    with pytest.raises(NotFoundError, match=r"there is no file .*mine.npz"):
        again.image(0)
    write_npz(tmp_path / "mine.npz", Arrays(X[:5]))
    with pytest.raises(InvalidInputError, match=r"holds 5 pictures but picture 11 \(from 0\)"):
        again.image(0)
    write_npz(tmp_path / "mine.npz", Arrays(X))
    assert np.array_equal(np.asarray(again.image(11)), X[11])


def test_named_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inks = load("inks")
    assert np.array_equal(np.asarray(stored_and_opened(inks).image(1234)), np.asarray(inks.image(1234)))
    monkeypatch.setenv("CLUSTEER_DATA", str(tmp_path))
    cifar = np.zeros((12, 32, 32, 3), np.uint8) + np.arange(12, dtype=np.uint8)[:, None, None, None]
    write_npz(tmp_path / "cifar10.npz", Arrays(cifar, np.arange(12) % 10, np.arange(12) < 4))
    again = stored_and_opened(load("cifar10", "test"))
    assert np.asarray(again.image(3)).max() == 7


def test_features_and_memory_come_back_without_pictures(tmp_path: Path) -> None:
    features = ImageSet.from_features("mine", np.eye(3, dtype=np.float32), tmp_path / "f.npy")
    assert not stored_and_opened(features).has_images
    assert not stored_and_opened(ImageSet.from_arrays("mine", X)).has_images


@pytest.mark.parametrize("source", [{}, {"kind": "cloud"}, {"kind": "folder"}])
def test_unknown_sources_are_refused(source: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError, match="does not know"):
        open_source(source, ["a"], ["b"], "mine")
