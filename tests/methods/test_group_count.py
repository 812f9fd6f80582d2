import numpy as np
import pytest
from numpy.typing import NDArray

from clusteer.constraints import from_labels
from clusteer.methods.group_count import count_groups, plateau, smallest_angles


def corners(k: int, d: int, spread: float, n: int = 400) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Unit codes near k corners of a simplex about the origin, and their groups."""
    rng = np.random.default_rng(0)
    simplex = np.zeros((k, d))
    simplex[:, :k] = np.eye(k) - 1 / k
    truth = np.arange(n) % k
    codes = simplex[truth] / np.linalg.norm(simplex[0]) + spread * rng.normal(size=(n, d))
    return (codes / np.linalg.norm(codes, axis=1, keepdims=True)).astype(np.float32), truth


@pytest.mark.parametrize("k", [2, 3, 5, 8])
def test_a_simplex_has_one_corner_more_than_dimensions(k: int) -> None:
    codes, truth = corners(k, 10, 0.05)
    count = count_groups(codes, from_labels(truth, 3000).cannot.pairs, 0)
    assert (count.number, count.by_angles, count.by_silhouette, count.doubt) == (k, k, k, "")


def test_the_curve_is_that_of_the_principal_dimensions() -> None:
    codes, truth = corners(3, 4, 0.05)
    apart = from_labels(truth, 2000).cannot.pairs
    curve = smallest_angles(codes, apart)
    used = codes[np.unique(apart)].astype(float)
    values, vectors = np.linalg.eigh(used.T @ used)
    for dims in range(1, 5):
        cut = codes.astype(float) @ vectors[:, np.argsort(-values)[:dims]]
        cut /= np.linalg.norm(cut, axis=1, keepdims=True)
        angles = np.sort(np.arccos(np.clip((cut[apart[:, 0]] * cut[apart[:, 1]]).sum(axis=1), -1, 1)))
        assert curve[dims - 1] == pytest.approx(angles[: int(0.05 * len(apart))].mean(), abs=1e-6)


@pytest.mark.parametrize(
    ("curve", "dimensions"), [([0.1, 0.5, 1.0, 1.05, 1.04], 3), ([1.0, 1.0, 1.0], 1), ([0.0, 0.2, 0.6, 1.0], 4)]
)
def test_the_plateau_begins_where_little_is_left_to_gain(curve: list[float], dimensions: int) -> None:
    assert plateau(np.array(curve)) == dimensions


def test_signs_that_differ_are_a_doubt() -> None:
    """Two far corners and pairs that say that each holds two groups which the codes do not show."""
    codes, truth = corners(2, 6, 0.02)
    finer = truth + 2 * (np.arange(len(truth)) % 4 > 1)
    count = count_groups(codes, from_labels(finer, 3000).cannot.pairs, 0)
    assert count.number == count.by_silhouette == 2
    assert count.by_angles != 2
    assert f"speak for {count.by_angles} groups, the silhouette for 2" in count.doubt
