"""ImageSet: identity, pictures, truths, subsets, splits, reopening."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.data.images import ImageSet
from clusteer.data.npz import Arrays, write_npz

X = np.random.default_rng(0).integers(0, 256, (12, 8, 10, 3), np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "holiday"
    for name, row in {"b/1.png": 0, "b/2.png": 1, "a/1.png": 2, "a/copy.png": 0, "a/copy 2.png": 0}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(X[row]).save(folder / name)
    (folder / "bad.jpg").touch()
    return folder


def test_from_folder(folder: Path) -> None:
    images = ImageSet.from_folder(folder)
    assert len(images) == 5
    assert images.name == "holiday"
    assert images.ids == ("a/1.png", "a/copy 2.png", "a/copy.png", "b/1.png", "b/2.png")
    assert images.skipped == (("bad.jpg", "empty (0 bytes)"),)
    assert images.truths == {}, "a person's sorting is not truth"
    assert images.source == {"kind": "folder", "path": str(folder)}
    assert images.has_images
    assert images.path(4) == folder / "b/2.png"
    assert np.array_equal(np.asarray(images.image(4)), X[1])


def test_duplicates_share_the_hash_and_differ_in_copy_number(folder: Path) -> None:
    images = ImageSet.from_folder(folder)
    assert images.copies.tolist() == [0, 0, 1, 2, 0]
    assert len(set(images.hashes)) == 3
    assert len(set(zip(images.hashes, images.copies.tolist(), strict=True))) == 5


def test_a_relative_folder_is_found_from_elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "a")
    images = ImageSet.from_folder("../b")
    monkeypatch.chdir("/")
    assert images.name == "b"
    assert images.image(0).size == (10, 8)


def test_fingerprint_tells_content_names_and_order_apart(folder: Path) -> None:
    images = ImageSet.from_folder(folder)
    assert images.fingerprint == ImageSet.from_folder(folder).fingerprint
    assert images.fingerprint != images.subset([1, 0, 2, 3, 4]).fingerprint
    before = images.fingerprint
    (folder / "b/2.png").rename(folder / "b/3.png")
    renamed = ImageSet.from_folder(folder)
    assert renamed.hashes == images.hashes
    assert renamed.fingerprint != before


def test_reopening_reads_no_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images = ImageSet.from_folder(folder)
    elsewhere = folder.with_name("moved")
    folder.rename(elsewhere)
    again = ImageSet.reopen(images.source, images.ids, images.hashes, images.name)
    assert again.fingerprint == images.fingerprint
    assert again.copies.tolist() == images.copies.tolist()
    assert again.path(0) == folder / "a/1.png"
    with pytest.raises(NotFoundError, match=r"1\.png is gone"):
        again.image(0)
    with pytest.raises(NotFoundError, match="is gone"):
        again.pixels([0], 4)
    elsewhere.rename(folder)
    assert np.array_equal(np.asarray(again.image(0)), X[2])


def test_a_file_that_broke_meanwhile_is_named(folder: Path) -> None:
    images = ImageSet.from_folder(folder)
    (folder / "a/1.png").write_bytes(b"rubbish")
    with pytest.raises(InvalidInputError, match=r"a/1.png can no longer be read"):
        images.image(0)


def test_pixels_are_bicubic_squares(folder: Path) -> None:
    images = ImageSet.from_folder(folder)
    out = images.pixels(np.array([4, 0]), 6)
    assert out.shape == (2, 6, 6, 3)
    assert out.dtype == np.uint8
    expected = Image.fromarray(X[1]).resize((6, 6), Image.Resampling.BICUBIC)
    assert np.array_equal(out[0], np.asarray(expected))
    assert images.pixels([], 6).shape == (0, 6, 6, 3)


def test_pixels_of_a_large_jpeg_are_close_to_the_full_decode(tmp_path: Path) -> None:
    small = np.random.default_rng(1).integers(0, 256, (12, 16, 3), np.uint8)
    Image.fromarray(small).resize((1600, 1200), Image.Resampling.BICUBIC).save(tmp_path / "a.jpg", quality=95)
    images = ImageSet.from_folder(tmp_path)
    full = np.asarray(images.image(0).resize((64, 64), Image.Resampling.BICUBIC)).astype(int)
    assert np.abs(images.pixels([0], 64)[0] - full).mean() < 2


@pytest.mark.parametrize("row", [-1, 5])
def test_a_row_that_is_not_there(folder: Path, row: int) -> None:
    images = ImageSet.from_folder(folder)
    for ask in (images.image, images.path, lambda row: images.pixels([row], 4), lambda row: images.subset([row])):
        with pytest.raises(InvalidInputError, match=f"names item {row} but there are 5 items"):
            ask(row)


def test_from_arrays() -> None:
    images = ImageSet.from_arrays("mine", X, {"colour": list("abcabcabcabc"), "size": np.arange(12) // 6 * 10})
    assert images.ids[:2] == ("00", "01")
    assert images.truths["colour"].tolist() == [0, 1, 2] * 4
    assert images.truths["size"].tolist() == [0] * 6 + [1] * 6
    assert images.truths["size"].dtype == np.int64
    assert images.path(0) is None
    assert images.source == {"kind": "memory"}
    assert np.array_equal(np.asarray(images.image(3)), X[3])
    assert np.array_equal(images.pixels([3], 10)[0], np.asarray(Image.fromarray(X[3]).resize((10, 10), 3)))
    with pytest.raises(ValueError, match="read-only"):
        images.truths["size"][0] = 5


def test_grey_arrays_become_rgb() -> None:
    images = ImageSet.from_arrays("grey", X[..., 0])
    assert images.image(2).mode == "RGB"
    assert np.array_equal(images.pixels(range(12), 5)[..., 0], images.pixels(range(12), 5)[..., 2])


def test_hashes_of_arrays_tell_shapes_and_content_apart() -> None:
    tall, wide = np.zeros((2, 4, 2), np.uint8), np.zeros((1, 2, 4), np.uint8)
    first = ImageSet.from_arrays("tall", tall)
    assert first.hashes[0] == first.hashes[1]
    assert first.copies.tolist() == [0, 1]
    assert ImageSet.from_arrays("wide", wide).hashes[0] != first.hashes[0]
    assert ImageSet.from_arrays("swapped", np.swapaxes(wide, 1, 2)).hashes[0] == first.hashes[0]


def test_faults_of_arrays_are_said() -> None:
    with pytest.raises(InvalidInputError, match="has type float64; needed is uint8"):
        ImageSet.from_arrays("x", X.astype(float))
    with pytest.raises(InvalidInputError, match=r"has shape \(8, 10\)"):
        ImageSet.from_arrays("x", X[0, :, :, 0])
    with pytest.raises(InvalidInputError, match=r"truth 'y' has shape \(3,\) but there are 12 items"):
        ImageSet.from_arrays("x", X, {"y": [1, 2, 3]})
    with pytest.raises(InvalidInputError, match="2 ids and 12 hashes"):
        ImageSet.from_arrays("x", X, ids=["a", "b"])
    with pytest.raises(InvalidInputError, match="the id 'a' is given to 2 items"):
        ImageSet.from_arrays("x", X[:3], ids=["a", "b", "a"])


def test_from_npz_and_its_splits(tmp_path: Path) -> None:
    write_npz(tmp_path / "mine.npz", Arrays(X, np.arange(12) % 3, np.arange(12) < 8))
    images = ImageSet.from_npz(tmp_path / "mine.npz")
    assert images.name == "mine"
    assert images.source == {"kind": "npz", "path": str(tmp_path / "mine.npz")}
    assert images.truths["class"].tolist() == [0, 1, 2] * 4
    assert images.split("all") is images
    train, test = images.split("train"), images.split("test")
    assert (len(train), len(test)) == (8, 4)
    assert test.ids == ("08", "09", "10", "11"), "a row keeps its number in a split"
    assert test.truths["class"].tolist() == [2, 0, 1, 2]
    assert test.source["split"] == "test"
    assert np.array_equal(np.asarray(test.image(0)), X[8])
    with pytest.raises(InvalidInputError, match="no split 'validation'; choose one of all, train, test"):
        images.split("validation")


def test_a_set_without_split_says_so() -> None:
    with pytest.raises(InvalidInputError, match="no official split; only 'all' can be chosen, not 'test'"):
        ImageSet.from_arrays("mine", X).split("test")


@given(st.lists(st.integers(0, 11), min_size=1, max_size=12, unique=True), st.data())
def test_subsets_of_subsets_cut_everything_alike(rows: list[int], data: st.DataObject) -> None:
    images = ImageSet.from_arrays("mine", X, {"row": np.arange(12)})
    part = images.subset(rows)
    again = data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=1, max_size=len(rows), unique=True))
    final = part.subset(again)
    expected = [rows[row] for row in again]
    assert final.truths["row"].tolist() == expected
    assert final.ids == tuple(images.ids[row] for row in expected)
    assert final.hashes == tuple(images.hashes[row] for row in expected)
    assert np.array_equal(np.asarray(final.image(len(expected) - 1)), X[expected[-1]])


def test_subsets_need_distinct_rows() -> None:
    images = ImageSet.from_arrays("mine", X)
    with pytest.raises(InvalidInputError, match="is given to 2 items"):
        images.subset([1, 1])
    with pytest.raises(InvalidInputError, match="at least one"):
        images.subset([])


def test_subset_of_a_folder(folder: Path) -> None:
    part = ImageSet.from_folder(folder).subset([4, 3])
    assert part.path(0) == folder / "b/2.png"
    assert np.array_equal(np.asarray(part.image(1)), X[0])


def test_features_only(tmp_path: Path) -> None:
    values = np.array([[1, 2], [3, 4], [1, 2]], np.float32)
    images = ImageSet.from_features("mine", values, tmp_path / "f.npy")
    assert len(images) == 3
    assert not images.has_images
    assert images.copies.tolist() == [0, 0, 1]
    assert images.path(0) is None
    assert images.source == {"kind": "features", "path": str(tmp_path / "f.npy")}
    assert ImageSet.from_features("mine", values).source == {"kind": "memory"}
    assert images.subset([2, 1]).hashes == (images.hashes[2], images.hashes[1])
    with pytest.raises(NotFoundError, match="no pictures to show, only features"):
        images.image(0)
    with pytest.raises(NotFoundError, match="no pictures to show"):
        images.pixels([0], 4)
    with pytest.raises(InvalidInputError, match="NaN or infinite values in 1 of 2 rows"):
        ImageSet.from_features("bad", np.array([[1, np.nan], [0, 0]]))


def test_a_folder_set_can_go_to_another_process(folder: Path) -> None:
    images = pickle.loads(pickle.dumps(ImageSet.from_folder(folder)))
    assert np.array_equal(np.asarray(images.image(4)), X[1])


def test_repr_stays_short(folder: Path) -> None:
    assert "sha" not in repr(ImageSet.from_folder(folder))
    assert len(repr(ImageSet.from_arrays("mine", X))) < 200
