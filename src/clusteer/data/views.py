"""Views of pictures: the same thing seen a little differently, drawn anew for each seed.

All pictures of a batch are varied at once: one affine grid for crop, turn, shift and mirror, one colour matrix for
brightness, contrast, saturation, hue and grey, one separable blur. What is drawn for a picture depends on its seed
alone, so a picture and a seed give the same view in any batch. Import this where torch is wanted anyway.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, conv2d, grid_sample, pad

_BLUR = 5
"""Width of the blur in pixels."""
_TO_YIQ = ((0.299, 0.587, 0.114), (0.596, -0.274, -0.322), (0.211, -0.523, 0.312))
_TWO_TO_24 = 1 << 24


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How far views may differ.

    Attributes
    ----------
    smallest : float
        Least share of the area that is cropped, in (0, 1]; the crop is brought back to the whole size.
    stretch : float
        Most ratio of the crop's sides, at least 1.
    turn : float
        Most degrees either way.
    shift : float
        Most part of the side that a picture is moved by beside the crop.
    mirror, grey, blur : float
        Probability of each.
    brightness, contrast, saturation : float
        Most that each changes by, as a part.
    hue : float
        Most turns of the colour circle either way.
    cutout : float
        Most part of the side of the square that is blanked; 0 for none.
    """

    smallest: float = 1.0
    stretch: float = 1.0
    turn: float = 0.0
    shift: float = 0.0
    mirror: float = 0.0
    grey: float = 0.0
    blur: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    hue: float = 0.0
    cutout: float = 0.0


RECIPES = {
    "mild": Recipe(smallest=0.7, stretch=1.1, turn=12.0, shift=0.08),
    "weak": Recipe(
        smallest=0.2, stretch=4 / 3, mirror=0.5, grey=0.2, brightness=0.4, contrast=0.4, saturation=0.2, hue=0.1
    ),
    "strong": Recipe(
        smallest=0.2,
        stretch=4 / 3,
        turn=30.0,
        shift=0.1,
        mirror=0.5,
        grey=0.2,
        blur=0.5,
        brightness=0.6,
        contrast=0.6,
        saturation=0.6,
        hue=0.1,
        cutout=0.33,
    ),
}
"""``mild`` is for digits and other signs, of which a mirror or a small crop makes others; the rest are for photographs.

**Source**: TCL: random crops, mirror, colour and grey for weak; strong adds turns and cutout. Its strong views draw
four of fourteen operations, some of which (posterise, solarise, equalise) have no counterpart here.
"""


def varied(pictures: Tensor, seeds: Tensor, recipe: Recipe) -> Tensor:
    """Return a view of each picture.

    Parameters
    ----------
    pictures : (b, c, h, w) Tensor
        Of one or three channels, in [0, 1].
    seeds : (b,) long Tensor
        One per picture; another seed is another view.
    recipe : Recipe
        How far they may differ.

    Returns
    -------
    (b, c, h, w) Tensor
        In [0, 1].
    """
    drawn = _Drawn(seeds)
    views = grid_sample(
        pictures,
        affine_grid(_placing(drawn, recipe, len(pictures)), list(pictures.shape), align_corners=False),
        padding_mode="border",
        align_corners=False,
    )
    if pictures.shape[1] == 3 and any((recipe.brightness, recipe.contrast, recipe.saturation, recipe.hue, recipe.grey)):
        views = _coloured(views, drawn, recipe)
    if recipe.blur:
        views = _blurred(views, drawn, recipe)
    if recipe.cutout:
        views = _cut(views, drawn, recipe)
    return views.clamp(0, 1)


def seeds_of(seed: int, rows: Tensor, view: int = 0) -> Tensor:
    """Return the seeds (b,) of some rows (b,) of a collection for a view of it, from one seed."""
    return _mixed(_mixed(rows.long() + _mixed(torch.tensor(_signed(seed), device=rows.device))) + view)


class _Drawn:
    """Numbers in [0, 1) that depend on each picture's seed and on how many were drawn before, and on nothing else."""

    def __init__(self, seeds: Tensor) -> None:
        self.seeds, self.count = _mixed(seeds.long()), 0

    def share(self) -> Tensor:
        """Return (b,) numbers, another for each call."""
        self.count += 1
        return (_mixed(self.seeds + self.count) & (_TWO_TO_24 - 1)).double().div(_TWO_TO_24).float()

    def between(self, low: float, high: float) -> Tensor:
        return low + (high - low) * self.share()


