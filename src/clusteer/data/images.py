"""ImageSet: the items of a session, their identity, their pictures, and what is known to be true of them."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from clusteer.core.checks import check_labels, check_matrix, check_rows
from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.data.npz import check_pixels, read_npz
from clusteer.data.pictures import ArrayPictures, FolderPictures, Pictures
from clusteer.data.scan import scan
from clusteer.data.texts import TextSource, read_texts

SPLITS = ("all", "train", "test")


@dataclass(frozen=True, eq=False)
class ImageSet:
    """The n items of a session as rows 0..n-1: pictures, texts, or rows of features.

    Make one with ``from_folder``, ``from_arrays``, ``from_npz``, ``from_texts``, ``from_features`` or
    ``clusteer.data.load``.

    Attributes
    ----------
    name : str
        What to call the set.
    ids : tuple of str
        Unique name of each item: the relative POSIX path of its file, its row number in the array it came from, or the
        line it begins in.
    hashes : tuple of str
        SHA-256 of each item's content, in hexadecimal: the file's bytes, the picture's shape and bytes, the text in
        UTF-8, or the bytes of the feature row. Equal hashes are exact duplicates.
    truths : mapping of str to (n,) int64
        Known labelings by criterion, for simulation and measurement.
    skipped : tuple of (str, str)
        Relative path and reason of each file that could not be used.
    source : dict of str
        Where the items come from, as plain strings to store; ``clusteer.data.open_source`` reads it.
    train : (n,) bool, optional
        True for the items of the official training split.
    pictures : Pictures, optional
        What reads the pictures; None for texts, and for a set known by its features only.
    texts : TextSource, optional
        What reads the texts, where the items are texts.
    """

    name: str
    ids: tuple[str, ...] = field(repr=False)
    hashes: tuple[str, ...] = field(repr=False)
    truths: Mapping[str, NDArray[np.int64]] = field(default_factory=dict, repr=False)
    skipped: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    source: dict[str, str] = field(default_factory=lambda: {"kind": "memory"})
    train: NDArray[np.bool_] | None = field(default=None, repr=False)
    pictures: Pictures | None = field(default=None, repr=False)
    texts: TextSource | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse an empty set, and identities that are not one to one with the rows."""
        if not self.ids or len(self.ids) != len(self.hashes):
            raise InvalidInputError(
                f"the set {self.name} has {len(self.ids)} ids and {len(self.hashes)} hashes; needed are as many of "
                "each, at least one"
            )
        if len(set(self.ids)) < len(self.ids):
            twice, times = Counter(self.ids).most_common(1)[0]
            raise InvalidInputError(f"the id {twice!r} is given to {times} items; give each item an id of its own")
        for labels in self.truths.values():
            labels.setflags(write=False)

    def __len__(self) -> int:
        """Return the number of items n."""
        return len(self.ids)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over all hashes and ids: equal for equal content under equal names in equal order."""
        whole = hashlib.sha256()
        for content, name in zip(self.hashes, self.ids, strict=True):
            whole.update(f"{content} {name}\0".encode())
        return whole.hexdigest()

    @cached_property
    def copies(self) -> NDArray[np.int64]:
        """(n,) copy number: 0 for the first item with its hash, 1 for the next, ...

        (hash, copy number) names an item even if its file is renamed or moved.
        """
        seen: Counter[str] = Counter()
        numbers = np.empty(len(self), np.int64)
        for row, content in enumerate(self.hashes):
            numbers[row] = seen[content]
            seen[content] += 1
        numbers.setflags(write=False)
        return numbers

    @property
    def has_images(self) -> bool:
        """Whether there are pictures to look at."""
        return self.pictures is not None

    @property
    def has_texts(self) -> bool:
        """Whether the items are texts; without texts and pictures they are known by their features only."""
        return self.texts is not None

    def path(self, row: int) -> Path | None:
        """Return the file of an item (existing or not), or None where items are not files."""
        if self.texts is not None:
            return self.texts.file(self.ids[self._row(row)])
        return self._pictures().path(self._row(row)) if self.has_images else None

    def text(self, row: int) -> str:
        """Return the text of an item, read when it is first asked for.

        Raises
        ------
        NotFoundError
            If it is no longer where it was, or the items are no texts.
        """
        if self.texts is None:
            raise NotFoundError(f"the items of {self.name} are no texts; make the set from texts to read them")
        row = self._row(row)
        return self.texts.text(self.hashes[row], self.ids[row])

    def image(self, row: int) -> Image.Image:
        """Return the picture of an item, upright and in RGB.

        Raises
        ------
        NotFoundError
            If its file has gone, or the set has no pictures.
        """
        return self._pictures().image(self._row(row))

    def pixels(self, rows: ArrayLike, size: int) -> NDArray[np.uint8]:
        """Return pictures as one array, each resized (bicubic) to a square whatever its shape.

        Parameters
        ----------
        rows : (b,) int
            Which items.
        size : int
            Pixels a side.

        Returns
        -------
        (b, size, size, 3) uint8
            RGB.
        """
        wanted = check_rows(rows, len(self), "the list of pictures")
        pictures = self._pictures()
        out = np.empty((len(wanted), size, size, 3), np.uint8)
        for position, row in enumerate(wanted):
            # Twice the size is enough to resize from; large JPEG files decode in half the time.
            image = pictures.image(int(row), at_least=2 * size)
            out[position] = np.asarray(image.resize((size, size), Image.Resampling.BICUBIC))
        return out

    def subset(self, rows: ArrayLike) -> "ImageSet":
        """Return the set of these rows (b distinct ints) in this order, truths cut too; copy numbers count anew."""
        wanted = check_rows(rows, len(self), "the subset")
        return replace(
            self,
            ids=tuple(self.ids[row] for row in wanted),
            hashes=tuple(self.hashes[row] for row in wanted),
            truths={criterion: labels[wanted] for criterion, labels in self.truths.items()},
            skipped=(),
            train=None if self.train is None else self.train[wanted],
            pictures=None if self.pictures is None else self.pictures.take(wanted),
        )

    def split(self, which: str) -> "ImageSet":
        """Return the official split: "all", "train" or "test".

        Raises
        ------
        InvalidInputError
            If there is no such split.
        """
        if which not in SPLITS:
            raise InvalidInputError(f"there is no split {which!r}; choose one of {', '.join(SPLITS)}")
        if which == "all":
            return self
        if self.train is None:
            raise InvalidInputError(
                f"the set {self.name} has no official split; only 'all' can be chosen, not {which!r}"
            )
        part = self.subset(np.flatnonzero(self.train == (which == "train")))
        return replace(part, source=self.source | {"split": which})

    @classmethod
    def from_folder(
        cls,
        directory: str | Path,
        progress: Callable[[int, int], None] | None = None,
        known: frozenset[str] = frozenset(),
    ) -> "ImageSet":
        """Return the pictures under a folder; each file is decoded once to know it is whole.

        They are of the kinds ``decoding.KINDS`` names. Files that cannot be used are listed with the reason in
        ``skipped``. Subfolders are not taken for truths.

        Parameters
        ----------
        directory : str or Path
            The folder, searched recursively.
        progress : callable, optional
            Called as ``progress(done, total)`` after each file.
        known : frozenset of str, optional
            Hashes of pictures that were decoded before, and are not again.

        Raises
        ------
        NotFoundError
            If there is no such folder.
        InvalidInputError
            If it is not a folder, holds no picture, or none of its pictures can be read.
        """
        folder = _absolute(directory)
        found = scan(folder, progress, known)
        source = {"kind": "folder", "path": str(folder)}
        opened = cls.reopen(source, found.ids, found.hashes, folder.name)
        return replace(opened, skipped=found.skipped)

    @classmethod
    def reopen(cls, source: Mapping[str, str], ids: Sequence[str], hashes: Sequence[str], name: str) -> "ImageSet":
        """Return the set of known files of a folder without reading any of them, nor looking whether they exist.

        Parameters
        ----------
        source : mapping of str
            ``kind`` "folder", ``path`` of the folder, and for each folder added to it an entry ``PREFIX/``: its path.
        ids, hashes : sequence of n str
            Identity of each item; ids in an added folder begin with its ``PREFIX/``.
        name : str
            What to call the set.
        """
        kept = tuple(ids)
        added = {key[:-1]: _absolute(path) for key, path in source.items() if key.endswith("/")}
        pictures = FolderPictures(_absolute(source["path"]), kept, added)
        return cls(name, kept, tuple(hashes), source=dict(source), pictures=pictures)

    @classmethod
    def from_arrays(
        cls,
        name: str,
        pixels: NDArray[np.uint8],
        truths: Mapping[str, ArrayLike] | None = None,
        ids: Sequence[str] | None = None,
    ) -> "ImageSet":
        """Return a set of pictures held in memory.

        Parameters
        ----------
        name : str
            What to call it.
        pixels : (n, h, w) or (n, h, w, 3) uint8
            Grey or RGB pictures.
        truths : mapping of str to (n,) labels, optional
            Known labelings by criterion; any labels, stored as codes 0..k-1.
        ids : sequence of n str, optional
            Name of each item; the row number if not given.
        """
        pixels = check_pixels(np.asarray(pixels), "the array of pictures")
        shape = f"{pixels.shape[1:]}".encode()
        return cls(
            name,
            _numbers(len(pixels)) if ids is None else tuple(ids),
            tuple(hashlib.sha256(shape + picture.tobytes()).hexdigest() for picture in pixels),
            {
                criterion: check_labels(labels, len(pixels), f"truth {criterion!r}")
                for criterion, labels in (truths or {}).items()
            },
            pictures=ArrayPictures(lambda: pixels, np.arange(len(pixels))),
        )

    @classmethod
    def from_npz(cls, path: str | Path) -> "ImageSet":
        """Return the pictures of an ``.npz`` file: array ``x``, optionally ``y`` (truth ``class``) and bool ``train``.

        Raises
        ------
        NotFoundError, InvalidInputError
            If there is no such file, or it is not as described.
        """
        file = _absolute(path)
        arrays = read_npz(file)
        truths = {} if arrays.y is None else {"class": arrays.y}
        images = cls.from_arrays(file.stem, arrays.x, truths)
        return replace(images, source={"kind": "npz", "path": str(file)}, train=arrays.train)

    @classmethod
    def from_texts(cls, path: str | Path, column: str | None = None) -> "ImageSet":
        """Return the texts of a file or folder; see ``texts.read_texts`` for what is read and what is skipped.

        Raises
        ------
        NotFoundError, InvalidInputError
            If there is no such file or folder, or it is not as described there.
        """
        place = _absolute(path)
        read = read_texts(place, column)
        source = {"kind": "texts", "path": str(place)} | ({} if read.column is None else {"column": read.column})
        texts = TextSource(place, read.column, read.texts)
        name = place.name if place.is_dir() else place.stem
        return cls(name, read.ids, read.hashes, skipped=read.skipped, source=source, texts=texts)

    @classmethod
    def from_features(cls, name: str, values: ArrayLike, path: str | Path | None = None) -> "ImageSet":
        """Return a set without pictures, known by its features only.

        Parameters
        ----------
        name : str
            What to call it.
        values : (n, d) float32
            The features, one row per item.
        path : str or Path, optional
            The file they were read from, so that a stored session finds them again.
        """
        matrix = check_matrix(values)
        source = {"kind": "memory"} if path is None else {"kind": "features", "path": str(_absolute(path))}
        hashes = tuple(hashlib.sha256(row.tobytes()).hexdigest() for row in matrix)
        return cls(name, _numbers(len(matrix)), hashes, source=source)

    def _pictures(self) -> Pictures:
        if self.pictures is None:
            raise NotFoundError(
                f"the set {self.name} has no pictures to show, only {'texts' if self.has_texts else 'features'}; make "
                "it from a folder or an array of pictures"
            )
        return self.pictures

    def _row(self, row: int) -> int:
        return int(check_rows(row, len(self), "the request for an item"))


def _absolute(path: str | Path) -> Path:
    """Make a path independent of the working folder; links stay, so that a folder behind one may move."""
    return Path(os.path.abspath(path))


def _numbers(n: int) -> tuple[str, ...]:
    """Row numbers padded with zeros to one width, so that they sort as text."""
    width = len(str(n - 1))
    return tuple(f"{row:0{width}d}" for row in range(n))
