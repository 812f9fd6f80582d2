"""A backbone, attention across items, and two heads: one makes codes, one tells clusters."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import log_softmax, normalize

from clusteer.encoders.attention import CrossInstanceAttention
from clusteer.encoders.encoder import Encoder

_HEADS = 8
"""Of attention; fewer where the backbone's width cannot be divided by 8."""

_INNER = 64
"""Least width of the layer inside a head, for backbones that are narrower."""


class TwoHeads(Encoder):
    """Items (b, ...) -> hidden rows (b, h) -> codes of length 1 (b, d), and log-assignments (b, k).

    Parameters
    ----------
    backbone : nn.Module
        Items (b, ...) -> (b, h).
    width : int
        Dimensions h of what the backbone makes.
    code_width, n_clusters : int
        Dimensions d of the codes, and number of clusters k.
    shape : sequence of int
        Of an item.
    n_anchors : int
        Items that attention looks at when it predicts; 0 leaves attention out.

    Attributes
    ----------
    anchors : (n_anchors, ...) Tensor
        Those items, in the network's unit. They are part of its state.

    Notes
    -----
    **Source**: PCL, section 3.1; the heads are those of Contrastive Clustering: two layers each, as wide as the
    backbone, here 64 or more, with ReLU between them.
    """

    anchors: Tensor

    def __init__(
        self, backbone: nn.Module, width: int, code_width: int, n_clusters: int, shape: Sequence[int], n_anchors: int
    ) -> None:
        super().__init__(backbone)
        self.attention = CrossInstanceAttention(width, math.gcd(width, _HEADS)) if n_anchors else None
        inner = max(width, _INNER)
        self.coder, self.teller = (
            nn.Sequential(nn.Linear(width, inner), nn.ReLU(), nn.Linear(inner, out)) for out in (code_width, n_clusters)
        )
        self.register_buffer("anchors", torch.zeros(n_anchors, *shape))

    def together(self, items: Tensor) -> Tensor:
        """Return the hidden rows (b, h) of items, each in the context of all: as in training."""
        hidden: Tensor = self.encoder(items)
        return hidden if self.attention is None else self.attention(hidden, hidden)

    def encode(self, items: Tensor) -> Tensor:
        """Return the hidden rows (b, h) of items, each in the context of the anchors alone: as in prediction."""
        hidden: Tensor = self.encoder(items)
        return hidden if self.attention is None else self.attention(hidden, self.encoder(self.anchors))

    def codes(self, hidden: Tensor) -> Tensor:
        """Return the codes (b, d) of hidden rows, of length 1."""
        return normalize(self.coder(hidden).float(), dim=1)

    def assign(self, hidden: Tensor) -> Tensor:
        """Return the log-assignments (b, k) of hidden rows."""
        return log_softmax(self.teller(hidden).float(), dim=1)
