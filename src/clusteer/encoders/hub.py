"""Pretrained backbones of the transformers library, by the name of a hub or from a folder: DINOv2, ViT, ResNet.

Nothing here needs torchvision. A model that is not on this machine is fetched, which is the only use of a network, and
asked for by whoever names it.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from torch import Tensor

from clusteer.core import InvalidInputError, UnavailableError

_CONTENT = ("*.safetensors", "*.bin", "config.json", "preprocessor_config.json", "processor_config.json")


@dataclass(frozen=True)
class Preparation:
    """What a model wants done to pixels: side in pixels, mean and standard deviation of each channel in [0, 1]."""

    size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    @classmethod
    def of(cls, source: str) -> "Preparation":
        """Read it from the image processor that comes with a model."""
        from transformers import AutoImageProcessor

        with speaking_plainly(source):
            processor = AutoImageProcessor.from_pretrained(source, backend="pil")
        wanted = dict(getattr(processor, "crop_size", None) or processor.size)
        size = wanted.get("height") or wanted.get("shortest_edge")
        if size is None:
            raise InvalidInputError(f"{source} takes pictures of the size {wanted}; needed is a model for square ones")
        return cls(int(size), tuple(processor.image_mean), tuple(processor.image_std))

    def __call__(self, pixels: NDArray[np.uint8]) -> Tensor:
        """Return (b, size, size, 3) RGB pixels as the model takes them: (b, 3, size, size), normalized."""
        values = torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float() / 255
        mean, std = (torch.tensor(each).view(3, 1, 1) for each in (self.mean, self.std))
        prepared: Tensor = (values - mean) / std
        return prepared


@dataclass(frozen=True)
class HubEncoder:
    """A model that sees pictures alone; its vectors are the class token's, or the mean over places.

    Attributes
    ----------
    name : str
        "hub:" and the source, with a digest of its content where that is a folder.
    size, dimensions : int
        Pixels a side of what it takes, and length of what it returns.
    """

    name: str
    size: int
    dimensions: int
    model: Any
    preparation: Preparation

    def encode(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return (b, dimensions) vectors of (b, size, size, 3) RGB pixels."""
        with torch.inference_mode():
            last = self.model(pixel_values=self.preparation(pixels)).last_hidden_state
        # A pooling layer may have come without weights, so the last states are read: places (b, d, h, w), or tokens.
        pooled = last.mean(dim=(2, 3)) if last.ndim == 4 else last[:, 0]
        vectors: NDArray[np.float32] = pooled.float().numpy()
        return vectors


@cache
def hub_encoder(source: str) -> HubEncoder:
    """Return the encoder of pictures by a hub's name or in a folder.

    Raises
    ------
    UnavailableError
        If transformers is not installed, or there is no such model here and none can be fetched.
    InvalidInputError
        If it is no model of pictures.
    """
    from transformers import AutoModel

    check_transformers()
    preparation = Preparation.of(source)
    with speaking_plainly(source):
        model = AutoModel.from_pretrained(source, dtype=torch.float32).eval()
    if hasattr(model, "text_model"):
        raise InvalidInputError(f"{source} knows words too; name it clip:{source}")
    with torch.inference_mode():
        last = model(pixel_values=torch.zeros(1, 3, preparation.size, preparation.size)).last_hidden_state
    dimensions = last.shape[1] if last.ndim == 4 else last.shape[-1]
    return HubEncoder(f"hub:{identity(source)}", preparation.size, dimensions, model, preparation)


def identity(source: str) -> str:
    """Return what features are cached under: a hub's name in one word, or a folder's with a digest of its content."""
    folder = Path(source)
    if not folder.is_dir():
        return source.replace("/", "--")
    digest = hashlib.sha256()
    for pattern in _CONTENT:
        for file in sorted(folder.glob(pattern)):
            digest.update(file.read_bytes())
    return f"{folder.resolve().name}-{digest.hexdigest()[:12]}"


def check_transformers() -> None:
    """Raise ``UnavailableError`` where the transformers library is not installed."""
    import importlib.util

    if importlib.util.find_spec("transformers") is None:
        raise UnavailableError("models of a hub need the transformers library; run: pip install 'clusteer[hub]'")


@contextlib.contextmanager
def speaking_plainly(source: str) -> Iterator[None]:
    """Turn what transformers raises about a model into one sentence, and keep it from printing bars and warnings."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as fault:
        if Path(source).is_dir():
            reason = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
            raise InvalidInputError(
                f"the folder {source} holds no model that can be read ({reason}); give one that save_pretrained of the "
                "transformers library has written, with its image processor"
            ) from fault
        offline = ", which HF_HUB_OFFLINE forbids here" if os.environ.get("HF_HUB_OFFLINE") else ""
        raise UnavailableError(
            f"there is no model {source!r} on this machine, neither as a folder nor fetched before, and it could not "
            f"be fetched from the hub{offline}; check the name and the network, or give a folder"
        ) from fault
