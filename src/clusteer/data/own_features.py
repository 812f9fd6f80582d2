"""A person's own embedding, read from a ``.npy`` file."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clusteer.core.checks import check_matrix
from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.data.images import ImageSet


def load_features(path: str | Path) -> NDArray[np.float32]:
    """Read a feature matrix; a float32 file is mapped, not copied into memory.

    Parameters
    ----------
    path : str or Path
        A ``.npy`` file of shape (n, d) with finite numbers.

    Returns
    -------
    (n, d) float32
        Read-only where it is mapped.

    Raises
    ------
    NotFoundError
        If there is no such file.
    InvalidInputError
        If it is no matrix of numbers, or a row holds NaN or infinity; the sentence names the rows.
    """
    try:
        values = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError as fault:
        raise NotFoundError(f"there is no file {path}; give the .npy file that holds your features") from fault
    except (OSError, ValueError, EOFError) as fault:
        raise InvalidInputError(f"{path} is damaged or no .npy file of plain numbers: {fault}") from fault
    if not isinstance(values, np.ndarray):
        raise InvalidInputError(f"{path} holds several arrays; save the feature matrix alone as .npy")
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
