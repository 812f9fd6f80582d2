import errno
from pathlib import Path
from typing import BinaryIO

import pytest

from clusteer.core.errors import StorageError
from clusteer.core.files import write_whole


def full(file: BinaryIO) -> None:
    file.write(b"half of")
    raise OSError(errno.ENOSPC, "No space left on device")


def test_the_file_is_there_whole_and_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    assert write_whole(path, lambda file: file.write(b"one")) == path
    write_whole(path, lambda file: file.write(b"two"))
    assert path.read_bytes() == b"two"
    assert [found.name for found in path.parent.iterdir()] == ["file"]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"before")
    with pytest.raises(StorageError, match=r"file cannot be written \(No space left on device\)"):
        write_whole(path, full)
    assert path.read_bytes() == b"before"
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_another_fault_passes_and_leaves_nothing(tmp_path: Path) -> None:
    def wrong(file: BinaryIO) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "file", wrong)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="name another place"):
        write_whole(tmp_path / "file" / "below", lambda file: file.write(b""))


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    for path in (tmp_path, Path("/dev/null")):
        with pytest.raises(StorageError, match="is no file"):
            write_whole(path, lambda file: file.write(b""))
