"""Residual networks of 18 and 34 layers, for pictures."""

import torch
from torch import Tensor, nn

from clusteer.encoders.cnn import ChannelsLast
from clusteer.encoders.encoder import Encoder

_BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3)}
_WIDTHS = (64, 128, 256, 512)
_SMALL = 64
"""Pictures up to so many pixels a side begin with a 3 x 3 convolution and keep their size."""


def resnet_encoder(channels: int, size: int, layers: int = 34, width: int = 10) -> Encoder:
    """Return a residual network and a linear layer on its average over places.

    Parameters
    ----------
    channels : int
        1 for grey pictures, 3 for coloured ones.
    size : int
        Pixels a side: up to 64 the first convolution is 3 x 3 with stride 1, beyond that 7 x 7 with stride 2 before a
        pooling of 3 x 3.
    layers : {18, 34}
        How deep it is.
    width : int
        Dimensions of the code.

    Notes
    -----
    **Source**: He, Zhang, Ren and Sun, CVPR 2016, for 224 pixels; ADC, section 4.6, uses one and does not say which.
    The 3 x 3 beginning for small pictures is common practice. Weights start by He's rule; nothing is pretrained.
    """
    small = size <= _SMALL
    first: list[nn.Module] = [
        nn.Conv2d(channels, 64, 3 if small else 7, 1 if small else 2, 1 if small else 3, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(),
    ]
    if not small:
        first.append(nn.MaxPool2d(3, 2, padding=1))
    blocks: list[nn.Module] = []
    fan_in = 64
    for stage, (count, fan_out) in enumerate(zip(_BLOCKS[layers], _WIDTHS, strict=True)):
        for place in range(count):
            blocks.append(_Block(fan_in, fan_out, 2 if stage and not place else 1))
            fan_in = fan_out
    end = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(fan_in, width))
    network = nn.Sequential(ChannelsLast(), *first, *blocks, *end)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    return Encoder(network.to(memory_format=torch.channels_last))  # type: ignore[call-overload]  # torch


class _Block(nn.Module):
    """Two 3 x 3 convolutions beside a way past them."""

    def __init__(self, fan_in: int, fan_out: int, stride: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(
            nn.Conv2d(fan_in, fan_out, 3, stride, 1, bias=False),
            nn.BatchNorm2d(fan_out),
            nn.ReLU(),
            nn.Conv2d(fan_out, fan_out, 3, 1, 1, bias=False),
            nn.BatchNorm2d(fan_out),
        )
        self.past = nn.Sequential()
        if stride > 1 or fan_in != fan_out:
            self.past = nn.Sequential(nn.Conv2d(fan_in, fan_out, 1, stride, bias=False), nn.BatchNorm2d(fan_out))

    def forward(self, values: Tensor) -> Tensor:
        return torch.relu(self.inner(values) + self.past(values))
