"""What an encoder is, and what it needs to know of a set of pictures."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray


class Pictures(Protocol):
    """A set of n pictures that gives pixels on request."""

    @property
    def hashes(self) -> Sequence[str]:
        """SHA-256 of each picture's content in hexadecimal, in row order; equal pictures have equal hashes."""

    def __len__(self) -> int: ...

    def pixels(self, rows: NDArray[np.int64], size: int) -> NDArray[np.uint8]:
        """(b, size, size, 3) RGB pixels, 0..255, of the given rows."""


class Encoder(Protocol):
    """A pure function of one picture: the vector must not depend on the batch it is computed in.

    Attributes
    ----------
    name : str
        Everything that changes the output, for example "efficientnet-lite2@224"; features are cached under it.
    size : int
        Width and height in pixels of the pictures it takes.
    dimensions : int
        Length of the vectors it returns.
    """

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...

    @property
    def dimensions(self) -> int: ...

    def encode(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return (b, dimensions) vectors of (b, size, size, 3) RGB pixels."""


@runtime_checkable
class Derived(Encoder, Protocol):
    """An encoder whose vectors are made of those of another, which alone looks at pictures."""

    @property
    def base(self) -> Encoder: ...

    def derive(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (b, dimensions) vectors of the base's (b, base.dimensions)."""
