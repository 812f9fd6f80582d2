"""Arrays on disk: files named by their content, written whole or not at all."""

import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clusteer.core.errors import NotFoundError
from clusteer.sessions.faults import plain_faults


def save_array(array: NDArray[np.generic], folder: Path) -> str:
    """Write an array as ``SHA256.npy`` and return that name; it is on disk when this returns.

    Raises
    ------
    StorageError
        If the disk is full or refuses.
    """
    with plain_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".new-", delete=False) as file:
            temporary = Path(file.name)
            try:
                np.save(file, array, allow_pickle=False)
                file.flush()
                os.fsync(file.fileno())
                file.seek(0)
                name = f"{hashlib.file_digest(file, 'sha256').hexdigest()}.npy"
                temporary.replace(folder / name)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
        sync_folder(folder)
    return name


def load_array(name: str, folder: Path) -> NDArray[np.generic]:
    """Map a saved array into memory, read-only.

    Raises
    ------
    NotFoundError
        If the file is gone.
    """
    try:
        array: NDArray[np.generic] = np.load(folder / name, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError as fault:
        raise NotFoundError(f"{folder / name} is missing; put back a copy of {folder}, or fit again") from fault
    return array


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last; on Windows, where a folder cannot be opened, they do by themselves."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
