"""Cases of kind scale: each step in a fresh process, so that its peak memory is its own."""

import hashlib
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from clusteer.bench.environment import peak_megabytes
from clusteer.bench.spec import Case

Result = TypeVar("Result")

_GROUPS = 10


class GeneratedPictures:
    """n pictures of noise that are made when asked for, so that they take no memory and no disk."""

    def __init__(self, n: int, seed: int) -> None:
        self.hashes = [hashlib.sha256(f"{seed}/{row}".encode()).hexdigest() for row in range(n)]
        self._seed = seed

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self.hashes)

    def pixels(self, rows: NDArray[np.int64], size: int) -> NDArray[np.uint8]:
        """Return (b, size, size, 3) RGB pixels of the given rows."""
        base = np.random.default_rng(self._seed).integers(0, 256, (size, size, 3), np.uint8)
        return base ^ (rows * 2654435761 >> 7).astype(np.uint8)[:, None, None, None]


def measure(case: Case) -> dict[str, object]:
    """Run one step on so many items and return seconds and peak memory in MB."""
    step, n = str(case["step"]), int(str(case["items"]))
    dimensions, budget, seed = (int(str(case[key])) for key in ("dimensions", "budget", "seed"))
    match step:
        case "encode":
            return _apart(_encode, n, seed)
        case "index":
            return _apart(_index, n, dimensions, seed)
        case _:
            return _apart(_session, _stored_index(n, dimensions, seed), budget, seed)


def _encode(n: int, seed: int) -> dict[str, float]:
    from clusteer.encoders import encode

    pictures = GeneratedPictures(n, seed)
    with TemporaryDirectory() as cache_dir:
        start = time.perf_counter()
        encode(pictures, "pixels", Path(cache_dir))
        return {"seconds": time.perf_counter() - start}


def _index(n: int, dimensions: int, seed: int) -> dict[str, float]:
    from clusteer.neighbors import build_index

    features = blobs(n, dimensions, seed)[0]
    start = time.perf_counter()
    build_index(features, "generated", dimensions=dimensions)
    return {"seconds": time.perf_counter() - start}


def _session(index: Path, budget: int, seed: int) -> dict[str, float]:
    from clusteer.neighbors import load_index
    from clusteer.queries.oracles import ByExemplar
    from clusteer.sessions.simulate import simulate

    loaded = load_index(index)
    truth = blobs(len(loaded), 1, seed)[1]
    curve = simulate(loaded, truth, budget=budget, oracle=ByExemplar(), seed=seed)
    last = curve.points[-1]
    return {"update_seconds": last.update_seconds, "ask_seconds": last.ask_seconds, "acc": last.acc}


def blobs(n: int, dimensions: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return (n, d) features of ten overlapping groups, and which group each item is of (n,)."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, _GROUPS, n)
    centers = rng.normal(size=(_GROUPS, dimensions)).astype(np.float32)
    return centers[truth] + rng.standard_normal((n, dimensions), np.float32), truth


@cache
def _home() -> "TemporaryDirectory[str]":
    return TemporaryDirectory()


@cache
def _stored_index(n: int, dimensions: int, seed: int) -> Path:
    """Return the folder of an index, made in a process of its own."""
    home = Path(_home().name)
    return home / _in_process(_store_index, n, dimensions, seed, home)


def _store_index(n: int, dimensions: int, seed: int, home: Path) -> str:
    from clusteer.neighbors import build_index, save_index

    return save_index(build_index(blobs(n, dimensions, seed)[0], "generated", dimensions=dimensions), home)


def _apart(work: Callable[..., dict[str, float]], *arguments: object) -> dict[str, object]:
    return {**_in_process(_with_peak, work, *arguments)}


def _with_peak(work: Callable[..., dict[str, float]], *arguments: object) -> dict[str, float]:
    return work(*arguments) | {"peak_megabytes": round(peak_megabytes(), 1)}


def _in_process(work: Callable[..., Result], *arguments: object) -> Result:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()
