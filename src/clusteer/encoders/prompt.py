"""A prompt with one word left open, which is given as an embedding and may be learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from clusteer.core import InvalidInputError

if TYPE_CHECKING:
    from clusteer.encoders.clip import Clip

OPEN = "*"
"""Stands for the open word in a template."""


class Prompt:
    """The text features of a template such as ``a fruit with the color of *``, as a function of its word's embedding.

    The word takes the place of ``*`` among the token embeddings; positions and the last normalization are as for any
    text. Nothing behind the end token is computed: exact, since no token looks ahead. In CLIP the tokens before the
    word look at nothing behind them either, so their keys and values are computed once, and each word costs the tokens
    from itself to the end alone, often two of nine.

    Parameters
    ----------
    clip : Clip
        The model.
    template : str
        A text with one ``*``.

    Raises
    ------
    InvalidInputError
        If the template holds no ``*`` or several.

    Notes
    -----
    **Source**: Multi-Sub, Eq. 4, whose bars mean this and not that vectors are joined. Its released code leaves out
    positions and normalization.
    """

    def __init__(self, clip: Clip, template: str) -> None:
        self.clip, self.ids = clip, clip.tokens(template)
        pieces = clip.tokenizer.convert_ids_to_tokens(self.ids.tolist())
        places = [place for place, piece in enumerate(pieces) if piece.removesuffix("</w>").lstrip("▁Ġ") == OPEN]
        if template.count(OPEN) != 1 or len(places) != 1:
            raise InvalidInputError(
                f"the prompt {template!r} has {template.count(OPEN)} places for a word; write one {OPEN} as a word of "
                f'its own, as in "a fruit with the color of {OPEN}"'
            )
        (self.place,) = places
        self.causal = clip.model.config.model_type == "clip"
        self._before = self._keys_before() if self.causal else []

    def __call__(self, words: Tensor) -> Tensor:
        """Return the text features (b, d), not normalized, of the template with each of the words (b, w)."""
        return self._from_word(words) if self.causal else self.plain(words)

    def plain(self, words: Tensor) -> Tensor:
        """Return the same by the model's own path, all tokens anew: for models that look both ways, and for tests."""

        def replaced(module: Any, inputs: Any, output: Tensor) -> Tensor:
            here = (torch.arange(output.shape[1], device=output.device) == self.place)[:, None]
            return torch.where(here, words[:, None].to(output.dtype), output)

        handle = self.clip.words.register_forward_hook(replaced)
        try:
            return self.clip.text_features(self.ids.expand(len(words), -1))
        finally:
            handle.remove()

    def _keys_before(self) -> list[tuple[Tensor, Tensor]]:
        """Return the keys and values (1, heads, l, d) of each layer for the tokens before the word."""
        text = self.clip.model.text_model
        with torch.no_grad():
            states = text.embeddings(input_ids=self.ids[None, : self.place])
            found = []
            for layer in text.encoder.layers:
                states, keys, values = _through(layer, states, None)
                found.append((keys, values))
        return found

    def _from_word(self, words: Tensor) -> Tensor:
        text, rest = self.clip.model.text_model, self.ids[self.place + 1 :]
        positions = text.embeddings.position_embedding.weight[self.place : len(self.ids)]
        tokens = torch.cat([words[:, None], self.clip.words(rest).expand(len(words), -1, -1)], dim=1)
        states = tokens + positions
        for layer, before in zip(text.encoder.layers, self._before, strict=True):
            states, _, _ = _through(layer, states, before)
        features: Tensor = self.clip.model.text_projection(text.final_layer_norm(states[:, -1]))
        return features


def _through(layer: Any, states: Tensor, before: tuple[Tensor, Tensor] | None) -> tuple[Tensor, Tensor, Tensor]:
    """Return the states (b, l, d) behind a layer of CLIP's text tower, and their keys and values; none looks ahead."""
    attention = layer.self_attn
    normalized = layer.layer_norm1(states)
    queries, keys, values = (
        project(normalized).unflatten(-1, (-1, attention.head_dim)).transpose(1, 2)
        for project in (attention.q_proj, attention.k_proj, attention.v_proj)
    )
    seen = torch.ones(states.shape[1], states.shape[1], dtype=torch.bool).tril()
    all_keys, all_values = keys, values
    if before is not None:
        all_keys, all_values = (
            torch.cat([known.expand(len(states), -1, -1, -1), own], dim=2)
            for known, own in zip(before, (keys, values), strict=True)
        )
        seen = torch.cat([seen.new_ones(states.shape[1], before[0].shape[2]), seen], dim=1)
    mixed = scaled_dot_product_attention(queries, all_keys, all_values, attn_mask=seen, scale=attention.scale)
    states = states + attention.out_proj(mixed.transpose(1, 2).flatten(2))
    return states + layer.mlp(layer.layer_norm2(states)), keys, values
