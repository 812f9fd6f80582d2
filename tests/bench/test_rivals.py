import numpy as np
import pytest
from numpy.typing import NDArray

from clusteer.bench import Case, rivals
from clusteer.bench.rivals import METHODS, measure
from clusteer.constraints import ConstraintSet, from_labels
from clusteer.metrics import accuracy
from clusteer.neighbors import kmeans
from tests.blobs import blob_index, blobs

INDEX = blob_index(120, 3, spread=3.0)
TRUTH = blobs(120, 3, spread=3.0)[1]


@pytest.fixture(autouse=True)
def _items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rivals, "items_of", lambda case: (INDEX, TRUTH))


def points_of(method: str, noise: float = 0.0, seconds: float = 156) -> list[dict[str, float]]:
    case: Case = {"method": method, "seconds": seconds, "noise": noise, "seed": 0}
    found = measure(case)
    assert found["items"] == 120
    points: list[dict[str, float]] = found["points"]  # type: ignore[assignment]  # what a result holds is JSON
    return points


@pytest.mark.parametrize("method", [method for method in METHODS if method in ("margin", "uniform", "pckmeans")])
def test_every_method_gets_the_same_seconds(method: str) -> None:
    points = points_of(method)
    assert [point["budget"] for point in points] == pytest.approx([0, 78, 156])
    assert all(point["human_seconds"] <= point["budget"] + 1e-6 for point in points)
    assert points[-1]["human_seconds"] > 140
    assert points[-1]["answers"] == pytest.approx(points[-1]["human_seconds"] / 7.8, abs=1)
    assert all(0 <= point[name] <= 1 for point in points for name in ("acc", "nmi"))
    assert [point["links"] >= point["answers"] for point in points] == [True] * 3
    assert points[-1]["pairs_known"] >= points[-1]["links"]


def test_k_means_is_given_the_number_of_groups_and_asks_nothing() -> None:
    (point,) = points_of("kmeans")
    assert point["acc"] == accuracy(TRUTH, kmeans(INDEX.embedding, 3, 0))
    assert (point["answers"], point["human_seconds"]) == (0, 0)


def test_pairs_without_an_assignment_say_so() -> None:
    """Half of the pairs are wrong, so they contradict each other before long."""
    points = points_of("cop-kmeans", noise=0.5, seconds=1560)
    assert "acc" in points[0]
    assert "acc" not in points[-1]
    assert "must-links and" in str(points[-1]["failed"])


def test_wrong_answers_make_wrong_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[NDArray[np.bool_]] = []

    def draw(truth: NDArray[np.int64], n: int, *, noise: float, random_state: int) -> ConstraintSet:
        found = from_labels(truth, n, noise=noise, random_state=random_state)
        pairs = found.must.pairs
        drawn.append(truth[pairs[:, 0]] != truth[pairs[:, 1]])
        return found

    monkeypatch.setattr(rivals, "from_labels", draw)
    points_of("pckmeans", seconds=780)
    assert not np.concatenate(drawn).any()
    drawn.clear()
    points_of("pckmeans", noise=0.3, seconds=780)
    assert np.concatenate(drawn).any()
