"""Encoders of pictures and words into one space: CLIP, SigLIP, ALIGN and BLIP through the transformers library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clusteer.core import InvalidInputError
from clusteer.encoders.hub import Preparation, fetched, identity, reading
from clusteer.encoders.pretrained import TINY_CLIP
from clusteer.encoders.prompt import Prompt

KINDS = ("clip", "siglip", "siglip2", "align", "blip")
"""Kinds of model that are read, as their configurations call them."""


@dataclass(frozen=True)
class Clip:
    """A model with a tower for pictures and one for texts.

    What ``encode`` returns, and what is cached, comes before the projection into the common space, so a projection can
    be trained without looking at the pictures again: ``features @ projection()``.

    Attributes
    ----------
    name : str
        "tiny-clip", or "clip:" and the source, with a digest of its content where that is a folder, and the size.
    size, dimensions : int
        Pixels a side of what it takes, and length p of what it returns.
    """

    name: str
    size: int
    dimensions: int
    model: Any
    tokenizer: Any
    preparation: Preparation

    def encode(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return (b, p) vectors of (b, size, size, 3) RGB pixels, before the projection."""
        with torch.inference_mode():
            pooled = self.model.vision_model(pixel_values=self.preparation(pixels)).pooler_output
        vectors: NDArray[np.float32] = pooled.flatten(1).float().numpy()
        return vectors

    @property
    def word_dimensions(self) -> int:
        """Length w of the embedding of a token."""
        return int(self.words.weight.shape[1])

    @property
    def words(self) -> torch.nn.Embedding:
        """The table of token embeddings."""
        table: torch.nn.Embedding = self.model.text_model.get_input_embeddings()
        return table

    def projection(self) -> Tensor:
        """Return a copy of the projection (p, d) of pictures into the common space; of SigLIP and ALIGN it is 1."""
        layer = getattr(self.model, "visual_projection", None)
        return torch.eye(self.dimensions) if layer is None else layer.weight.detach().T.clone()

    def embed_texts(self, texts: Sequence[str]) -> Tensor:
        """Return the features (t, d) of texts in the common space, not normalized, without a gradient."""
        with torch.no_grad():
            return torch.cat([self.text_features(self.tokens(text)[None]) for text in texts])

    def embed_words(self, words: Sequence[str]) -> Tensor:
        """Return for each word the mean (t, w) of the token embeddings of its pieces, without start and end.

        Raises
        ------
        InvalidInputError
            If a word is empty.
        """
        special = set(self.tokenizer.all_special_ids)
        rows = []
        for word in words:
            pieces = [piece for piece in self.tokenizer(word)["input_ids"] if piece not in special]
            if not pieces:
                raise InvalidInputError(f"the word {word!r} has no letters that {self.name} knows; give another")
            rows.append(self.words.weight.detach()[pieces].mean(dim=0))
        return torch.stack(rows) if rows else torch.zeros(0, self.word_dimensions)

    def prompt(self, template: str) -> Prompt:
        """Return a prompt whose "*" stands for a word that is given as an embedding; see ``Prompt``."""
        return Prompt(self, template)

    def tokens(self, text: str) -> Tensor:
        """Return the numbers (l,) of a text's tokens, start and end included.

        Attention looks at nothing behind the end, so nothing is put there. SigLIP alone was trained on texts filled up
        to its longest.

        Raises
        ------
        InvalidInputError
            If the text is too long.
        """
        filled = {"padding": "max_length"} if self.model.config.model_type.startswith("siglip") else {}
        ids = torch.tensor(self.tokenizer(text, **filled)["input_ids"])
        longest = int(self.model.config.text_config.max_position_embeddings)
        if len(ids) > longest:
            raise InvalidInputError(
                f"{text!r} has {len(ids)} tokens, but {self.name} reads {longest}; give fewer words"
            )
        return ids

    def text_features(self, ids: Tensor) -> Tensor:
        """Return the features (b, d) of tokens (b, l)."""
        features: Tensor = self.model.get_text_features(input_ids=ids).pooler_output
        return features


@cache
def load_clip(source: str) -> Clip:
    """Return the model called ``tiny-clip``, by a hub's name or in a folder.

    Raises
    ------
    UnavailableError
        If transformers is not installed, or there is no such model here and none can be fetched.
    InvalidInputError
        If it does not know pictures and words.
    """
    folder = fetched(str(files("clusteer.encoders") / "resources" / TINY_CLIP) if source == TINY_CLIP else source)
    from transformers import AutoConfig, AutoModel, AutoTokenizer

    with reading(folder):
        config = AutoConfig.from_pretrained(folder)
    if config.model_type not in KINDS:
        raise InvalidInputError(
            f"{source} is a model of the kind {config.model_type}, which does not know words; give one of "
            f"{', '.join(KINDS)}, or name it hub:{source}"
        )
    preparation = Preparation.of(folder)
    with reading(folder):
        model = AutoModel.from_pretrained(folder, dtype=torch.float32).eval().requires_grad_(False)
        tokenizer = AutoTokenizer.from_pretrained(folder)
    with torch.inference_mode():
        blank = torch.zeros(1, 3, preparation.size, preparation.size)
        dimensions = model.vision_model(pixel_values=blank).pooler_output.flatten(1).shape[1]
    own = identity(folder) if source == TINY_CLIP else f"clip:{identity(source)}"
    return Clip(f"{own}@{preparation.size}", preparation.size, dimensions, model, tokenizer, preparation)
