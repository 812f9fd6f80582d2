"""A person's own embedding, read from a ``.npy``, ``.npz`` or ``.csv`` file."""

import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clusteer.core.checks import check_matrix
from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.data.feature_table import read_feature_table
from clusteer.data.images import ImageSet

ARRAY = "features"
"""Name of the array that is taken from an ``.npz`` file of several."""


def load_features(path: str | Path, ids: Sequence[str] | None = None) -> NDArray[np.float32]:
    """Read a feature matrix; a ``.npy`` file of float32 is mapped, not copied into memory.

    Parameters
    ----------
    path : str or Path
        A ``.npy`` file; an ``.npz`` file with one array, or with one called ``features``; or a ``.csv`` file as
        ``read_feature_table`` describes it. Each of shape (n, d) with finite numbers.
    ids : sequence of n str, optional
        Id of each item: a ``.csv`` file that names its items is put in this order.

    Returns
    -------
    (n, d) float32
        Read-only where it is mapped.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InvalidInputError
        If it is no matrix of numbers, or a row holds NaN or infinity; the sentence names the rows or the line.
    """
    path = Path(path)
    values = read_feature_table(path, ids) if path.suffix.lower() == ".csv" else _read_array(path)
    if values.dtype.kind not in "fiu":
        raise InvalidInputError(f"{path} has type {values.dtype}; needed are real numbers, best float32")
    return check_matrix(values, f"the feature matrix {path}")


def check_features_match(images: ImageSet, features: NDArray[np.float32]) -> None:
    """Refuse features that do not have exactly one row per picture."""
    if len(images) == len(features):
        return
    skipped = f" ({len(images.skipped)} more files were skipped)" if images.skipped else ""
    raise InvalidInputError(
        f"there are {len(images)} pictures{skipped} but {len(features)} rows of features; give one row per picture, "
        "in the order of the pictures' relative paths"
    )


def _read_array(path: Path) -> NDArray[np.generic]:
    try:
        held = np.load(path, mmap_mode="r", allow_pickle=False)
        if not isinstance(held, np.lib.npyio.NpzFile):
            array: NDArray[np.generic] = held
            return array
        with held:
            names = held.files
            if len(names) != 1 and ARRAY not in names:
                raise InvalidInputError(
                    f"{path} holds {len(names)} arrays ({', '.join(names)}); save the feature matrix alone, or as "
                    f"{ARRAY}"
                )
            return np.asarray(held[names[0] if len(names) == 1 else ARRAY])
    except FileNotFoundError as fault:
        raise NotFoundError(f"there is no file {path}; give the file that holds your features") from fault
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as fault:
        raise InvalidInputError(f"{path} is damaged or no .npy, .npz or .csv file of plain numbers: {fault}") from fault
