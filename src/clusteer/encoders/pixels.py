"""The encoder without a network: the pixels themselves."""

import numpy as np
from numpy.typing import NDArray


class Pixels:
    """Pictures at 32 x 32 RGB as 3,072 values in -0.5..0.5.

    Counted from middle grey, a picture's direction says what is in it; counted from black, pictures on white paper
    would all point the same way, and joined with another encoder they would say next to nothing.
    There is no PCA here: the Index projects the features of every encoder on their principal axes, these too.
    """

    name = "pixels@32"
    size = 32
    dimensions = 32 * 32 * 3

    def encode(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return (b, 3072) values in -0.5..0.5 of (b, 32, 32, 3) RGB pixels."""
        return pixels.reshape(len(pixels), -1).astype(np.float32) / np.float32(255) - np.float32(0.5)