def _mixed(values: Tensor) -> Tensor:
    """Scatter 64-bit numbers over their range (splitmix64); products wrap around."""
    values = values + _signed(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        values = (values ^ _shifted(values, shift)) * _signed(factor)
    return values ^ _shifted(values, 31)


def _shifted(values: Tensor, bits: int) -> Tensor:
    """Shift right without the sign."""
    return (values >> bits) & ((1 << (64 - bits)) - 1)


def _signed(number: int) -> int:
    """Return the signed 64-bit number with the same bits."""
    number &= (1 << 64) - 1
    return number - (1 << 64) if number >> 63 else number


def _placing(drawn: _Drawn, recipe: Recipe, b: int) -> Tensor:
    """Return (b, 2, 3) maps from places in the view to places in the picture, both in [-1, 1]."""
    area = drawn.between(recipe.smallest, 1.0)
    ratio = torch.exp(drawn.between(-math.log(recipe.stretch), math.log(recipe.stretch)) / 2)
    width, height = (area.sqrt() * ratio).clamp(max=1), (area.sqrt() / ratio).clamp(max=1)
    angle = drawn.between(-recipe.turn, recipe.turn) * (math.pi / 180)
    across = (1 - width) * drawn.between(-1.0, 1.0) + drawn.between(-2 * recipe.shift, 2 * recipe.shift)
    down = (1 - height) * drawn.between(-1.0, 1.0) + drawn.between(-2 * recipe.shift, 2 * recipe.shift)
    side = torch.where(drawn.share() < recipe.mirror, -1.0, 1.0)
    cos, sin = angle.cos(), angle.sin()
    rows = (side * width * cos, -height * sin, across, side * width * sin, height * cos, down)
    return torch.stack(rows, dim=1).reshape(b, 2, 3)


def _coloured(views: Tensor, drawn: _Drawn, recipe: Recipe) -> Tensor:
    """Turn hue and change saturation in YIQ, then contrast about the picture's own grey, then brightness."""
    to_yiq = torch.tensor(_TO_YIQ, device=views.device)
    angle = drawn.between(-recipe.hue, recipe.hue) * (2 * math.pi)
    saturation = 1 + drawn.between(-recipe.saturation, recipe.saturation)
    saturation = torch.where(drawn.share() < recipe.grey, torch.zeros_like(saturation), saturation)
    contrast = 1 + drawn.between(-recipe.contrast, recipe.contrast)
    brightness = 1 + drawn.between(-recipe.brightness, recipe.brightness)
    turn = torch.zeros(len(views), 3, 3, device=views.device)
    turn[:, 0, 0] = 1
    turn[:, 1, 1] = turn[:, 2, 2] = saturation * angle.cos()
    turn[:, 1, 2], turn[:, 2, 1] = -saturation * angle.sin(), saturation * angle.sin()
    matrix = (torch.linalg.inv(to_yiq) @ turn @ to_yiq) * (contrast * brightness)[:, None, None]
    grey = (views.mean(dim=(2, 3)) @ to_yiq[0]) * (1 - contrast) * brightness
    return torch.baddbmm(grey[:, None, None], matrix, views.flatten(2)).reshape(views.shape)


def _blurred(views: Tensor, drawn: _Drawn, recipe: Recipe) -> Tensor:
    b, c, h, w = views.shape
    width = drawn.between(0.1, 2.0)
    kernel = torch.exp(
        -(torch.arange(-(_BLUR // 2), _BLUR // 2 + 1, device=views.device) ** 2) / (2 * width[:, None] ** 2)
    )
    kernel = (kernel / kernel.sum(dim=1, keepdim=True)).repeat_interleave(c, dim=0)
    kernel = torch.where(
        (drawn.share() < recipe.blur).repeat_interleave(c)[:, None],
        kernel,
        torch.tensor([0.0, 0.0, 1.0, 0.0, 0.0], device=views.device),
    )
    made = pad(views.reshape(1, b * c, h, w), (_BLUR // 2,) * 4, mode="replicate")
    made = conv2d(made, kernel[:, None, :, None], groups=b * c)
    return conv2d(made, kernel[:, None, None, :], groups=b * c).reshape(b, c, h, w)


def _cut(views: Tensor, drawn: _Drawn, recipe: Recipe) -> Tensor:
    """Blank a square around a random place."""
    h, w = views.shape[2:]
    half = drawn.between(0.0, recipe.cutout)[:, None] / 2
    down, across = drawn.share()[:, None], drawn.share()[:, None]
    rows = ((torch.arange(h, device=views.device) + 0.5) / h - down).abs() < half
    columns = ((torch.arange(w, device=views.device) + 0.5) / w - across).abs() < half
    return views.masked_fill((rows[:, :, None] & columns[:, None, :])[:, None], 0)
