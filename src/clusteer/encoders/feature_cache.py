"""The folder of one encoder in the feature cache: files of rows, each called by a digest of whose rows it holds."""

import contextlib
import hashlib
import logging
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from clusteer.core import ClusteerError, StorageError
from clusteer.encoders.row_file import (
    TEMPORARY,
    DamagedFileError,
    bytes_needed,
    read_hashes,
    read_values,
    write_rows,
)

_ABANDONED = 24 * 3600
_log = logging.getLogger(__name__)
_T = TypeVar("_T")


def path_of(folder: Path, hashes: Sequence[bytes]) -> Path:
    """Where the rows of this content, in this order, are kept."""
    return folder / f"{hashlib.sha256(b''.join(hashes)).hexdigest()[:32]}.npy"


def space(folder: Path, hashes: Sequence[bytes], missing: int, dimensions: int) -> int:
    """Bytes a set will take if not there: its own file, and those of missing rows on the way to it."""
    return 0 if path_of(folder, hashes).exists() else bytes_needed(len(hashes) + missing, dimensions)


def prepare(folder: Path, needed: int) -> None:
    """Make the folder, remove what killed processes left behind, and refuse now what would fill the disk later."""
    with _disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob(f"*{TEMPORARY}"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > _ABANDONED:
                    path.unlink()
        free = shutil.disk_usage(folder).free
    if free < needed:
        raise StorageError(
            f"the feature cache {folder} needs {needed / 1e6:.0f} MB but {free / 1e6:.0f} MB are free; make room, or "
            "set CLUSTEER_CACHE to a folder on another disk"
        )


def files(folder: Path) -> Iterator[tuple[Path, list[bytes]]]:
    """Each sound file of the folder and whose rows it holds."""
    for path in sorted(folder.glob("*.npy")):
        held = _read(read_hashes, path)
        if held is not None:
            yield path, held


def read(path: Path) -> NDArray[np.float32] | None:
    """Rows of a file; None if it is not there (any more), or was damaged, which is reported and the file removed."""
    return _read(read_values, path)


def write(path: Path, hashes: Sequence[bytes], dimensions: int, blocks: Iterable[NDArray[np.float32]]) -> None:
    """Write rows. Another process may take them into a larger file, and remove this one, before they are read."""
    with _disk(path.parent):
        write_rows(path, hashes, dimensions, blocks)


def _read(reader: Callable[[Path], _T], path: Path) -> _T | None:
    with _disk(path.parent):
        try:
            return reader(path)
        except FileNotFoundError:
            return None
        except DamagedFileError as fault:
            _log.warning("%s; what it held is computed again", fault)
            path.unlink(missing_ok=True)
            return None


@contextlib.contextmanager
def _disk(folder: Path) -> Iterator[None]:
    """Say what to do where the operating system refuses."""
    try:
        yield
    except ClusteerError:
        raise
    except OSError as fault:
        raise StorageError(
            f"the feature cache {folder} cannot be used ({fault.strerror or fault}); make room or grant access there, "
            "or set CLUSTEER_CACHE to another folder"
        ) from fault
