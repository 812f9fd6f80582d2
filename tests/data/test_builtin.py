"""The named sets: from disk, from a (pretended) OpenML, and neither."""

from pathlib import Path
from types import SimpleNamespace
from urllib.error import URLError

import numpy as np
import pytest

from clusteer.core.errors import InvalidInputError, NotFoundError, StorageError, UnavailableError
from clusteer.data import builtin
from clusteer.data.npz import Arrays, read_npz, write_npz

RNG = np.random.default_rng(0)
COLOUR = RNG.integers(0, 256, (20, 32, 32, 3), np.uint8)
GREY = RNG.integers(0, 256, (20, 28, 28), np.uint8)
Y = np.arange(20) % 10
TRAIN = np.arange(20) < 15


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLUSTEER_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(*args: object, **options: object) -> None:
        raise URLError("Name or service not known")

    monkeypatch.setattr("sklearn.datasets.fetch_openml", fetch)


def test_default_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CLUSTEER_DATA")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert builtin.data_folder() == tmp_path / ".cache/clusteer-data"


def test_inks() -> None:
    images = builtin.load("inks")
    assert len(images) == 2000
    assert images.name == "inks"
    assert images.ids[0] == "0000"
    assert images.source == {"kind": "dataset", "name": "inks", "split": "all"}
    assert tuple(images.truths) == builtin.criteria("inks") == ("digit", "ink", "paper", "parity", "loop")
    assert images.copies.max() == 0
    with pytest.raises(InvalidInputError, match="the set inks has no official split; only 'all'"):
        builtin.load("inks", "test")


def test_cifar10_from_disk_has_the_five_criteria(data: Path) -> None:
    write_npz(data / "cifar10.npz", Arrays(COLOUR, Y, TRAIN))
    images = builtin.load("cifar10")
    assert tuple(images.truths) == builtin.criteria("cifar10")
    groups = {
        criterion: {frozenset(np.unique(Y[labels == group]).tolist()) for group in np.unique(labels)}
        for criterion, labels in images.truths.items()
    }
    animals = frozenset({2, 3, 4, 5, 6, 7})
    assert groups == {
        "class": {frozenset({label}) for label in range(10)},
        "cifar10-2-default": {frozenset({0, 1, 8, 9}), animals},
        "cifar10-2-personalized": {frozenset({0, 2, 6, 8}), frozenset({1, 3, 4, 5, 7, 9})},
        "type": {frozenset({0, 1, 8, 9}), animals},
        "environment": {frozenset({0, 2}), frozenset({6, 8}), frozenset({1, 3, 4, 5, 7, 9})},
    }
    test = builtin.load("cifar10", "test")
    assert test.ids == ("15", "16", "17", "18", "19")
    assert test.source == {"kind": "dataset", "name": "cifar10", "split": "test"}
    assert np.array_equal(np.asarray(test.image(0)), COLOUR[15])
    assert len(builtin.load("cifar10", "train")) == 15


def test_mnist_and_fashion_mnist_criteria(data: Path) -> None:
    for name in ("mnist", "fashion-mnist"):
        write_npz(data / f"{name}.npz", Arrays(GREY, Y, TRAIN))
    assert builtin.load("mnist").truths["parity"].tolist() == [0, 1] * 10
    assert builtin.criteria("mnist") == ("class", "parity")
    assert tuple(builtin.load("fashion-mnist").truths) == builtin.criteria("fashion-mnist") == ("class",)


def test_unknown_names_and_splits(data: Path) -> None:
    with pytest.raises(
        NotFoundError, match="no data set 'imagenet'; choose one of inks, scenes, mnist, fashion-mnist, cifar10"
    ):
        builtin.load("imagenet")
    with pytest.raises(NotFoundError, match="no data set 'imagenet'"):
        builtin.criteria("imagenet")
    write_npz(data / "mnist.npz", Arrays(GREY, Y, TRAIN))
    with pytest.raises(InvalidInputError, match="no split 'val'"):
        builtin.load("mnist", "val")


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (Arrays(COLOUR, Y, TRAIN), r"is not mnist: .*\(items, 28, 28\).* x has shape \(20, 32, 32, 3\)"),
        (Arrays(GREY, None, TRAIN), "y is missing and train is there"),
        (Arrays(GREY, Y, None), "y is there and train is missing"),
        (Arrays(GREY, Y + 1, TRAIN), "its classes y are not integers 0 to 9"),
        (Arrays(GREY, Y / 2, TRAIN), "its classes y are not integers 0 to 9"),
    ],
)
def test_a_foreign_file_is_refused(data: Path, arrays: Arrays, message: str) -> None:
    write_npz(data / "mnist.npz", arrays)
    with pytest.raises(InvalidInputError, match=message) as caught:
        builtin.load("mnist")
    assert "remove the file" in str(caught.value)


