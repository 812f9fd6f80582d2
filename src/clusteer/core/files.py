"""Write a file whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from clusteer.core.errors import StorageError


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> Path:
    """Make the folder if need be, let ``write`` fill a temporary file there, give it its name; return the path.

    Raises
    ------
    StorageError
        If the disk refuses, a file that was there before is then as it was; or if the path is no file, but a folder
        or a device.
    """
    if path.exists() and not path.is_file():
        raise StorageError(f"{path} exists and is no file; name another place")
    temporary = path.with_name(f".{path.name}-{uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("xb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as fault:
        raise StorageError(
            f"{path} cannot be written ({fault.strerror or fault}); make room there or name another place"
        ) from fault
    return path
