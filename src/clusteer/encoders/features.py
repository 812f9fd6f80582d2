"""Encode a set of pictures once: a disk cache keyed by encoder and by the content of each picture.

The cache has a folder per encoder name and in it files of rows (``row_file``), each called by a digest of whose rows it
holds. While a set is encoded, every 512 pictures go into a file of their own, so little is lost if the process is
killed; at the end all rows of the set are gathered into one file in the set's order, and files that went into it
entirely are removed. Sets that share pictures share rows through the hashes in the files. Files appear by renaming
only, so processes that encode the same set at once do some work twice and damage nothing.
"""

import contextlib
import math
import os
import time
from collections.abc import Callable, Container, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from clusteer.core import InvalidInputError
from clusteer.core.index import unit_rows
from clusteer.encoders import feature_cache
from clusteer.encoders._base import Derived, Encoder, Pictures
from clusteer.encoders.pretrained import get_encoder

Progress = Callable[[int, int, float], None]
"""Called about once a second with pictures done, pictures in all, and seconds left."""

_BATCH = 32
_SHARD = 512
_GATHER = 4096
_PROBE = 16


@dataclass(frozen=True)
class Estimate:
    """What encoding a set will take.

    Attributes
    ----------
    items : int
        Pictures in the set.
    cached : int
        Pictures that need no work because their content was encoded before.
    seconds : float
        Expected time for the rest, from a few pictures just encoded.
    bytes : int
        Disk space needed at the peak, in bytes.
    """

    items: int
    cached: int
    seconds: float
    bytes: int


def encode(
    images: Pictures, encoder_name: str, cache_dir: Path | None = None, progress: Progress | None = None
) -> NDArray[np.float32]:
    """Return the (n, D) features of n pictures, memory-mapped and read-only.

    Parameters
    ----------
    images : Pictures
        The pictures; exact duplicates are encoded once.
    encoder_name : str
        A name ``get_encoder`` knows, or several joined by "+": each part is then L2-normalised, and the parts stand
        side by side, scaled so that rows have length 1.
    cache_dir : Path, optional
        The cache; by default the folder in ``CLUSTEER_CACHE``, else the platform's cache folder.
    progress : callable, optional
        Called with (pictures done, pictures in all, seconds left); joined encoders report one after the other.

    Raises
    ------
    InvalidInputError
        If there are no pictures.
    NotFoundError, UnavailableError
        If there is no such encoder, or its weights are not installed.
    StorageError
        If the cache cannot be written.
    """
    encoders, hashes, cache = _open(images, encoder_name, cache_dir)
    parts = [_part(images, hashes, encoder, cache, progress) for encoder in encoders]
    if len(parts) == 1:
        return parts[0]
    path = feature_cache.path_of(cache / "+".join(encoder.name for encoder in encoders), hashes)
    while (joined := feature_cache.read(path)) is None:
        dimensions = sum(encoder.dimensions for encoder in encoders)
        feature_cache.prepare(path.parent, feature_cache.space(path.parent, hashes, 0, dimensions))
        feature_cache.write(path, hashes, dimensions, _join(parts))
    return joined


def estimate(images: Pictures, encoder_name: str, cache_dir: Path | None = None) -> Estimate:
    """Return what ``encode`` of the same arguments would take, after encoding a few pictures to measure.

    Raises
    ------
    InvalidInputError, NotFoundError, UnavailableError
        As ``encode``.
    """
    encoders, hashes, cache = _open(images, encoder_name, cache_dir)
    encoders = [encoder.base if isinstance(encoder, Derived) else encoder for encoder in encoders]
    cached, seconds, space = len(hashes), 0.0, 0
    for encoder in encoders:
        known = {name for _, held in feature_cache.files(cache / encoder.name) for name in held}
        rows = _first_rows(hashes, known)
        cached = min(cached, sum(name in known for name in hashes))
        space += feature_cache.space(cache / encoder.name, hashes, len(rows), encoder.dimensions)
        if len(rows):
            some = rows[:: math.ceil(len(rows) / _PROBE)]
            encoder.encode(images.pixels(some[:1], encoder.size))
            start = time.perf_counter()
            encoder.encode(images.pixels(some, encoder.size))
            seconds += (time.perf_counter() - start) / len(some) * len(rows)
    if len(encoders) > 1:
        joined = cache / "+".join(encoder.name for encoder in encoders)
        space += feature_cache.space(joined, hashes, 0, sum(encoder.dimensions for encoder in encoders))
    return Estimate(len(hashes), cached, seconds, space)


def _open(images: Pictures, encoder_name: str, cache_dir: Path | None) -> tuple[list[Encoder], list[bytes], Path]:
    """Return encoders, content hashes and cache folder of a request."""
    if len(images) == 0:
        raise InvalidInputError("there are 0 pictures to encode; give at least one")
    encoders = [get_encoder(name) for name in encoder_name.split("+")]
    return encoders, [bytes.fromhex(name) for name in images.hashes], cache_folder(cache_dir)


def cache_folder(cache_dir: Path | None) -> Path:
    """Return the folder of cached features: that given, in ``CLUSTEER_CACHE``, or in the platform's cache folder."""
    return (cache_dir or Path(os.environ.get("CLUSTEER_CACHE") or platformdirs.user_cache_dir("clusteer"))) / "features"


