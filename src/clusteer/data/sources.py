"""Open an ImageSet again from what a session stored of it, without reading its pictures."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clusteer.core.errors import InvalidInputError
from clusteer.data.builtin import load_pixels
from clusteer.data.images import ImageSet
from clusteer.data.npz import read_npz
from clusteer.data.pictures import ArrayPictures
from clusteer.data.texts import TextSource


def open_source(source: Mapping[str, str], ids: Sequence[str], hashes: Sequence[str], name: str) -> ImageSet:
    """Return the set of these items; nothing is read before a picture is asked for.

    Truths, the official split and the list of skipped files are not part of it.

    Parameters
    ----------
    source : mapping of str
        ``ImageSet.source``: ``kind`` is "folder", "npz", "dataset", "texts", "features" or "memory". A set from
        memory comes back without pictures.
    ids, hashes : sequence of n str
        ``ImageSet.ids`` and ``ImageSet.hashes``.
    name : str
        ``ImageSet.name``.

    Raises
    ------
    InvalidInputError
        If the kind is unknown.
    """
    match source:
        case {"kind": "folder", "path": _}:
            return ImageSet.reopen(source, ids, hashes, name)
        case {"kind": "npz", "path": path}:
            read = partial(_npz_pixels, Path(path))
        case {"kind": "dataset", "name": dataset}:
            read = partial(load_pixels, dataset)
        case {"kind": "texts", "path": path}:
            texts = TextSource(Path(path), source.get("column"))
            return ImageSet(name, tuple(ids), tuple(hashes), source=dict(source), texts=texts)
        case {"kind": "features" | "memory"}:
            return ImageSet(name, tuple(ids), tuple(hashes), source=dict(source))
        case _:
            raise InvalidInputError(
                f"the items come from a source this version does not know: {dict(source)}; update clusteer to open it"
            )
    # The ids of a set that came from one array are its row numbers there, in a split or subset too.
    rows = np.array([int(item) for item in ids], np.int64)
    return ImageSet(name, tuple(ids), tuple(hashes), source=dict(source), pictures=ArrayPictures(read, rows))


def _npz_pixels(path: Path) -> NDArray[np.uint8]:
    return read_npz(path).x
