"""Files of rows: standard matrices that notice any damage."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clusteer.encoders.row_file import DamagedFileError, bytes_needed, read_hashes, read_values, write_rows

VALUES = np.arange(12, dtype=np.float32).reshape(4, 3)
HASHES = [bytes([number]) * 32 for number in range(4)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "rows.npy"
    write_rows(path, HASHES, 3, [VALUES[:1], VALUES[1:]])
    return path


def test_what_is_written_is_read(path: Path) -> None:
    assert read_hashes(path) == HASHES
    values = read_values(path)
    assert isinstance(values, np.memmap)
    assert not values.flags.writeable
    assert np.array_equal(values, VALUES)
    assert np.array_equal(np.load(path), VALUES)
    assert [file.name for file in path.parent.iterdir()] == ["rows.npy"]
    assert abs(path.stat().st_size - bytes_needed(4, 3)) < 200


def test_every_flipped_bit_is_noticed(path: Path) -> None:
    whole = path.read_bytes()
    for position in range(len(whole)):
        for bit in (1, 2, 64):
            path.write_bytes(whole[:position] + bytes([whole[position] ^ bit]) + whole[position + 1 :])
            with pytest.raises(DamagedFileError):
                (read_hashes(path), read_values(path))


def test_every_cut_is_noticed(path: Path) -> None:
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedFileError):
            read_values(path)
        with pytest.raises(DamagedFileError):
            read_hashes(path)


def test_a_failure_leaves_the_old_file_and_no_other(path: Path) -> None:
    def blocks() -> Iterator[NDArray[np.float32]]:
        yield VALUES[:1]
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        write_rows(path, HASHES, 3, blocks())
    assert np.array_equal(read_values(path), VALUES)
    assert [file.name for file in path.parent.iterdir()] == ["rows.npy"]
