"""The named sets: the bundled ``inks`` and ``scenes``, and MNIST, Fashion-MNIST and CIFAR-10 from disk or OpenML."""

import os
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http.client import HTTPException
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clusteer.core.errors import InvalidInputError, NotFoundError, StorageError, UnavailableError
from clusteer.data import inks, scenes
from clusteer.data.images import ImageSet
from clusteer.data.npz import Arrays, read_npz, write_npz


@dataclass(frozen=True)
class OpenMLSet:
    """A set that OpenML offers.

    Attributes
    ----------
    openml : str
        Its name there.
    shape : tuple of int
        Shape of one picture.
    n_train : int
        The first rows, which are the official training split.
    criteria : mapping of str to ten ints
        For each criterion the group of class 0, 1, ..., 9.
    classes : tuple of str
        What class 0, 1, ..., 9 is called.
    """

    openml: str
    shape: tuple[int, ...]
    n_train: int
    criteria: Mapping[str, tuple[int, ...]]
    classes: tuple[str, ...]


CLASS = tuple(range(10))

OPENML_SETS = {
    "mnist": OpenMLSet("mnist_784", (28, 28), 60_000, {"class": CLASS, "parity": (0, 1) * 5}, tuple("0123456789")),
    "fashion-mnist": OpenMLSet(
        "Fashion-MNIST",
        (28, 28),
        60_000,
        {"class": CLASS},
        (
            "T-shirt",
            "trousers",
            "pullover",
            "dress",
            "coat",
            "sandal",
            "shirt",
            "sneaker",
            "bag",
            "ankle boot",
        ),
    ),
    "cifar10": OpenMLSet(
        "CIFAR_10",
        (32, 32, 3),
        50_000,
        {
            "class": CLASS,
            # The two orientations of PCL: vehicles or not; sky and water or land.
            "cifar10-2-default": (0, 0, 1, 1, 1, 1, 1, 1, 0, 0),
            "cifar10-2-personalized": (0, 1, 0, 1, 1, 1, 0, 1, 0, 1),
            # Multi-Sub's: transport or animal; air, land, water. The paper prints no map; the frog is the doubtful one.
            "type": (0, 0, 1, 1, 1, 1, 1, 1, 0, 0),
            "environment": (0, 1, 0, 1, 1, 1, 2, 1, 2, 1),
        },
        ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    ),
}

DRAWN = {"inks": inks, "scenes": scenes}
"""The sets that come with the package and have no official split."""

NAMES = (*DRAWN, *OPENML_SETS)


def load(name: str, split: str = "all") -> ImageSet:
    """Return a named set with its truths.

    Parameters
    ----------
    name : str
        One of ``NAMES``.
    split : {"all", "train", "test"}
        The official split; ``inks`` and ``scenes`` have none.

    Raises
    ------
    NotFoundError
        If there is no set of this name.
    InvalidInputError
        If there is no such split, or the file on disk is not this set.
    UnavailableError
        If the set is neither on disk nor to be had from OpenML.
    """
    source = {"kind": "dataset", "name": name, "split": "all"}
    if name in DRAWN:
        drawn, truths = DRAWN[name].draw()
        return replace(ImageSet.from_arrays(name, drawn, truths), source=source).split(split)
    known, arrays, labels = _known(name), *_read(name)
    truths = {criterion: np.array(groups)[labels] for criterion, groups in known.criteria.items()}
    images = ImageSet.from_arrays(name, arrays.x, truths)
    return replace(images, source=source, train=arrays.train).split(split)


def load_pixels(name: str) -> NDArray[np.uint8]:
    """Return the pictures of a whole named set, without identities and truths; errors as for ``load``."""
    return DRAWN[name].draw()[0] if name in DRAWN else _read(name)[0].x


def criteria(name: str) -> tuple[str, ...]:
    """Return the criteria a named set has truths for."""
    return tuple(DRAWN[name].CRITERIA) if name in DRAWN else tuple(_known(name).criteria)


def class_names(name: str) -> tuple[str, ...]:
    """Return what the classes of a named set from OpenML are called."""
    return _known(name).classes


def data_folder() -> Path:
    """Return where NAME.npz is looked for: CLUSTEER_DATA, else ~/.cache/clusteer-data."""
    given = os.environ.get("CLUSTEER_DATA")
    return Path(given) if given else Path.home() / ".cache" / "clusteer-data"


def _known(name: str) -> OpenMLSet:
    if name not in OPENML_SETS:
        raise NotFoundError(f"there is no data set {name!r}; choose one of {', '.join(NAMES)}")
    return OPENML_SETS[name]


def _read(name: str) -> tuple[Arrays, NDArray[np.int64]]:
    """Read NAME.npz, fetched first if need be; return its arrays and its classes 0..9."""
    known = _known(name)
    path = data_folder() / f"{name}.npz"
    if not path.exists():
        write_npz(path, _fetch(known, path))
    try:
        arrays = read_npz(path)
    except InvalidInputError as fault:
        raise InvalidInputError(f"{fault}; remove the file to have it fetched anew") from fault
    if arrays.y is None or arrays.train is None or arrays.x.shape[1:] != known.shape:
        raise InvalidInputError(
            f"{path} is not {name}: needed are pictures x of shape (items, {', '.join(map(str, known.shape))}), "
            f"classes y and bool train, but x has shape {arrays.x.shape}, y is {_there(arrays.y)} and train is "
            f"{_there(arrays.train)}; remove the file to have it fetched anew"
        )
    if arrays.y.dtype.kind not in "iu" or not np.isin(arrays.y, CLASS).all():
        raise InvalidInputError(
            f"{path} is not {name}: its classes y are not integers 0 to 9; remove the file to have it fetched anew"
        )
    return arrays, arrays.y.astype(np.int64)


def _there(array: object) -> str:
    return "missing" if array is None else "there"


def _fetch(known: OpenMLSet, path: Path) -> Arrays:
    """Fetch a set from OpenML through scikit-learn; its download is removed again once it is read."""
    from sklearn.datasets import fetch_openml  # takes a second to import, and is seldom needed

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        download = tempfile.TemporaryDirectory(dir=path.parent, prefix=".openml-")
    except OSError as fault:
        raise StorageError(
            f"the data folder {path.parent} cannot be written ({fault.strerror}); name another in CLUSTEER_DATA"
        ) from fault
    with download as cache, warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"sklearn\.")  # one per retry; the sentence below says it all
        try:
            # The parser that needs no pandas; the version, so that the rows stay the ones the split was made for.
            bunch = fetch_openml(known.openml, version=1, as_frame=False, parser="liac-arff", data_home=cache)
        except (OSError, HTTPException, ValueError) as fault:
            raise UnavailableError(
                f"{path.name} is not in {path.parent} and {known.openml} could not be fetched from OpenML ({fault}); "
                f"connect to the network, or put {path.name} (arrays x uint8, y int64, train bool) into that folder, "
                "or name the folder that has it in CLUSTEER_DATA"
            ) from fault
    flat: NDArray[np.float64] = np.asarray(bunch.data)
    y = np.asarray(bunch.target).astype(np.int64)
    if len(known.shape) == 3:  # CIFAR-10 lies channel by channel
        height, width, channels = known.shape
        x = flat.reshape(-1, channels, height, width).transpose(0, 2, 3, 1)
    else:
        x = flat.reshape(-1, *known.shape)
    return Arrays(np.ascontiguousarray(x, np.uint8), y, np.arange(len(x)) < known.n_train)
