"""Backbones that see pictures alone are encoders like any other."""

import importlib.util
import socket
from pathlib import Path

import numpy as np
import pytest

from clusteer.core import InvalidInputError, UnavailableError
from clusteer.data import ImageSet
from clusteer.encoders import encode, get_encoder
from clusteer.encoders.hub import Preparation, hub_encoder
from tests.encoders.tiny_models import SIDE, write

PIXELS = np.random.default_rng(0).integers(256, size=(6, SIDE, SIDE, 3), dtype=np.uint8)


@pytest.fixture(scope="module", params=["vit", "dinov2", "resnet"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(request.param, tmp_path_factory.mktemp(request.param))


def test_a_backbone_is_a_pure_function_of_one_picture(folder: Path) -> None:
    encoder = get_encoder(f"hub:{folder}")
    vectors = encoder.encode(PIXELS)
    assert encoder.size == SIDE
    assert vectors.shape == (6, encoder.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(encoder.encode(PIXELS[::-1])[::-1], vectors, atol=1e-5)
    assert np.allclose(encoder.encode(PIXELS[:1]), vectors[:1], atol=1e-5)


def test_its_vectors_are_cached_like_those_of_any_encoder(folder: Path, tmp_path: Path) -> None:
    images = ImageSet.from_arrays("six", PIXELS, {})
    first = np.array(encode(images, f"hub:{folder}", tmp_path))
    assert np.array_equal(first, encode(images, f"hub:{folder}", tmp_path))
    assert np.allclose(first, get_encoder(f"hub:{folder}").encode(PIXELS), atol=1e-5)


def test_pixels_are_prepared_as_the_model_wants_them(folder: Path) -> None:
    preparation = Preparation.of(str(folder))
    prepared = preparation(PIXELS)
    assert prepared.shape == (6, 3, SIDE, SIDE)
    expected = (PIXELS[2, 4, 5, 1] / 255 - preparation.mean[1]) / preparation.std[1]
    assert prepared[2, 1, 4, 5].item() == pytest.approx(expected, abs=1e-6)


def test_what_is_no_model_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInputError, match="holds no model that can be read"):
        get_encoder(f"hub:{tmp_path}")
    with pytest.raises(InvalidInputError, match="knows words too; name it clip:"):
        hub_encoder(str(write("clip", tmp_path / "clip")))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(UnavailableError, match="fetched before, and HF_HUB_OFFLINE forbids to fetch it"):
        get_encoder("hub:clusteer/no-such-model")
    with pytest.raises(UnavailableError, match="that is no name of a hub's model"):
        get_encoder("hub:/no/such/folder")


def test_without_a_network_or_the_library_it_takes_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(host: str, port: int) -> None:
        raise OSError(f"nobody knows {host}")

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(UnavailableError, match="it could not be fetched from the hub; check the name and the network"):
        get_encoder("hub:clusteer/no-such-model")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UnavailableError, match=r"pip install 'clusteer\[hub\]'"):
        get_encoder("clip:clusteer/no-such-model")
