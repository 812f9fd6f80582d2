"""A small convolutional network for pictures, and its fully connected counterpart for features."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from clusteer.core import InvalidInputError
from clusteer.encoders.encoder import Encoder

LEAST_SIDE = 16
"""Pixels that a picture needs in both directions: three poolings leave 2 x 2 places of it."""
_PLACES = 3
"""Places a side that the last pooling leaves, whatever the size of the pictures."""


def cnn_encoder(channels: int, sizes: Sequence[int] = (16, 32, 64, 10)) -> Encoder:
    """Return blocks of 3 x 3 convolution, 2 x 2 max-pooling and ReLU, an average over 3 x 3 places, and a linear layer.

    Parameters
    ----------
    channels : int
        1 for grey pictures, 3 for coloured ones.
    sizes : sequence of int
        Channels after each block; the last is the width of the code.

    Notes
    -----
    **Source**: ADC, section 3.4 and Fig. 2, whose widths are not stated. Its last pooling averages 6 x 6 places, which
    pictures of 28 pixels do not have after three poolings; here it adapts to the picture. ReLU comes after the pooling,
    which gives the same values from a quarter of them. Pictures are laid out with their channels last: on a CPU that
    took 0.7 ms for training on a picture of 28 pixels where channels first took 1.3; bfloat16 was slower.
    """
    widths = [channels, *sizes[:-1]]
    layers: list[nn.Module] = [ChannelsLast()]
    for fan_in, fan_out in pairwise(widths):
        layers += [nn.Conv2d(fan_in, fan_out, 3, padding=1), nn.MaxPool2d(2), nn.ReLU()]
    layers += [nn.AdaptiveAvgPool2d(_PLACES), nn.Flatten(), nn.Linear(widths[-1] * _PLACES**2, sizes[-1])]
    return Encoder(nn.Sequential(*layers).to(memory_format=torch.channels_last))  # type: ignore[call-overload]  # torch


def mlp_encoder(n_features: int, sizes: Sequence[int] = (256, 10)) -> Encoder:
    """Return a fully connected network with ReLU between its layers; ``sizes`` are their widths, the code last."""
    layers: list[nn.Module] = []
    for fan_in, fan_out in pairwise([n_features, *sizes]):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    return Encoder(nn.Sequential(*layers[:-1]))


class ChannelsLast(nn.Module):
    """Checks the size of pictures, and lays them out as convolutions on a CPU want them."""

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the same pictures (b, c, h, w)."""
        height, width = pictures.shape[-2:]
        if min(height, width) < LEAST_SIDE:
            raise InvalidInputError(
                f"pictures are {width} x {height} pixels but the network needs {LEAST_SIDE} or more a side; enlarge "
                "them, or give them as features (n, d)"
            )
        return pictures.contiguous(memory_format=torch.channels_last)
