"""Where the pictures of a set come from."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.data.decoding import decode


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
    """Pictures in the files of a folder, and of others added to it.

    Parameters
    ----------
    folder : Path
        The folder.
    names : sequence of str
        Relative POSIX path of the file of each row; in an added folder behind its prefix.
    added : mapping of str to Path, optional
        Prefix (one name, no slash) and place of each other folder.
    """

    def __init__(self, folder: Path, names: Sequence[str], added: Mapping[str, Path] | None = None) -> None:
        self.folder = folder
        self.names = names
        self.added = added or {}

    def path(self, row: int) -> Path:
        """Return the file of a row, whether or not it still exists."""
        prefix, _, rest = self.names[row].partition("/")
        return self.added[prefix] / rest if rest and prefix in self.added else self.folder / self.names[row]

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
            raise NotFoundError(
                f"the picture {path} is gone; put the file back, or say where it is now: "
                "clusteer relink NAME DIR where its folder has moved, else clusteer add NAME"
            ) from fault
        except Exception as fault:  # as many kinds as Pillow has decoders; scan.py met the file when it was whole
            raise InvalidInputError(f"the picture {path} can no longer be read: {fault}; put the file back") from fault

    def take(self, rows: NDArray[np.int64]) -> "FolderPictures":
        """Return the pictures of these rows only."""
        return FolderPictures(self.folder, [self.names[row] for row in rows], self.added)


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
