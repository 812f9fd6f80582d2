import numpy as np
import pytest

from clusteer.bench.environment import peak_megabytes
from clusteer.bench.scale import GeneratedPictures, blobs, measure

CASE = {"items": 300, "dimensions": 16, "budget": 12, "seed": 0}


def test_generated_pictures_are_the_same_each_time_and_differ() -> None:
    pictures = GeneratedPictures(50, seed=3)
    rows = np.arange(50)
    first = pictures.pixels(rows, 8)
    np.testing.assert_array_equal(first[10:], pictures.pixels(rows[10:], 8))
    assert first.shape == (50, 8, 8, 3)
    assert len({picture.tobytes() for picture in first}) > 10
    assert len(set(pictures.hashes)) == len(pictures) == 50


def test_blobs_have_ten_groups() -> None:
    features, truth = blobs(1000, 16, seed=0)
    assert features.shape == (1000, 16)
    assert features.dtype == np.float32
    assert len(np.unique(truth)) == 10
    np.testing.assert_array_equal(truth, blobs(1000, 1, seed=0)[1])


@pytest.mark.parametrize(
    ("step", "measured"),
    [("encode", {"seconds"}), ("index", {"seconds"}), ("session", {"update_seconds", "ask_seconds", "acc"})],
)
def test_each_step_is_measured_in_a_process_of_its_own(step: str, measured: set[str]) -> None:
    kept = np.ones((64, 2**20))  # 512 MB of this process, which are none of the step's
    found = measure({**CASE, "step": step})
    assert found.keys() == measured | {"peak_megabytes"}
    assert 20 < float(str(found["peak_megabytes"])) < peak_megabytes() - kept.nbytes / 2**21
