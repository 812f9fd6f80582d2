"""An Index on disk comes back as it was, or says that it is damaged."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from clusteer.core import Index, NotFoundError, StorageError
from clusteer.neighbors import build_index, load_index, save_index

NAMES = [field.name for field in fields(Index) if field.name != "encoder"]


def some_index(n: int = 30) -> Index:
    return build_index(np.random.default_rng(0).random((n, 6), np.float32), "pixels@32+other", neighbors=4)


@pytest.mark.parametrize("n", [1, 30])
def test_an_index_comes_back_memory_mapped(tmp_path: Path, n: int) -> None:
    index = some_index(n)
    loaded = load_index(tmp_path / save_index(index, tmp_path))
    assert loaded.encoder == "pixels@32+other"
    for name in NAMES:
        array = getattr(loaded, name)
        assert isinstance(array, np.memmap)
        assert not array.flags.writeable
        assert array.dtype == getattr(index, name).dtype
        assert np.array_equal(array, getattr(index, name))


def test_equal_content_is_kept_once(tmp_path: Path) -> None:
    name = save_index(some_index(), tmp_path)
    assert save_index(some_index(), tmp_path) == name
    assert save_index(load_index(tmp_path / name), tmp_path) == name
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert save_index(some_index(31), tmp_path) != name


@pytest.mark.parametrize("file", [*(f"{name}.npy" for name in NAMES), "meta.json"])
@pytest.mark.parametrize("damage", ["flipped", "cut", "missing"])
def test_damage_is_noticed_and_put_right_by_saving_again(tmp_path: Path, file: str, damage: str) -> None:
    folder = tmp_path / save_index(some_index(), tmp_path)
    path = folder / file
    whole = path.read_bytes()
    if damage == "flipped":
        path.write_bytes(whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:])
    elif damage == "cut":
        path.write_bytes(whole[:-1])
    else:
        path.unlink()
    with pytest.raises(StorageError, match=f"is damaged: its file {file} is missing or has changed"):
        load_index(folder)
    assert tmp_path / save_index(some_index(), tmp_path) == folder
    assert np.array_equal(load_index(folder).embedding, some_index().embedding)


def test_no_such_index(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no index at"):
        load_index(tmp_path / "index-0")


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "here").touch()
    with pytest.raises(StorageError, match="cannot be read or written"):
        save_index(some_index(), tmp_path / "here")
