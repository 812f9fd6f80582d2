"""The feature cache: nothing is encoded twice, lost, or believed when damaged."""

import hashlib
import math
import os
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from clusteer.core import InvalidInputError, NotFoundError, StorageError
from clusteer.encoders import encode, estimate, feature_cache, features

SHARD = features._SHARD


class Usage(NamedTuple):
    free: int


class Numbered:
    """Pictures of one colour each, which stands for a number; says how often pixels were asked for."""

    def __init__(self, numbers: ArrayLike) -> None:
        self.numbers = np.asarray(numbers, np.int64)
        self.hashes = tuple(hashlib.sha256(str(number).encode()).hexdigest() for number in self.numbers)
        self.asked: list[int] = []

    def __len__(self) -> int:
        return len(self.numbers)

    def pixels(self, rows: NDArray[np.int64], size: int) -> NDArray[np.uint8]:
        self.asked.extend(self.numbers[rows].tolist())
        colours = np.stack([self.numbers[rows] % 256, self.numbers[rows] // 256, self.numbers[rows] * 0], -1)
        return np.broadcast_to(colours[:, None, None], (len(rows), size, size, 3)).astype(np.uint8)


class Counting:
    """Encodes a picture as its number, its size and a constant."""

    dimensions = 3

    def __init__(self, size: int = 2) -> None:
        self.name, self.size = f"counting@{size}", size

    def encode(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        colour = pixels[:, 0, 0].astype(np.float32)
        number = colour[:, 0] + 256 * colour[:, 1]
        return np.stack([number, np.full_like(number, self.size), np.ones_like(number)], 1)


@pytest.fixture(autouse=True)
def _fake_encoders(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"two": Counting(2), "four": Counting(4)}
    monkeypatch.setattr(features, "get_encoder", lambda name: known[name])


def expected(images: Numbered, size: int = 2) -> NDArray[np.float32]:
    return np.array([[number, size, 1] for number in images.numbers], np.float32)


def cache_files(cache: Path) -> list[Path]:
    return sorted(path for path in cache.rglob("*") if path.is_file())


def test_features_are_a_read_only_map_in_row_order_and_encoded_once(tmp_path: Path) -> None:
    images = Numbered(range(1300))
    values = encode(images, "two", tmp_path)
    assert isinstance(values, np.memmap)
    assert not values.flags.writeable
    assert np.array_equal(values, expected(images))
    assert sorted(images.asked) == list(range(1300))
    again = Numbered(range(1300))
    assert np.array_equal(encode(again, "two", tmp_path), values)
    assert again.asked == []
    assert len(cache_files(tmp_path)) == 1


def test_a_grown_and_shuffled_set_encodes_new_content_only(tmp_path: Path) -> None:
    encode(Numbered(range(1000)), "two", tmp_path)
    grown = Numbered(np.random.default_rng(0).permutation(1010))
    assert np.array_equal(encode(grown, "two", tmp_path), expected(grown))
    assert sorted(grown.asked) == list(range(1000, 1010))


def test_sets_that_overlap_share_rows(tmp_path: Path) -> None:
    encode(Numbered(range(100)), "two", tmp_path)
    encode(Numbered(range(200, 300)), "two", tmp_path)
    both = Numbered(range(50, 250))
    assert np.array_equal(encode(both, "two", tmp_path), expected(both))
    assert sorted(both.asked) == list(range(100, 200))
    first = Numbered(range(100))
    assert np.array_equal(encode(first, "two", tmp_path), expected(first))
    assert first.asked == []


def test_duplicates_are_encoded_once(tmp_path: Path) -> None:
    images = Numbered([7, 8, 7, 7, 9, 8])
    assert np.array_equal(encode(images, "two", tmp_path), expected(images))
    assert images.asked == [7, 8, 9]


def test_encoders_do_not_mix(tmp_path: Path) -> None:
    images = Numbered(range(5))
    encode(images, "two", tmp_path)
    assert np.array_equal(encode(images, "four", tmp_path), expected(images, 4))


def test_joined_encoders_stand_side_by_side_as_unit_rows(tmp_path: Path) -> None:
    images = Numbered(range(1, 40))
    joined = encode(images, "two+four", tmp_path)
    parts = [expected(images, 2), expected(images, 4)]
    wanted = np.hstack([part / np.linalg.norm(part, axis=1, keepdims=True) / math.sqrt(2) for part in parts])
    assert np.allclose(joined, wanted)
    assert np.allclose(np.linalg.norm(joined, axis=1), 1)
    again = Numbered(range(1, 40))
    assert np.array_equal(encode(again, "two+four", tmp_path), joined)
    assert again.asked == []


def test_killed_half_way_it_goes_on_from_the_last_whole_shard(tmp_path: Path) -> None:
    program = f"""
    import os, signal, sys
    from pathlib import Path
    sys.path.insert(0, {str(Path(__file__).parent)!r})
    from test_features import Counting, Numbered
    from clusteer.encoders import features

    class Dying(Counting):
        def encode(self, pixels):
            values = super().encode(pixels)
            if values[:, 0].max() >= {2 * SHARD + 100}:
                os.kill(os.getpid(), signal.SIGKILL)
            return values

    features.get_encoder = lambda name: Dying()
    features.encode(Numbered(range({3 * SHARD})), "two", Path({str(tmp_path)!r}))
    """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=False, capture_output=True)
    assert ended.returncode == -9, ended.stderr
    rest = Numbered(range(3 * SHARD))
    assert np.array_equal(encode(rest, "two", tmp_path), expected(rest))
    assert sorted(rest.asked) == list(range(2 * SHARD, 3 * SHARD))
    assert len(cache_files(tmp_path)) == 1


def flip(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(200)  # among the values, after 128 bytes of header
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 16]))


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 7)


