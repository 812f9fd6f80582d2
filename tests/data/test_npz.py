"""Reading and writing of .npz files, the damaged and the foreign included."""

from pathlib import Path

import numpy as np
import pytest

from clusteer.core.errors import InvalidInputError, NotFoundError, StorageError
from clusteer.data.npz import Arrays, read_npz, write_npz

X = np.arange(4 * 5 * 6, dtype=np.uint8).reshape(4, 5, 6)


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    write_npz(path, Arrays(X, np.arange(4), np.array([True, True, False, False])))
    back = read_npz(path)
    assert back.y is not None
    assert back.train is not None
    assert (back.x == X).all()
    assert back.y.tolist() == [0, 1, 2, 3]
    assert back.train.tolist() == [True, True, False, False]
    assert [file.name for file in tmp_path.iterdir()] == ["a.npz"]


def test_labels_and_split_are_optional(tmp_path: Path) -> None:
    write_npz(tmp_path / "a.npz", Arrays(X))
    back = read_npz(tmp_path / "a.npz")
    assert back.y is None
    assert back.train is None


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"images": X}, r"holds no array x \(but images\)"),
        ({}, r"holds no array x \(but nothing\)"),
        ({"x": X.astype(np.float32)}, "has type float32; needed is uint8"),
        ({"x": X[0]}, r"has shape \(5, 6\)"),
        ({"x": X[..., None]}, r"has shape \(4, 5, 6, 1\)"),
        ({"x": X[:0]}, r"has shape \(0, 5, 6\)"),
        ({"x": X, "y": np.arange(3)}, r"array y .* has shape \(3,\) but x holds 4"),
        ({"x": X, "train": np.arange(4)}, "array train .* needed is bool"),
        ({"x": X, "train": np.ones((4, 1), bool)}, r"array train .* has shape \(4, 1\)"),
        ({"x": np.array([1, "a", None], object)}, "damaged or no .npz file of plain arrays"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, arrays: dict[str, np.ndarray], message: str) -> None:
    np.savez(tmp_path / "a.npz", allow_pickle=True, **arrays)
    with pytest.raises(InvalidInputError, match=message):
        read_npz(tmp_path / "a.npz")


@pytest.mark.parametrize("keep", [0, 10, 100, 250, -30])
def test_truncated_files(tmp_path: Path, keep: int) -> None:
    write_npz(tmp_path / "a.npz", Arrays(X))
    data = (tmp_path / "a.npz").read_bytes()
    (tmp_path / "a.npz").write_bytes(data[:keep])
    with pytest.raises(InvalidInputError, match=r"a.npz is damaged or no .npz file"):
        read_npz(tmp_path / "a.npz")


def test_one_flipped_byte_is_noticed(tmp_path: Path) -> None:
    write_npz(tmp_path / "a.npz", Arrays(X))
    data = bytearray((tmp_path / "a.npz").read_bytes())
    data[data.index(X[2].tobytes())] ^= 1
    (tmp_path / "a.npz").write_bytes(data)
    with pytest.raises(InvalidInputError, match="damaged"):
        read_npz(tmp_path / "a.npz")


def test_not_an_npz_at_all(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", X)
    with pytest.raises(InvalidInputError, match="a single array"):
        read_npz(tmp_path / "a.npy")
    (tmp_path / "b.npz").write_text("hello")
    with pytest.raises(InvalidInputError, match=r"damaged or no [.]npz"):
        read_npz(tmp_path / "b.npz")
    with pytest.raises(NotFoundError, match="there is no file"):
        read_npz(tmp_path / "missing.npz")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.npz"
    write_npz(path, Arrays(X))

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match="No space left on device"):
        write_npz(path, Arrays(X + 1))
    assert (read_npz(path).x == X).all()
    assert [file.name for file in tmp_path.iterdir()] == ["a.npz"]


def test_a_folder_that_is_not_there_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        write_npz(tmp_path / "missing/a.npz", Arrays(X))