def test_a_truncated_file_is_refused_and_kept(data: Path) -> None:
    write_npz(data / "mnist.npz", Arrays(GREY, Y, TRAIN))
    (data / "mnist.npz").write_bytes((data / "mnist.npz").read_bytes()[:5000])
    with pytest.raises(InvalidInputError, match=r"mnist.npz is damaged .*; remove the file to have it fetched anew"):
        builtin.load("mnist")
    assert (data / "mnist.npz").stat().st_size == 5000


@pytest.mark.usefixtures("offline")
def test_offline_is_one_clear_sentence(data: Path) -> None:
    with pytest.raises(UnavailableError) as caught:
        builtin.load("cifar10")
    sentence = str(caught.value)
    assert f"cifar10.npz is not in {data}" in sentence
    assert "Name or service not known" in sentence
    assert "CLUSTEER_DATA" in sentence
    assert "\n" not in sentence
    assert list(data.iterdir()) == [], "a failed download leaves nothing behind"


def test_fetched_once_from_openml(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, dict[str, object]]] = []

    def fetch(name: str, **options: object) -> SimpleNamespace:
        calls.append((name, options))
        Path(str(options["data_home"]), "download.gz").write_bytes(b"x")
        pixels = np.moveaxis(COLOUR, 3, 1) if name == "CIFAR_10" else GREY
        target = Y.astype(str).astype(object)
        return SimpleNamespace(data=pixels.reshape(20, -1).astype(float), target=target)

    monkeypatch.setattr("sklearn.datasets.fetch_openml", fetch)
    for name, pixels in (("cifar10", COLOUR), ("mnist", GREY)):
        images = builtin.load(name)
        assert np.array_equal(
            np.asarray(images.image(7)).reshape(*pixels.shape[1:3], 3)[..., 0].ravel(),
            pixels[7].reshape(*pixels.shape[1:3], -1)[..., 0].ravel(),
        )
        assert images.truths["class"].tolist() == Y.tolist()
        assert np.array_equal(read_npz(data / f"{name}.npz").x, pixels)
        assert builtin.load(name).fingerprint == images.fingerprint
    assert [name for name, _ in calls] == ["CIFAR_10", "mnist_784"]
    for _, options in calls:
        assert options["as_frame"] is False
        assert options["parser"] == "liac-arff"
        assert Path(str(options["data_home"])).parent == data
    assert sorted(path.name for path in data.iterdir()) == ["cifar10.npz", "mnist.npz"]


def test_the_official_split_of_a_fetched_set(monkeypatch: pytest.MonkeyPatch) -> None:
    known = builtin.OpenMLSet("tiny", (2, 2), 3, {"class": builtin.CLASS}, tuple("abcdefghij"))
    monkeypatch.setitem(builtin.OPENML_SETS, "tiny", known)
    bunch = SimpleNamespace(data=np.arange(20.0).reshape(5, 4), target=np.arange(5))
    monkeypatch.setattr("sklearn.datasets.fetch_openml", lambda *args, **options: bunch)
    assert builtin.load("tiny", "test").ids == ("3", "4")
    assert builtin.class_names("tiny")[:2] == ("a", "b")


@pytest.mark.usefixtures("offline")
def test_a_data_folder_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CLUSTEER_DATA", str(tmp_path / "file/data"))
    with pytest.raises(StorageError, match=r"file/data cannot be written .*; name another in CLUSTEER_DATA"):
        builtin.load("mnist")
