import os
from pathlib import Path

import numpy as np
import pytest

from clusteer.core.errors import NotFoundError, StorageError
from clusteer.sessions.artifacts import load_array, load_json, save_array, save_json


def test_an_array_comes_back_under_the_name_of_its_content(tmp_path: Path) -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4)
    name = save_array(array, tmp_path / "new")
    assert save_array(array.copy(), tmp_path / "new") == name
    assert save_array(array + 1, tmp_path / "new") != name
    assert len(list((tmp_path / "new").iterdir())) == 2
    found = load_array(name, tmp_path / "new")
    np.testing.assert_array_equal(found, array)
    assert not found.flags.writeable


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="the disk is full"):
        save_array(np.zeros(3), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="is a file, not a folder"):
        save_array(np.zeros(3), tmp_path / "file" / "new")


def test_a_missing_array_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"gone\.npy is missing"):
        load_array("gone.npy", tmp_path)


def test_json_comes_back_and_damage_is_noticed(tmp_path: Path) -> None:
    name = save_json(b'{"a": 1}', tmp_path)
    assert name.endswith(".json")
    assert load_json(name, tmp_path) == b'{"a": 1}'
    (tmp_path / name).write_bytes(b'{"a": 2}')
    with pytest.raises(StorageError, match="has changed since it was written"):
        load_json(name, tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(NotFoundError, match="is missing"):
        load_json(name, tmp_path)
