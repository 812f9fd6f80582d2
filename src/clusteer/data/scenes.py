"""Drawn scenes with captions: one form in one colour, size and texture on a photograph-like ground.

They stand for pictures that can be grouped by more than one word. The encoder ``tiny-clip`` was trained on such scenes,
but of four forms in four colours it has never seen one size and texture: the named set ``scenes`` is of these alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIDE = 64
"""Pixels a side."""
FORMS = ("circle", "square", "triangle", "star", "cross", "ring", "crescent", "diamond")
COLORS = ("red", "green", "blue", "yellow", "orange", "purple", "pink", "turquoise")
SIZES = ("small", "large")
TEXTURES = ("plain", "striped", "dotted")
CRITERIA = {"form": FORMS, "color": COLORS, "size": SIZES, "texture": TEXTURES}
SHOWN = 4
"""Forms, and colours, of the named set: the first so many of each."""
PER_COMBINATION = 100
"""Pictures of each form and colour in the named set."""
_RGB = np.array(
    [
        (214, 38, 44), (44, 160, 62), (40, 84, 214), (242, 214, 40), (244, 136, 30), (136, 58, 188), (246, 140, 190),
        (52, 206, 204),
    ],
    np.float32,
)  # fmt: skip
_RADIUS = {"small": (14.0, 17.0), "large": (21.0, 25.0)}
_AT_ONCE = 256


@dataclass(frozen=True)
class Scenes:
    """What scenes show: numbers of ``FORMS``, ``COLORS``, ``SIZES`` and ``TEXTURES``, each (n,) int64."""

    form: NDArray[np.int64]
    color: NDArray[np.int64]
    size: NDArray[np.int64]
    texture: NDArray[np.int64]

    def __len__(self) -> int:
        """Return n."""
        return len(self.form)

    @property
    def truths(self) -> dict[str, NDArray[np.int64]]:
        """The attributes by name, in the order of ``CRITERIA``."""
        return {name: getattr(self, name) for name in CRITERIA}


def draw() -> tuple[NDArray[np.uint8], dict[str, NDArray[np.int64]]]:
    """Draw the named set, every time the same.

    Returns
    -------
    (1600, 64, 64, 3) uint8
        The pictures: four forms in four colours, 100 of each, in random order, all as training never showed them.
    dict of str to (1600,) int64
        The truth for each of ``CRITERIA``.
    """
    return drawn(PER_COMBINATION, 2_000_000_000)


def drawn(per_combination: int, seed: int) -> tuple[NDArray[np.uint8], dict[str, NDArray[np.int64]]]:
    """Draw so many scenes of each of four forms in four colours, in random order, and return them with their truths.

    Form, colour, size and texture never come together so in training.
    """
    random = np.random.RandomState(seed)
    n = SHOWN**2 * per_combination
    order = random.permutation(n)
    form, color = order % SHOWN, order // SHOWN % SHOWN
    scenes = Scenes(form, color, *_unseen(form, color))
    return render(scenes, random), scenes.truths


def training(n: int, random: np.random.RandomState) -> Scenes:
    """Return what n scenes for training show: anything but what is held out.

    That is little: where much was, a third of all textures say, the encoder learned what cannot be in place of what is.
    """
    form, color, size, texture = (random.randint(len(words), size=n) for words in CRITERIA.values())
    unseen_size, unseen_texture = _unseen(form, color)
    held_out = (form < SHOWN) & (color < SHOWN) & (size == unseen_size) & (texture == unseen_texture)
    return Scenes(form, color, np.where(held_out, 1 - size, size), texture)


def _unseen(form: NDArray[np.int64], color: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the size and the texture (n,) that training never shows with one of the four forms in four colours."""
    return (form + color // 2) % len(SIZES), (form + 2 * color) % len(TEXTURES)


def render(scenes: Scenes, random: np.random.RandomState) -> NDArray[np.uint8]:
    """Draw scenes (n, 64, 64, 3): place, turn, shade, light and ground are random."""
    pixels = np.empty((len(scenes), SIDE, SIDE, 3), np.uint8)
    for start in range(0, len(scenes), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        part = Scenes(scenes.form[rows], scenes.color[rows], scenes.size[rows], scenes.texture[rows])
        pixels[rows] = _rendered(part, random)
    return pixels


def _rendered(scenes: Scenes, random: np.random.RandomState) -> NDArray[np.uint8]:
    n = len(scenes)
    low, high = (np.array([_RADIUS[name][end] for name in SIZES])[scenes.size] for end in (0, 1))
    radius = (low + (high - low) * random.rand(n))[:, None, None].astype(np.float32)
    margin = radius[:, 0, 0]
    center = margin + (SIDE - 2 * margin) * random.rand(2, n)
    turn = random.uniform(-0.3, 0.3, n)[:, None, None].astype(np.float32)
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    x = (x[None] - center[0][:, None, None].astype(np.float32)) / radius
    y = (y[None] - center[1][:, None, None].astype(np.float32)) / radius
    u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    distance = np.empty_like(u)
    for number, name in enumerate(FORMS):
        own = scenes.form == number
        distance[own] = _outside(name, u[own], v[own])
    cover = np.clip(0.5 - distance * radius, 0, 1)[..., None]
    color = _RGB[scenes.color] * random.uniform(0.78, 1.06, (n, 1)).astype(np.float32)
    color = (color + random.normal(0, 9, (n, 3)).astype(np.float32))[:, None, None]
    dark = np.zeros((n, SIDE, SIDE), np.float32)
    striped, dotted = scenes.texture == 1, scenes.texture == 2
    dark[striped] = np.sin(v[striped] * radius[striped] * 1.1) > 0.1
    dark[dotted] = (np.sin(u[dotted] * radius[dotted] * 0.9) * np.sin(v[dotted] * radius[dotted] * 0.9)) > 0.3
    painted = color * (1 - 0.42 * dark[..., None])
    light = 1 + 0.22 * (x * np.cos(turn * 7) + y * np.sin(turn * 7)).clip(-1, 1)[..., None]
    scene = (1 - cover) * _ground(n, random) + cover * painted * light
    noisy = scene + random.normal(0, 5, (n, SIDE, SIDE, 1)).astype(np.float32)
    pixels: NDArray[np.uint8] = np.clip(noisy, 0, 255).astype(np.uint8)
    return pixels


def _ground(n: int, random: np.random.RandomState) -> NDArray[np.float32]:
    """Return grounds (n, 64, 64, 3) as photographs have them: large soft patches of dull colours, finer ones on top."""
    ground = np.full((n, SIDE, SIDE, 3), 118, np.float32)
    ground += random.normal(0, 34, (n, 1, 1, 1)).astype(np.float32)
    for cells, strength in ((2, 26), (4, 18), (8, 11), (16, 6)):
        gray, tint = random.normal(0, 1, (n, cells, cells, 1)), random.normal(0, 0.55, (n, cells, cells, 3))
        patches = (strength * (gray + tint)).astype(np.float32)
        between = _between(cells)
        ground += np.einsum("yi,nijc,xj->nyxc", between, patches, between, optimize=True)
    return ground


def _between(cells: int) -> NDArray[np.float32]:
    """Return how much of each of some cells a pixel takes (64, cells), by linear interpolation."""
    places = np.linspace(0, cells - 1, SIDE)[:, None]
    shares: NDArray[np.float32] = np.maximum(0, 1 - np.abs(places - np.arange(cells))).astype(np.float32)
    return shares


def _outside(form: str, u: NDArray[np.float32], v: NDArray[np.float32]) -> NDArray[np.floating]:
    """Return about how far points are outside a form of radius 1 about the origin, negative inside."""
    r = np.hypot(u, v)
    a, b = np.abs(u), np.abs(v)
    match form:
        case "circle":
            return r - np.float32(0.92)
        case "square":
            return np.maximum(a, b) - np.float32(0.8)
        case "triangle":
            return np.maximum(0.866 * a - v / 2, v) - np.float32(0.5)
        case "star":
            sector = np.float32(np.pi / 5)
            angle = np.abs((np.arctan2(u, -v) + sector) % (2 * sector) - sector)
            # The edge from the tip at distance 1 to the notch at distance .45, half a sector on.
            tip, notch = np.array([1.0, 0.0]), 0.45 * np.array([np.cos(sector), np.sin(sector)])
            along = notch - tip
            normal = np.array([along[1], -along[0]]) / np.hypot(*along)
            found: NDArray[np.floating] = r * np.cos(angle) * normal[0] + r * np.sin(angle) * normal[1] - tip @ normal
            return found
        case "cross":
            return np.minimum(np.maximum(a - 0.95, b - 0.32), np.maximum(b - 0.95, a - 0.32))
        case "ring":
            band: NDArray[np.floating] = np.abs(r - np.float32(0.72)) - np.float32(0.22)
            return band
        case "crescent":
            bitten: NDArray[np.floating] = np.maximum(r - np.float32(0.98), np.float32(0.82) - np.hypot(u - 0.5, v))
            return bitten
        case "diamond":
            slope: NDArray[np.floating] = (a / 0.62 + b - 1) * np.float32(0.53)
            return slope
    raise ValueError(f"{form!r} is no form")