@pytest.mark.parametrize("damage", [flip, cut])
def test_a_damaged_file_is_noticed_and_rebuilt(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], None]
) -> None:
    images = Numbered(range(60))
    encode(images, "two", tmp_path)
    damage(cache_files(tmp_path)[0])
    again = Numbered(range(60))
    assert np.array_equal(encode(again, "two", tmp_path), expected(again))
    assert sorted(again.asked) == list(range(60))
    assert str(tmp_path) in caplog.text
    assert "computed again" in caplog.text


def test_a_damaged_shard_costs_that_shard_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    encode(Numbered(range(40)), "two", tmp_path)
    encode(Numbered(range(40, 100)), "two", tmp_path)
    flip(feature_cache.path_of(tmp_path / "features" / "counting@2", hashes_of(range(40, 100))))
    images = Numbered(range(100))
    assert np.array_equal(encode(images, "two", tmp_path), expected(images))
    assert sorted(images.asked) == list(range(40, 100))
    assert "computed again" in caplog.text


def hashes_of(numbers: range) -> list[bytes]:
    return [bytes.fromhex(name) for name in Numbered(numbers).hashes]


def test_two_processes_encoding_the_same_set_agree(tmp_path: Path) -> None:
    program = f"""
    import sys
    from pathlib import Path
    sys.path.insert(0, {str(Path(__file__).parent)!r})
    from test_features import Counting, Numbered, expected
    from clusteer.encoders import features

    features.get_encoder = lambda name: Counting()
    images = Numbered(range(5000))
    assert (features.encode(images, "two", Path({str(tmp_path)!r})) == expected(images)).all()
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    for process in running:
        _, complaints = process.communicate()
        assert process.returncode == 0, complaints
    images = Numbered(range(5000))
    assert np.array_equal(encode(images, "two", tmp_path), expected(images))
    assert images.asked == []


def test_a_file_in_the_way_of_the_cache(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    with pytest.raises(StorageError, match=r"feature cache .*cache.* cannot be used.*CLUSTEER_CACHE"):
        encode(Numbered(range(3)), "two", tmp_path / "cache")


def test_a_disk_that_fills_up_leaves_nothing_half_written(tmp_path: Path) -> None:
    program = f"""
    import resource, sys
    from pathlib import Path
    sys.path.insert(0, {str(Path(__file__).parent)!r})
    from test_features import Counting, Numbered
    from clusteer.core import StorageError
    from clusteer.encoders import features

    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
    features.get_encoder = lambda name: Counting()
    try:
        features.encode(Numbered(range(2000)), "two", Path({str(tmp_path)!r}))
    except StorageError as fault:
        sys.exit(str(fault))
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], check=False, capture_output=True, text=True
    )
    assert "cannot be used" in ended.stderr
    assert str(tmp_path) in ended.stderr
    assert cache_files(tmp_path) == []


def test_too_little_space_is_said_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(free=5000))
    images = Numbered(range(1000))
    with pytest.raises(StorageError, match="0 MB are free"):
        encode(images, "two", tmp_path)
    assert images.asked == []


def test_remains_of_killed_processes_are_removed_after_a_day(tmp_path: Path) -> None:
    folder = tmp_path / "features" / "counting@2"
    folder.mkdir(parents=True)
    for name, age in {"old.tmp": 2 * 24 * 3600, "new.tmp": 60}.items():
        (folder / name).touch()
        os.utime(folder / name, (time.time() - age,) * 2)
    encode(Numbered(range(3)), "two", tmp_path)
    assert [path.name for path in folder.glob("*.tmp")] == ["new.tmp"]


def test_progress_counts_pictures_and_ends_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encode(Numbered(range(100)), "two", tmp_path)
    ticks = iter(range(1000))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(ticks)))
    reports: list[tuple[int, int, float]] = []
    encode(Numbered(range(164)), "two", tmp_path, lambda *report: reports.append(report))
    assert reports == [(132, 164, 1.0), (164, 164, 0.0), (164, 164, 0.0)]


def test_estimate_counts_what_is_left(tmp_path: Path) -> None:
    encode(Numbered(range(100)), "two", tmp_path)
    images = Numbered(range(300))
    guess = estimate(images, "two", tmp_path)
    assert (guess.items, guess.cached) == (300, 100)
    assert guess.bytes == (300 + 200) * (3 * 4 + 32)
    assert guess.seconds > 0
    assert len(images.asked) < 40
    encode(images, "two", tmp_path)
    after = estimate(images, "two", tmp_path)
    assert (after.cached, after.seconds, after.bytes) == (300, 0, 0)
    joined = estimate(images, "two+four", tmp_path)
    assert joined.cached == 0
    assert joined.bytes == (300 + 300) * (3 * 4 + 32) + 300 * (6 * 4 + 32)


def test_the_cache_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTEER_CACHE", str(tmp_path / "mine"))
    encode(Numbered(range(3)), "two")
    assert len(cache_files(tmp_path / "mine")) == 1


def test_no_pictures() -> None:
    with pytest.raises(InvalidInputError, match="0 pictures"):
        encode(Numbered([]), "two")


def test_an_unknown_part_of_a_joined_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    images = Numbered(range(3))
    with pytest.raises(NotFoundError, match="'nonsense'"):
        encode(images, "pixels+nonsense", tmp_path)
    assert images.asked == []
