"""One file of the feature cache: a standard ``.npy`` matrix, followed by whose rows they are and two checksums.

    .npy header | values (n, d) float32 | hashes (n, 32) bytes | n | d | CRC-32 of header and values | CRC-32 of hashes

``numpy.load`` reads the values as they are. A file appears whole or not at all.
"""

import io
import os
import struct
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from clusteer.core import StorageError

HASH_BYTES = 32
TEMPORARY = ".tmp"
_TRAILER = struct.Struct("<QQII")
_CHUNK = 1 << 24


class DamagedFileError(StorageError):
    """Raised when a file of the cache is not what was written; the cache then computes its rows anew."""


def write_rows(path: Path, hashes: Sequence[bytes], dimensions: int, blocks: Iterable[NDArray[np.float32]]) -> None:
    """Write n rows under a temporary name and put them in place once they are on disk.

    Parameters
    ----------
    path : Path
        Where; a file that is there already is replaced.
    hashes : sequence of n bytes
        The SHA-256 of the content each row was computed from.
    dimensions : int
        Length d of a row.
    blocks : iterable of (b, d) float32
        The rows in order, n in all.

    Raises
    ------
    OSError
        If the disk refuses; nothing is left behind.
    """
    temporary = path.with_name(f"{path.stem}-{uuid4().hex}{TEMPORARY}")
    names = b"".join(hashes)
    header = _header(len(hashes), dimensions)
    try:
        with temporary.open("xb") as file:
            file.write(header)
            checksum = zlib.crc32(header)
            for block in blocks:
                data = np.ascontiguousarray(block, "<f4").data
                checksum = zlib.crc32(data, checksum)
                file.write(data)
            file.write(names)
            file.write(_TRAILER.pack(len(hashes), dimensions, checksum, zlib.crc32(names)))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def read_hashes(path: Path) -> list[bytes]:
    """Return whose rows a file holds, without reading the rows.

    Raises
    ------
    DamagedFileError
        If the file was cut, or these bytes of it have changed.
    """
    with path.open("rb") as file:
        n, _, _, _, checksum = _layout(path, file)
        file.seek(-n * HASH_BYTES - _TRAILER.size, os.SEEK_END)
        names = file.read(n * HASH_BYTES)
        if zlib.crc32(names) != checksum:
            raise DamagedFileError(f"the feature cache file {path} has changed since it was written")
    return [names[start : start + HASH_BYTES] for start in range(0, len(names), HASH_BYTES)]


def read_values(path: Path) -> NDArray[np.float32]:
    """Return the (n, d) rows of a file, memory-mapped, after one reading to see that they are whole.

    Raises
    ------
    DamagedFileError
        If the file was cut, or a byte of the rows has changed.
    """
    with path.open("rb") as file:
        n, dimensions, offset, wanted, _ = _layout(path, file)
        left, checksum = offset + n * dimensions * 4, 0
        file.seek(0)
        while left > 0:
            chunk = file.read(min(left, _CHUNK))
            left, checksum = left - len(chunk), zlib.crc32(chunk, checksum)
        if checksum != wanted:
            raise DamagedFileError(f"the feature cache file {path} has changed since it was written")
        return np.memmap(file, np.float32, "r", offset, (n, dimensions))


def bytes_needed(n: int, dimensions: int) -> int:
    """Size in bytes of a file of n rows, to within its header and checksums."""
    return n * (4 * dimensions + HASH_BYTES)


def _layout(path: Path, file: BinaryIO) -> tuple[int, int, int, int, int]:
    """Rows, row length, where the rows begin and the two checksums; the size of the file must agree with them."""
    size = os.fstat(file.fileno()).st_size
    if size >= _TRAILER.size:
        file.seek(-_TRAILER.size, os.SEEK_END)
        n, dimensions, values, names = _TRAILER.unpack(file.read())
        offset = len(_header(n, dimensions))
        if size == offset + bytes_needed(n, dimensions) + _TRAILER.size:
            return n, dimensions, offset, values, names
    raise DamagedFileError(f"the feature cache file {path} was cut short or has changed since it was written")


def _header(n: int, dimensions: int) -> bytes:
    """Return the ``.npy`` header of (n, d) float32 values."""
    header = io.BytesIO()
    npy.write_array_header_1_0(header, {"descr": "<f4", "fortran_order": False, "shape": (n, dimensions)})
    return header.getvalue()


def _sync_folder(folder: Path) -> None:
    """Make a rename last; on Windows, where a folder cannot be opened, renaming does so by itself."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
