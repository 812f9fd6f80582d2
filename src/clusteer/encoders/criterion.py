"""Pictures as a criterion in words sees them: how much of each reference word, beside the picture itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import normalize, softmax

from clusteer.core import InvalidInputError
from clusteer.encoders.pretrained import CRITERION, criterion_name, get_joint_encoder

if TYPE_CHECKING:
    from clusteer.encoders.clip import Clip

_SCALE = 100.0
"""How much sharper than cosines words are told apart where a model does not say: what CLIP learned."""
WORDS = 4.0
"""How much longer the part of the words is: where both are alike, there are many more groups than words at first."""


@dataclass(frozen=True)
class CriterionEncoder:
    """What a person's words make of an encoder of pictures and words.

    A vector has two parts: the square roots of the probabilities of the words, as CLIP tells them without training, of
    length 4, and the picture in the space of words, of length 1. The first is the criterion, the second what words may
    have missed: before anybody answers groups are those of the words, then a metric learned from answers weighs anew.

    Attributes
    ----------
    name : str
        The base's, with a digest of template and words.
    base : Clip
        The encoder whose features these are made of.
    words : tuple of str
        The reference words.
    texts : (r, d) Tensor
        The template with each word, of length 1.
    """

    name: str
    base: Clip
    words: tuple[str, ...]
    texts: Tensor

    @property
    def size(self) -> int:
        """Pixels a side of what it takes."""
        return self.base.size

    @property
    def dimensions(self) -> int:
        """Number of words, and width of the common space."""
        return sum(self.texts.shape)

    def encode(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return (b, dimensions) vectors of (b, size, size, 3) RGB pixels."""
        return self.derive(self.base.encode(pixels))

    def derive(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (b, dimensions) vectors of pictures by their features (b, p) under the base."""
        pictures = normalize(torch.tensor(np.ascontiguousarray(features)) @ self.base.projection(), dim=1)
        scale = float(self.base.model.logit_scale.exp()) if hasattr(self.base.model, "logit_scale") else _SCALE
        weights = softmax(scale * pictures @ self.texts.T, dim=1)
        vectors: NDArray[np.float32] = torch.cat([WORDS * weights.sqrt(), pictures], dim=1).numpy()
        return vectors


@cache
def criterion_encoder(name: str) -> CriterionEncoder:
    """Return the encoder that ``criterion_name`` has named.

    Raises
    ------
    InvalidInputError
        If the name is none, or its base knows no words.
    UnavailableError
        As ``get_joint_encoder``.
    """
    parts = name.split(CRITERION)
    if len(parts) != 3:
        raise InvalidInputError(f"{name!r} names no criterion; write BASE{CRITERION}a text with *{CRITERION}word,word")
    base, template, words = parts[0], parts[1], tuple(parts[2].split(","))
    criterion_name(base, template, words)
    clip = get_joint_encoder(base)
    texts = normalize(clip.prompt(template)(clip.embed_words(words)).detach(), dim=1)
    digest = hashlib.sha256(f"{WORDS}{CRITERION}{template}{CRITERION}{','.join(words)}".encode()).hexdigest()[:12]
    return CriterionEncoder(f"{clip.name}~{digest}", clip, words, texts)
