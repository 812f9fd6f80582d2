"""Arrays and documents on disk: files named by their content, written whole or not at all."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clusteer.core.errors import NotFoundError, StorageError
from clusteer.sessions.faults import plain_faults

if TYPE_CHECKING:
    from clusteer.core.index import Index
    from clusteer.encoders.tfidf import Tfidf
    from clusteer.sessions.rows import RoundRow


def store_index(index: "Index", tfidf: "Tfidf | None", folder: Path) -> dict[str, str]:
    """Put an index, and what encoded its texts, on disk and return the artifacts of round 0."""
    from clusteer.neighbors import save_index

    kept = {} if tfidf is None else {"tfidf": save_json(tfidf.to_json(), folder)}
    return {"index": save_index(index, folder), **kept}


def newest_index(rounds: "Sequence[RoundRow]", folder: Path) -> "Index":
    """Return the index of the last round that has one.

    Raises
    ------
    NotFoundError
        If it is gone.
    """
    from clusteer.neighbors import load_index

    names = [row.artifacts["index"] for row in rounds if "index" in row.artifacts]
    return load_index(folder / names[-1])


def save_array(array: NDArray[np.generic], folder: Path) -> str:
    """Write an array as ``SHA256.npy`` and return that name; it is on disk when this returns.

    Raises
    ------
    StorageError
        If the disk is full or refuses.
    """
    return _save(lambda file: np.save(file, array, allow_pickle=False), ".npy", folder)


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


def save_json(content: bytes, folder: Path) -> str:
    """Write JSON as ``SHA256.json`` and return that name; errors as for ``save_array``."""
    return _save(lambda file: file.write(content), ".json", folder)


def load_json(name: str, folder: Path) -> bytes:
    """Return what ``save_json`` wrote.

    Raises
    ------
    NotFoundError
        If the file is gone.
    StorageError
        If it has changed since.
    """
    with plain_faults(folder):
        try:
            content = (folder / name).read_bytes()
        except FileNotFoundError as fault:
            raise NotFoundError(f"{folder / name} is missing; put back a copy of {folder}") from fault
    if f"{hashlib.sha256(content).hexdigest()}.json" != name:
        raise StorageError(f"{folder / name} has changed since it was written; put back a copy of {folder}")
    return content


def _save(write: Callable[[IO[bytes]], object], suffix: str, folder: Path) -> str:
    with plain_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".new-", delete=False) as file:
            temporary = Path(file.name)
            try:
                write(file)
                file.flush()
                os.fsync(file.fileno())
                file.seek(0)
                name = f"{hashlib.file_digest(file, 'sha256').hexdigest()}{suffix}"
                temporary.replace(folder / name)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
        sync_folder(folder)
    return name


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last; on Windows, where a folder cannot be opened, they do by themselves."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
