"""``inks``, the bundled set: 2,000 real handwritten digits, each drawn in one of five inks on one of three papers.

The same pictures can be grouped by digit, ink, paper, parity or loop, so what a person means decides which is right.
"""

from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from PIL import Image

CRITERIA = ("digit", "ink", "paper", "parity", "loop")
SIZE = 56
"""Pixels a side."""

INKS = np.array([(28, 28, 32), (196, 32, 38), (24, 72, 190), (20, 128, 62), (128, 44, 158)], np.float32)
"""Black, red, blue, green, violet."""
PAPERS = np.array([(252, 251, 247), (246, 236, 214), (226, 234, 244)], np.float32)
"""White, cream, pale blue."""
GRAIN = 2
"""Standard deviation of the papers' grain, in grey levels."""
LOOPED = (0, 6, 8, 9)
"""Digits written with a closed loop."""


def draw() -> tuple[NDArray[np.uint8], dict[str, NDArray[np.int64]]]:
    """Draw the set, every time and everywhere the same.

    Returns
    -------
    (2000, 56, 56, 3) uint8
        The pictures, in the order of MNIST's test split.
    dict of str to (2000,) int64
        The truth for each of ``CRITERIA``.
    """
    strokes, digit = _digits()
    n = len(digit)
    # RandomState and not default_rng: NumPy has frozen its streams for good, and with them the pictures.
    shuffle = np.random.RandomState(n)
    ink = shuffle.permutation(np.arange(n) % len(INKS))
    paper = shuffle.permutation(np.arange(n) % len(PAPERS))
    pixels = np.empty((n, SIZE, SIZE, 3), np.uint8)
    for row in range(n):
        # Pillow scales 8-bit pictures in integers, the same on every machine. A later version might round differently;
        # then the test of the whole set's checksum fails.
        large = Image.fromarray(strokes[row]).resize((SIZE, SIZE), Image.Resampling.BICUBIC)
        cover = np.asarray(large, np.float32)[..., None] / 255
        grain = np.random.RandomState(row).normal(0, GRAIN, (SIZE, SIZE, 1))
        pixels[row] = np.clip((1 - cover) * PAPERS[paper[row]] + cover * INKS[ink[row]] + grain, 0, 255)
    loop = np.isin(digit, LOOPED).astype(np.int64)
    return pixels, {"digit": digit, "ink": ink, "paper": paper, "parity": digit % 2, "loop": loop}


def _digits() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the bundled strokes (2000, 28, 28) and which digits they are (2000,)."""
    with (files("clusteer.data") / "resources" / "inks_digits.npz").open("rb") as file, np.load(file) as arrays:
        return arrays["x"], arrays["y"].astype(np.int64)
