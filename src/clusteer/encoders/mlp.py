"""The autoencoder of deep clustering: fully connected, d-500-500-2000-10 and its mirror."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from clusteer.encoders.encoder import Encoder


class Autoencoder(Encoder):
    """An encoder (b, ...) -> (b, d) and a decoder (b, d) -> (b, ...); any two modules will do.

    The decoder restores items as ``item_scale`` has multiplied them.
    """

    def __init__(self, encoder: nn.Module, decoder: nn.Module) -> None:
        super().__init__(encoder)
        self.decoder = decoder

    def decode(self, codes: Tensor) -> Tensor:
        """Return what the decoder makes of codes (b, d), divided by ``code_scale`` first."""
        items: Tensor = self.decoder(codes / self.code_scale)
        return items


def mlp_autoencoder(n_features: int, sizes: Sequence[int] = (500, 500, 2000, 10)) -> Autoencoder:
    """Return a fully connected autoencoder with ReLU between its layers and none after the code and the output.

    Parameters
    ----------
    n_features : int
        Number D of features of an item.
    sizes : sequence of int
        Widths of the encoder's layers; the last is that of the code. The decoder mirrors them.

    Notes
    -----
    **Source**: DEC and DCC, section 5.2. Their weights start uniform in [-0.01, 0.01]; here as in PyTorch, by the
    width of the layer before.
    """
    widths = [n_features, *sizes]
    return Autoencoder(_mlp(widths), _mlp(widths[::-1]))


def _mlp(widths: Sequence[int]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for fan_in, fan_out in pairwise(widths):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def mask(items: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Return items with each feature set to 0 with probability ``share``: the noise of a denoising autoencoder."""
    if not share:
        return items
    kept = torch.rand(items.shape, generator=generator, device=items.device) >= share
    return items * kept
