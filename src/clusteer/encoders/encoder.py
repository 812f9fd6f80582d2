"""A network that encodes: what every deep method trains."""

import torch
from torch import Tensor, nn


class Encoder(nn.Module):
    """An encoder (b, ...) -> (b, d), any module.

    Two factors, 1 at first, set the units of items and of codes, so that nothing depends on those of the features.

    Attributes
    ----------
    item_scale : scalar Tensor
        What items are multiplied by before the encoder.
    code_scale : scalar Tensor
        What the encoder's output is multiplied by.
    """

    item_scale: Tensor
    code_scale: Tensor

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        self.register_buffer("item_scale", torch.tensor(1.0))
        self.register_buffer("code_scale", torch.tensor(1.0))

    def encode(self, items: Tensor) -> Tensor:
        """Return the codes (b, d) of items that ``item_scale`` has multiplied already."""
        codes: Tensor = self.encoder(items) * self.code_scale
        return codes
