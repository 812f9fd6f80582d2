"""Where the pictures of a set come from, and how any of them becomes RGB."""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clusteer.core.errors import InvalidInputError, NotFoundError

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
FORMATS = ("PNG", "JPEG", "WEBP")
"""The decoders used, whatever the suffix says: a file that only claims to be a PNG reaches none of Pillow's others."""

ORIENTATION_TAG = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What turns a picture of each EXIF orientation upright; 1 is upright already."""


class Pictures(Protocol):
    """The pictures of the rows of an ImageSet, read when they are asked for."""

    def path(self, row: int) -> Path | None:
        """Return the file of a row, or None where there is no file per picture."""
        ...

    def image(self, row: int, at_least: int | None = None) -> Image.Image:
        """Return the picture of a row in RGB; ``at_least`` pixels a side are enough for the caller, if given."""
        ...

    def take(self, rows: NDArray[np.int64]) -> "Pictures":
        """Return the pictures of these rows only."""
        ...


class FolderPictures:
    """Pictures in the files of a folder.

    Parameters
    ----------
    folder : Path
        The folder.
    names : sequence of str
        Relative POSIX path of the file of each row.
    """

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self.folder = folder
        self.names = names

    def path(self, row: int) -> Path:
        """Return the file of a row, whether or not it still exists."""
        return self.folder / self.names[row]

    def image(self, row: int, at_least: int | None = None) -> Image.Image:
        """Decode the file of a row.

        Raises
        ------
        NotFoundError
            If the file has gone.
        InvalidInputError
            If it can no longer be read.
        """
        path = self.path(row)
        try:
            return decode(path, at_least)
        except FileNotFoundError as fault:
            raise NotFoundError(f"the picture {path} is gone; put the file back or make the session anew") from fault
        except Exception as fault:  # as many kinds as Pillow has decoders; scan.py met the file when it was whole
            raise InvalidInputError(f"the picture {path} can no longer be read: {fault}; put the file back") from fault

    def take(self, rows: NDArray[np.int64]) -> "FolderPictures":
        """Return the pictures of these rows only."""
        return FolderPictures(self.folder, [self.names[row] for row in rows])


class ArrayPictures:
    """Pictures in one array, which is read when the first of them is asked for.

    Parameters
    ----------
    read : callable
        Returns the array: (N, h, w) or (N, h, w, 3) uint8.
    rows : (n,) int64
        Which of the N pictures each row shows.
    """

    def __init__(self, read: Callable[[], NDArray[np.uint8]], rows: NDArray[np.int64]) -> None:
        self.read = read
        self.rows = rows

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        """The whole array, read once."""
        pixels = self.read()
        if len(pixels) <= int(self.rows.max()):
            raise InvalidInputError(
                f"the pictures' file holds {len(pixels)} pictures but picture {int(self.rows.max())} (from 0) is "
                "wanted; it is not the file this set was made from, put that one back"
            )
        return pixels

    def path(self, row: int) -> None:
        """There is no file per picture."""

    def image(self, row: int, at_least: int | None = None) -> Image.Image:
        """Return the picture of a row in RGB, always in full."""
        return Image.fromarray(self.pixels[self.rows[row]]).convert("RGB")

    def take(self, rows: NDArray[np.int64]) -> "ArrayPictures":
        """Return the pictures of these rows only; the array is read once for both."""
        return ArrayPictures(lambda: self.pixels, self.rows[rows])


def decode(file: Path | BinaryIO, at_least: int | None = None) -> Image.Image:
    """Decode a PNG, JPEG or WebP file (the first frame of an animation) into upright RGB.

    Parameters
    ----------
    file : Path or binary file
        What to read.
    at_least : int, optional
        Pixels a side that are enough: a larger JPEG is then decoded at 1/2, 1/4 or 1/8 of its size, in half the time.
        Its data are read to the end all the same, so that a truncated file is noticed.
    """
    with Image.open(file, formats=FORMATS) as image:
        if at_least is not None:
            image.draft(None, (at_least, at_least))
        image.load()
        return to_rgb(image)


def to_rgb(image: Image.Image) -> Image.Image:
    """Turn upright by EXIF, scale 16 bit to 8, lay transparency over white, convert any mode to RGB."""
    try:
        orientation = image.getexif().get(ORIENTATION_TAG, 1)
    except (
        Exception
    ):  # unreadable EXIF raises anything from SyntaxError to struct.error and is no reason to lose a picture
        orientation = 1
    if orientation in UPRIGHT:
        image = _transposed(image, UPRIGHT[orientation])
    if image.mode.startswith("I"):
        # The high byte, which is what Pillow itself keeps of 16-bit colour.
        image = Image.fromarray((np.asarray(image).clip(0, 65535) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image.convert("RGBA"))
        image = white
    return image.convert("RGB")


def _transposed(image: Image.Image, how: Image.Transpose) -> Image.Image:
    """Transpose, and keep what says which colour is transparent."""
    turned = image.transpose(how)
    turned.info = image.info
    return turned
