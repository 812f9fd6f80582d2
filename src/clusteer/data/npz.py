"""Pictures in one ``.npz`` file: array ``x``, optionally labels ``y`` and the official split ``train``."""

import os
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clusteer.core.errors import InvalidInputError, NotFoundError, StorageError


@dataclass(frozen=True, eq=False)
class Arrays:
    """The content of a file.

    Attributes
    ----------
    x : (n, h, w) or (n, h, w, 3) uint8
        The pictures, grey or RGB.
    y : (n,), optional
        A label per picture.
    train : (n,) bool, optional
        True for the pictures of the training split.
    """

    x: NDArray[np.uint8]
    y: NDArray[np.generic] | None = None
    train: NDArray[np.bool_] | None = None


def check_pixels(pixels: NDArray[np.generic], what: str) -> NDArray[np.uint8]:
    """Return the pictures if they are (n, h, w) or (n, h, w, 3) uint8 without an empty axis, else refuse."""
    good_shape = pixels.ndim == 3 or (pixels.ndim == 4 and pixels.shape[3] == 3)
    if not good_shape or 0 in pixels.shape:
        raise InvalidInputError(
            f"{what} has shape {pixels.shape}; needed are pictures of shape (items, height, width) or "
            "(items, height, width, 3)"
        )
    if pixels.dtype != np.uint8:
        raise InvalidInputError(f"{what} has type {pixels.dtype}; needed is uint8, brightness 0 to 255")
    return pixels.astype(np.uint8, copy=False)


def read_npz(path: Path) -> Arrays:
    """Read and check a file.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InvalidInputError
        If it is damaged, holds no ``x``, or an array has the wrong shape or type.
    """
    try:
        file = np.load(path, allow_pickle=False)
        if not isinstance(file, np.lib.npyio.NpzFile):
            raise InvalidInputError(f"{path} is a single array; needed is an .npz file with the pictures as array x")
        with file:
            if "x" not in file.files:
                raise InvalidInputError(
                    f"{path} holds no array x (but {', '.join(file.files) or 'nothing'}); save the pictures as x"
                )
            x = check_pixels(file["x"], f"array x of {path}")
            y = file["y"] if "y" in file.files else None
            train = file["train"] if "train" in file.files else None
    except FileNotFoundError as fault:
        raise NotFoundError(f"there is no file {path}") from fault
    except InvalidInputError:
        raise
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as fault:
        raise InvalidInputError(f"{path} is damaged or no .npz file of plain arrays: {fault}") from fault
    for name, array in (("y", y), ("train", train)):
        if array is not None and array.shape != (len(x),):
            raise InvalidInputError(
                f"array {name} of {path} has shape {array.shape} but x holds {len(x)} pictures; give one value "
                "per picture"
            )
    if train is not None and train.dtype != np.bool_:
        raise InvalidInputError(f"array train of {path} has type {train.dtype}; needed is bool")
    return Arrays(x, y, train)


def write_npz(path: Path, arrays: Arrays) -> None:
    """Write ``x``, ``y`` and ``train`` under a temporary name and rename, so that no half a file is ever found.

    Raises
    ------
    StorageError
        If the folder cannot be written.
    """
    given = {"x": arrays.x, "y": arrays.y, "train": arrays.train}
    # Not a NamedTemporaryFile: nobody else could read what that makes.
    temporary = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        try:
            with open(temporary, "wb") as file:
                np.savez(
                    file, allow_pickle=False, **{name: array for name, array in given.items() if array is not None}
                )
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as fault:
        raise StorageError(f"{path} cannot be written: {fault.strerror or fault}") from fault
