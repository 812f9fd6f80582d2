"""An Index on disk: a folder of ``.npy`` files and a ``meta.json`` with their digests, named by its own."""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from clusteer.core import ClusteerError, Index, NotFoundError, StorageError

_ARRAYS = tuple(field.name for field in fields(Index) if field.name != "encoder")
_META = "meta.json"


def save_index(index: Index, directory: Path) -> str:
    """Write an index to a folder of its own under ``directory`` and return the name of that folder.

    The name is a digest of the content, so the same index is kept once. The folder appears whole or not at all.

    Raises
    ------
    StorageError
        If the disk refuses.
    """
    with _disk(directory):
        temporary = directory / f"{uuid4().hex}.tmp"
        temporary.mkdir(parents=True)
        try:
            name = _fill(temporary, index)
            target = directory / name
            if not _is_sound(target):
                shutil.rmtree(target, ignore_errors=True)
                try:
                    os.rename(temporary, target)
                except OSError:
                    # Another process saving the same index may have been first.
                    if not _is_sound(target):
                        raise
                _sync_folder(directory)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return name


def load_index(directory: Path) -> Index:
    """Return the index that ``save_index`` wrote to this folder, memory-mapped, after one reading to check it.

    Raises
    ------
    NotFoundError
        If there is no such folder.
    StorageError
        If a file in it is missing or has changed.
    """
    if not directory.is_dir():
        raise NotFoundError(f"there is no index at {directory}; build it again")
    with _disk(directory):
        try:
            text = (directory / _META).read_bytes()
            if _name_for(text) != directory.name:
                raise _damage(directory, _META)
            meta = json.loads(text)
            arrays: dict[str, Any] = {name: _load_array(directory, name, meta["sha256"][name]) for name in _ARRAYS}
        except FileNotFoundError as fault:
            raise _damage(directory, Path(fault.filename).name) from fault
    return Index(encoder=meta["encoder"], **arrays)


def _fill(folder: Path, index: Index) -> str:
    """Write the files of an index and return its name."""
    for name in _ARRAYS:
        with _path(folder, name).open("xb") as file:
            np.save(file, getattr(index, name))
            file.flush()
            os.fsync(file.fileno())
    meta = {"encoder": index.encoder, "sha256": {name: _digest(_path(folder, name)) for name in _ARRAYS}}
    text = json.dumps(meta, indent=1).encode()
    with (folder / _META).open("xb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(folder)
    return _name_for(text)


def _load_array(folder: Path, name: str, digest: str) -> NDArray[np.generic]:
    if _digest(_path(folder, name)) != digest:
        raise _damage(folder, _path(folder, name).name)
    array: NDArray[np.generic] = np.load(_path(folder, name), mmap_mode="r")
    return array


def _is_sound(folder: Path) -> bool:
    try:
        load_index(folder)
    except ClusteerError:
        return False
    return True


def _damage(folder: Path, file: str) -> StorageError:
    return StorageError(
        f"the index {folder} is damaged: its file {file} is missing or has changed since it was written; "
        "delete that folder and build the index again, no answer is lost"
    )


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.npy"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _name_for(meta: bytes) -> str:
    return f"index-{hashlib.sha256(meta).hexdigest()[:32]}"


def _sync_folder(folder: Path) -> None:
    """Make names last; on Windows, where a folder cannot be opened, they do by themselves."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def _disk(folder: Path) -> Iterator[None]:
    """Say what to do where the operating system refuses."""
    try:
        yield
    except ClusteerError:
        raise
    except OSError as fault:
        raise StorageError(
            f"the index in {folder} cannot be read or written ({fault.strerror or fault}); make room or grant access "
            "there"
        ) from fault
