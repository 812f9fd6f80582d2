"""The bundled set is the same set everywhere."""

import hashlib
from importlib.resources import files

import numpy as np
import pytest
from numpy.typing import NDArray

from clusteer.data import inks

Drawn = tuple[NDArray[np.uint8], dict[str, NDArray[np.int64]]]


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    return inks.draw()


def test_pictures_are_the_agreed_ones_bit_for_bit(drawn: Drawn) -> None:
    pixels, truths = drawn
    assert pixels.shape == (2000, 56, 56, 3)
    digest = hashlib.sha256(pixels.tobytes()).hexdigest()
    assert digest == "f21d08fb76374427d21c1994e7c9a7d1116edff43d23e6b9e689a99bc4acb337"
    assert tuple(truths) == inks.CRITERIA
    assert all(labels.dtype == np.int64 for labels in truths.values())


def test_truths_are_balanced_and_consistent(drawn: Drawn) -> None:
    truths = drawn[1]
    assert np.bincount(truths["digit"]).tolist() == [200] * 10
    assert np.bincount(truths["ink"]).tolist() == [400] * 5
    assert np.bincount(truths["paper"]).tolist() == [667, 667, 666]
    assert np.bincount(truths["parity"]).tolist() == [1000, 1000]
    assert np.bincount(truths["loop"]).tolist() == [1200, 800]
    assert set(truths["digit"][truths["loop"] == 1].tolist()) == {0, 6, 8, 9}


def test_each_picture_shows_its_paper_and_ink(drawn: Drawn) -> None:
    pixels, truths = drawn
    corners = pixels[:, :4, :4].reshape(2000, -1, 3).mean(1)
    nearest = np.linalg.norm(corners[:, None] - inks.PAPERS, axis=2).argmin(1)
    assert (nearest == truths["paper"]).mean() > 0.99
    flat = pixels.reshape(2000, -1, 3).astype(float)
    far = np.linalg.norm(flat - inks.PAPERS[truths["paper"]][:, None], axis=2)
    strokes = np.take_along_axis(flat, far.argsort(1)[:, -60:, None], axis=1).mean(1)
    assert (np.linalg.norm(strokes[:, None] - inks.INKS, axis=2).argmin(1) == truths["ink"]).mean() > 0.99


def test_the_resource_is_small_and_says_where_it_is_from() -> None:
    resources = files("clusteer.data") / "resources"
    assert len((resources / "inks_digits.npz").read_bytes()) < 1_000_000
    note = (resources / "README.md").read_text()
    assert "LeCun" in note
    assert "Cortes" in note
    assert "Burges" in note
    assert "CC BY-SA 3.0" in note