def encode_with(images: Pictures, encoder: Encoder, cache: Path, progress: Progress | None) -> NDArray[np.float32]:
    """Return the (n, D) features of pictures by one encoder, as ``encode`` does by name."""
    hashes = [bytes.fromhex(name) for name in images.hashes]
    return _encode_one(images, hashes, encoder, cache / encoder.name, progress)


def _part(
    images: Pictures, hashes: list[bytes], encoder: Encoder, cache: Path, progress: Progress | None
) -> NDArray[np.float32]:
    """Features of one encoder; where they derive from another's, pictures are seen by that one alone, once."""
    folder = cache / encoder.name
    if not isinstance(encoder, Derived):
        return _encode_one(images, hashes, encoder, folder, progress)
    path = feature_cache.path_of(folder, hashes)
    while (values := feature_cache.read(path)) is None:
        features = _encode_one(images, hashes, encoder.base, cache / encoder.base.name, progress)
        feature_cache.prepare(folder, feature_cache.space(folder, hashes, 0, encoder.dimensions))
        blocks = (encoder.derive(features[start : start + _GATHER]) for start in range(0, len(features), _GATHER))
        feature_cache.write(path, hashes, encoder.dimensions, blocks)
    return values


def _encode_one(
    images: Pictures, hashes: list[bytes], encoder: Encoder, folder: Path, progress: Progress | None
) -> NDArray[np.float32]:
    """Features of one encoder: from the set's file, else gathered from files and newly encoded pictures."""
    path = feature_cache.path_of(folder, hashes)
    values = feature_cache.read(path)
    if values is not None:
        return values
    wanted = set(hashes)
    place: dict[bytes, tuple[int, int]] = {}
    sources: list[NDArray[np.float32]] = []
    absorbed: list[Path] = []

    def take(file: Path, held: list[bytes]) -> None:
        found = [(name, row) for row, name in enumerate(held) if name in wanted and name not in place]
        rows = feature_cache.read(file) if found else None
        if rows is not None:
            place.update((name, (len(sources), row)) for name, row in found)
            sources.append(rows)
        if file != path and wanted.issuperset(held):
            absorbed.append(file)

    for file, held in feature_cache.files(folder):
        take(file, held)
    missing = _first_rows(hashes, place.keys())
    feature_cache.prepare(folder, feature_cache.space(folder, hashes, len(missing), encoder.dimensions))
    for rows, shard in _shards(images, missing, encoder, len(hashes), progress):
        held = [hashes[row] for row in rows]
        file = feature_cache.path_of(folder, held)
        feature_cache.write(file, held, encoder.dimensions, [shard])
        take(file, held)
    if not wanted.issubset(place):  # Another process has taken some of our files into its own since.
        return _encode_one(images, hashes, encoder, folder, progress)
    feature_cache.write(path, hashes, encoder.dimensions, _gather(hashes, place, sources))
    values = feature_cache.read(path)
    if values is None:
        return _encode_one(images, hashes, encoder, folder, progress)
    for file in absorbed:
        with contextlib.suppress(OSError):
            file.unlink()
    return values


def _shards(
    images: Pictures, rows: NDArray[np.int64], encoder: Encoder, total: int, progress: Progress | None
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Encode rows and give them out by the shard, reporting progress."""
    start = reported = time.monotonic()
    shard: list[NDArray[np.float32]] = []
    done = 0
    for vectors in _encoded(images, rows, encoder):
        shard.append(vectors)
        done += len(vectors)
        if done % _SHARD == 0 or done == len(rows):
            values = np.concatenate(shard)
            shard = []
            yield rows[done - len(values) : done], values
        now = time.monotonic()
        if progress is not None and now - reported >= 1:
            reported = now
            progress(total - len(rows) + done, total, (now - start) / done * (len(rows) - done))
    if progress is not None:
        progress(total, total, 0.0)


def _encoded(images: Pictures, rows: NDArray[np.int64], encoder: Encoder) -> Iterator[NDArray[np.float32]]:
    """Encode rows batch by batch; the next batch is read and decoded meanwhile."""
    batches = [rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH)]
    with ThreadPoolExecutor(1) as reader:
        ahead = [reader.submit(images.pixels, batch, encoder.size) for batch in batches[:1]]
        for following in range(1, len(batches) + 1):
            pixels = ahead.pop().result()
            if following < len(batches):
                ahead.append(reader.submit(images.pixels, batches[following], encoder.size))
            yield encoder.encode(pixels)


def _gather(
    hashes: list[bytes], place: dict[bytes, tuple[int, int]], sources: list[NDArray[np.float32]]
) -> Iterator[NDArray[np.float32]]:
    """Rows in the set's order, block by block, each from the source and row where it lies."""
    where = np.array([place[name] for name in hashes])
    for start in range(0, len(where), _GATHER):
        source, row = where[start : start + _GATHER].T
        block = np.empty((len(source), sources[0].shape[1]), np.float32)
        for number in np.unique(source):
            block[source == number] = sources[number][row[source == number]]
        yield block


def _join(parts: list[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """Parts side by side, each L2-normalised, block by block."""
    for start in range(0, len(parts[0]), _GATHER):
        block = np.hstack([unit_rows(part[start : start + _GATHER]) for part in parts])
        yield block / np.float32(math.sqrt(len(parts)))


def _first_rows(hashes: Sequence[bytes], known: Container[bytes]) -> NDArray[np.int64]:
    """First row of each content that is not known yet."""
    first = {name: row for row, name in reversed(list(enumerate(hashes))) if name not in known}
    return np.array(sorted(first.values()), np.int64)
