"""The encoder without a network."""

import numpy as np

from clusteer.encoders.pixels import Pixels


def test_values_are_the_pixels_row_by_row() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3)).astype(np.uint8)
    values = Pixels().encode(pixels)
    assert values.dtype == np.float32
    for picture, row in zip(pixels, values, strict=True):
        assert np.allclose(row, [value / 255 - 0.5 for value in picture.ravel()], atol=1e-6)
