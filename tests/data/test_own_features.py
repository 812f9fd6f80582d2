"""A person's own features: read, refused, matched with pictures."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.data.images import ImageSet
from clusteer.data.own_features import check_features_match, load_features

F = np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)


def test_float32_is_mapped(tmp_path: Path) -> None:
    np.save(tmp_path / "f.npy", F)
    values = load_features(tmp_path / "f.npy")
    assert values.dtype == np.float32
    assert isinstance(values.base, np.memmap)
    assert np.array_equal(values, F)


@pytest.mark.parametrize("dtype", [np.float64, np.float16, np.int32, np.uint8])
def test_other_numbers_are_converted(tmp_path: Path, dtype: type) -> None:
    given: np.ndarray = (F * 10).astype(np.uint8).astype(dtype)
    np.save(tmp_path / "f.npy", np.asfortranarray(given))
    values = load_features(tmp_path / "f.npy")
    assert values.dtype == np.float32
    assert np.array_equal(values, given)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (F[0], r"has shape \(4,\); needed is \(items, dimensions\)"),
        (F[:0], r"has shape \(0, 4\)"),
        (F[None], r"has shape \(1, 6, 4\)"),
        (np.where(np.arange(24).reshape(6, 4) % 9 == 8, np.nan, F), r"in 2 of 6 rows \(row 2, 4\)"),
        (np.full((2, 2), np.inf), r"in 2 of 2 rows \(row 0, 1\)"),
        (np.array([[1, None]], object), "no .npy, .npz or .csv file of plain numbers"),
        (np.array([["1", "2"]]), "has type <U1; needed are real numbers"),
        (F.astype(complex), "has type complex128"),
        (np.zeros((2, 2), [("a", "f4")]), "needed are real numbers"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, array: np.ndarray, message: str) -> None:
    np.save(tmp_path / "f.npy", array)
    with pytest.raises(InvalidInputError, match=message):
        load_features(tmp_path / "f.npy")


def test_damaged_foreign_and_missing_files(tmp_path: Path) -> None:
    path = tmp_path / "f.npy"
    with pytest.raises(NotFoundError, match=r"there is no file .*f.npy"):
        load_features(path)
    for content in (b"", b"\x93NUMPY", b"1.0,2.0\n"):
        path.write_bytes(content)
        with pytest.raises(InvalidInputError, match=r"f.npy is damaged or no .npy, .npz or .csv file"):
            load_features(path)
    np.save(path, F)
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(InvalidInputError, match="damaged"):
        load_features(path)
    with pytest.raises(InvalidInputError, match=r"damaged or no [.]npy, "):
        load_features(tmp_path)


def test_npz_gives_its_only_array_or_the_one_called_features(tmp_path: Path) -> None:
    path = tmp_path / "f.npz"
    np.savez(path, anything=F)
    assert np.array_equal(load_features(path), F)
    np.savez(path, y=np.arange(6), features=F)
    assert np.array_equal(load_features(str(path)), F)
    np.savez(path, x=F, y=np.arange(6))
    with pytest.raises(
        InvalidInputError, match=r"holds 2 arrays \(x, y\); save the feature matrix alone, or as features"
    ):
        load_features(path)
    np.savez(path)
    with pytest.raises(InvalidInputError, match="holds 0 arrays"):
        load_features(path)
    np.savez(path, f=np.array([[1, None]], object))
    with pytest.raises(InvalidInputError, match="damaged or no"):
        load_features(path)
    np.savez_compressed(path, f=F)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(InvalidInputError, match="damaged or no"):
        load_features(path)


def test_csv_in_the_order_of_its_file_or_of_the_items(tmp_path: Path) -> None:
    (tmp_path / "f.CSV").write_text("path,x,y\nb,1,2\na,3,4\n")
    assert load_features(tmp_path / "f.CSV").tolist() == [[1, 2], [3, 4]]
    assert load_features(tmp_path / "f.CSV", ["a", "b"]).tolist() == [[3, 4], [1, 2]]


def test_features_and_pictures_must_match(tmp_path: Path) -> None:
    for number in range(6):
        Image.new("L", (4, 4), number).save(tmp_path / f"{number}.png")
    images = ImageSet.from_folder(tmp_path)
    check_features_match(images, F)
    with pytest.raises(InvalidInputError, match="there are 6 pictures but 5 rows of features"):
        check_features_match(images, F[:5])
    (tmp_path / "3.png").write_bytes(b"")
    with pytest.raises(InvalidInputError, match=r"there are 5 pictures \(1 more files were skipped\) but 6 rows"):
        check_features_match(ImageSet.from_folder(tmp_path), F)
