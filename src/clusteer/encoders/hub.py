"""Pretrained backbones of the transformers library, by the name of a hub or from a folder: DINOv2, ViT, ResNet.

Nothing here needs torchvision. A model that is not on this machine is fetched, which is the only use of a network, and
asked for by whoever names it.
"""

import contextlib
import hashlib
import importlib.util
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from torch import Tensor

from clusteer.core import InvalidInputError, UnavailableError

_FILES = ["*.json", "*.safetensors", "*.txt", "*.model"]
"""What is fetched: weights in one form, settings, vocabularies."""
_CONTENT = ("*.safetensors", "*.bin", "config.json", "preprocessor_config.json", "processor_config.json")


@dataclass(frozen=True)
class Preparation:
    """What a model wants done to pixels: side in pixels, mean and standard deviation of each channel in [0, 1]."""

    size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    @classmethod
    def of(cls, folder: str) -> "Preparation":
        """Read it from the image processor that comes with a model."""
        from transformers import AutoImageProcessor

        with reading(folder):
            processor = AutoImageProcessor.from_pretrained(folder, backend="pil")
        wanted = dict(getattr(processor, "crop_size", None) or processor.size)
        size = wanted.get("height") or wanted.get("shortest_edge")
        if size is None:
            raise InvalidInputError(f"{folder} takes pictures of the size {wanted}; needed is a model for square ones")
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
        "hub:" and the source, with a digest of its content where that is a folder, and the size.
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
    folder = fetched(source)
    from transformers import AutoModel

    preparation = Preparation.of(folder)
    with reading(folder):
        model = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    if hasattr(model, "text_model"):
        raise InvalidInputError(f"{source} knows words too; name it clip:{source}")
    with torch.inference_mode():
        last = model(pixel_values=torch.zeros(1, 3, preparation.size, preparation.size)).last_hidden_state
    dimensions = last.shape[1] if last.ndim == 4 else last.shape[-1]
    return HubEncoder(f"hub:{identity(source)}@{preparation.size}", preparation.size, dimensions, model, preparation)


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


def fetched(source: str) -> str:
    """Return the folder of a model: the one given, or that of a hub's model, fetched before or now.

    Raises
    ------
    UnavailableError
        If transformers is not installed, or there is no such model here and none can be fetched.
    """
    if importlib.util.find_spec("transformers") is None:
        raise UnavailableError("models of a hub need the transformers library; run: pip install 'clusteer[hub]'")
    if Path(source).is_dir():
        return source
    from huggingface_hub import constants, snapshot_download
    from huggingface_hub.errors import HFValidationError

    missing = f"there is no model {source!r} on this machine, neither as a folder nor fetched before, and "
    advice = "; check the name and the network, or give a folder"
    try:
        return str(snapshot_download(source, allow_patterns=_FILES, local_files_only=True))
    except HFValidationError as fault:
        raise UnavailableError(f"{missing}that is no name of a hub's model{advice}") from fault
    except OSError:
        pass
    if os.environ.get("HF_HUB_OFFLINE"):
        raise UnavailableError(f"{missing}HF_HUB_OFFLINE forbids to fetch it{advice}")
    try:
        # Where not even the hub's name is known there is no network; the library would try again for half a minute.
        socket.getaddrinfo(urlsplit(constants.ENDPOINT).hostname, 443)
        return str(snapshot_download(source, allow_patterns=_FILES))
    except (OSError, ValueError, RuntimeError) as fault:
        raise UnavailableError(f"{missing}it could not be fetched from the hub{advice}") from fault


@contextlib.contextmanager
def reading(folder: str) -> Iterator[None]:
    """Turn what transformers raises about a folder into one sentence, and keep it from printing bars and warnings."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as fault:
        reason = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
        raise InvalidInputError(
            f"the folder {folder} holds no model that can be read ({reason}); give one that save_pretrained of the "
            "transformers library has written, with its image processor"
        ) from fault
