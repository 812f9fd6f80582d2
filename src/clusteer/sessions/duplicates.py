"""Which items are copies of each other: the same bytes, or nearly the same picture."""

import os
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from clusteer.core.index import Index
from clusteer.data.images import ImageSet

CANDIDATES = 10
"""Neighbors of each picture that are compared with it."""
MOST_DIFFERENCE = 6.0
LEAST_CORRELATION = 0.98
"""Thumbnails of copies differ by at most so many levels (root mean square) and correlate at least so much.

Chosen on the bundled ``inks``: of copies saved as JPEG of quality 30 or better, or at half to double the size, all were
found; of 16,954 pairs of neighboring but different pictures none was taken for copies.
"""
_BRIGHTNESS, _COLOUR = 32, 8
"""Pixels a side of the brightness and of each of the two colour differences of a thumbnail: JPEG keeps less colour."""
_PARTS = np.cumsum([_BRIGHTNESS**2, _COLOUR**2])
_FROM_RGB = np.array(
    [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]], np.float32
)  # JPEG's own
_BLOCK = 256


@dataclass(frozen=True)
class Duplicates:
    """Items that are copies of each other.

    Attributes
    ----------
    kind : {"exact", "near"}
        Whether their bytes are equal, or their pictures nearly so, as when one was resized or compressed again.
    items : tuple of int
        Their rows, in order. Of several exact copies a group of near ones has the first only.
    """

    kind: str
    items: tuple[int, ...]


def find_duplicates(
    images: ImageSet,
    index: Index,
    gone: Collection[int] = (),
    progress: Callable[[int, int], None] | None = None,
) -> list[Duplicates]:
    """Return the groups of exact and of near copies, by kind and first row.

    Exact copies have equal hashes. Near ones are looked for among the 10 nearest neighbors of each picture, so every
    picture is decoded once into a thumbnail of 1 KB and at most 10 pairs per picture are compared. Pictures that are
    near copies of one picture are one group, even if they are not of each other. Items without pictures have exact
    copies only.

    Parameters
    ----------
    images : ImageSet
        The n items.
    index : Index
        The same items under an encoder.
    gone : collection of int
        Rows to leave out, because their files are gone.
    progress : callable, optional
        Called as ``progress(done, total)`` while pictures are decoded.

    Raises
    ------
    NotFoundError, InvalidInputError
        If a picture can no longer be read.
    """
    present = np.setdiff1d(np.arange(len(images)), list(gone))
    first_of: dict[str, int] = {}
    first = np.arange(len(images))
    for row in present.tolist():
        first[row] = first_of.setdefault(images.hashes[row], row)
    exact = _groups("exact", present, first[present], len(images))
    if not images.has_images:
        return exact
    kept = present[first[present] == present]
    pairs = _candidates(index, kept, first)
    if not len(pairs):
        return exact
    rows, places = np.unique(pairs, return_inverse=True)
    thumbnails = _thumbnails(images, rows, progress)
    near = pairs[_alike(thumbnails, places.reshape(pairs.shape))]
    return exact + _groups("near", near[:, 0], near[:, 1], len(images))


def _groups(kind: str, left: NDArray[np.int64], right: NDArray[np.int64], n: int) -> list[Duplicates]:
    """Return what n items joined by these pairs make, less the items that are alone."""
    joined = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(n, n))
    labels: NDArray[np.int32] = connected_components(joined, directed=False)[1]
    members: dict[int, list[int]] = {}
    for row in np.flatnonzero(np.bincount(labels)[labels] > 1).tolist():
        members.setdefault(int(labels[row]), []).append(row)
    return [Duplicates(kind, tuple(rows)) for rows in members.values()]


def _candidates(index: Index, kept: NDArray[np.int64], first: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return (m, 2) pairs of kept items, the smaller row first, of which one is a near neighbor of the other."""
    others = first[index.neighbors[kept]]
    good = (others != kept[:, None]) & np.isin(others, kept)
    good &= np.cumsum(good, axis=1) <= CANDIDATES
    pairs = np.column_stack((np.broadcast_to(kept[:, None], others.shape)[good], others[good]))
    unique: NDArray[np.int64] = np.unique(np.sort(pairs, axis=1), axis=0)
    return unique


def _thumbnails(
    images: ImageSet, rows: NDArray[np.int64], progress: Callable[[int, int], None] | None
) -> NDArray[np.uint8]:
    """Return (r, t) numbers of the brightness and the colours of these rows."""
    blocks = np.array_split(rows, range(_BLOCK, len(rows), _BLOCK))
    shrunk: list[NDArray[np.uint8]] = []
    # Pillow decodes outside the interpreter lock, so threads use every core.
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        for block in pool.map(lambda block: _shrunk(images.pixels(block, _BRIGHTNESS)), blocks):
            shrunk.append(block)
            if progress is not None:
                progress(sum(map(len, shrunk)), len(rows))
    return np.concatenate(shrunk)


def _shrunk(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return small RGB pictures (b, s, s, 3) as brightness and coarser colours, (b, t)."""
    levels = pixels @ _FROM_RGB.T
    cell = _BRIGHTNESS // _COLOUR
    colours = levels[..., 1:].reshape(len(pixels), _COLOUR, cell, _COLOUR, cell, 2).mean(axis=(2, 4)) + 128
    flat = (levels[..., 0], colours[..., 0], colours[..., 1])
    numbers = np.hstack([part.reshape(len(pixels), -1) for part in flat])
    small: NDArray[np.uint8] = np.rint(numbers).clip(0, 255).astype(np.uint8)
    return small


def _alike(thumbnails: NDArray[np.uint8], pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return for each pair (m, 2) of thumbnails whether they show the same."""
    alike = np.empty(len(pairs), np.bool_)
    for start in range(0, len(pairs), _BLOCK):
        left, right = (thumbnails[side].astype(np.float32) for side in pairs[start : start + _BLOCK].T)
        difference = np.sqrt(np.square(left - right).mean(axis=1))
        left, right = (
            np.hstack([part - part.mean(axis=1, keepdims=True) for part in np.split(side, _PARTS, axis=1)])
            for side in (left, right)
        )
        # One level of variance is added to all three, so that empty pictures correlate rather than divide by zero.
        shared, own, other = (1 + (a * b).mean(axis=1) for a, b in ((left, right), (left, left), (right, right)))
        correlated = shared >= LEAST_CORRELATION * np.sqrt(own * other)
        alike[start : start + _BLOCK] = (difference <= MOST_DIFFERENCE) & correlated
    return alike
