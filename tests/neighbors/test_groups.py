"""k-means and the number of groups."""

import warnings

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from clusteer.core import InvalidInputError
from clusteer.neighbors import choose_n_clusters, groups, kmeans


def blobs(k: int, n: int, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % k
    centres = np.eye(k, 8) * 5
    return (centres[truth] + rng.standard_normal((n, 8)) * 0.3).astype(np.float32), truth


def test_blobs_are_found_also_from_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    embedding, truth = blobs(5, 400)
    assert adjusted_rand_score(truth, kmeans(embedding, 5, 0)) == 1
    monkeypatch.setattr(groups, "_FITTED_ON", 60)
    labels = kmeans(embedding, 5, 0)
    assert labels.shape == (400,)
    assert labels.dtype == np.int64
    assert adjusted_rand_score(truth, labels) == 1


def test_the_same_seed_gives_the_same_groups_and_another_others() -> None:
    embedding = np.random.default_rng(0).standard_normal((500, 8)).astype(np.float32)
    assert np.array_equal(kmeans(embedding, 40, 1), kmeans(embedding, 40, 1))
    assert not np.array_equal(kmeans(embedding, 40, 1), kmeans(embedding, 40, 2))


def test_weights_move_the_centres() -> None:
    line = np.array([[0.0], [1.0], [9.0], [10.0]], np.float32)
    assert adjusted_rand_score([0, 0, 1, 1], kmeans(line, 2, 0)) == 1
    heavy = np.array([1e4, 1e4, 1e-4, 1e-4], np.float32)
    assert adjusted_rand_score([0, 1, 1, 1], kmeans(line, 2, 0, heavy)) == 1


def test_fewer_distinct_items_than_groups_is_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        labels = kmeans(np.ones((6, 2), np.float32), 3, 0)
    assert len(set(labels.tolist())) == 1


@pytest.mark.parametrize("n_clusters", [0, 5])
def test_an_impossible_number_of_groups(n_clusters: int) -> None:
    with pytest.raises(InvalidInputError, match=f"{n_clusters} groups were asked for but there are 4 items"):
        kmeans(np.eye(4, dtype=np.float32), n_clusters, 0)


@pytest.mark.parametrize("k", [2, 3, 7])
def test_the_number_of_blobs_is_chosen(k: int) -> None:
    assert choose_n_clusters(blobs(k, 300)[0], 0) == k


def test_the_number_is_chosen_on_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "_SILHOUETTE_ON", 80)
    assert choose_n_clusters(blobs(4, 3000)[0], 0) == 4


def test_the_range_is_kept() -> None:
    embedding = blobs(6, 300)[0]
    assert choose_n_clusters(embedding, 0, high=4) <= 4
    assert choose_n_clusters(embedding, 0, low=8, high=9) >= 8


@pytest.mark.parametrize(
    ("rows", "number"), [([[1.0]], 1), ([[1.0], [2.0]], 1), ([[1.0]] * 9, 1), ([[0.0], [0.1], [9.0]], 2)]
)
def test_hardly_any_items(rows: list[list[float]], number: int) -> None:
    assert choose_n_clusters(np.array(rows, np.float32), 0) == number
