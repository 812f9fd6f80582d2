import numpy as np
import pytest
from numpy.typing import NDArray

from clusteer.methods import responses
from clusteer.methods.diffusion import NeighborGraph, diffuse
from clusteer.methods.responses import Responses
from tests.blobs import blob_index

GRAPH = NeighborGraph.of(blob_index(n=60))
AFFINITY = GRAPH.weighted(GRAPH.cosine)
SAMPLED = np.arange(0, 60, 3)


def exact(items: list[int]) -> NDArray[np.float32]:
    return np.maximum(diffuse(AFFINITY, np.eye(60, dtype=np.float32)[:, items], 0.95, 12), 0)


def test_responses_are_those_of_a_diffusion() -> None:
    found, items = Responses(AFFINITY, 0.95, 12, SAMPLED), [5, 40, 7]
    assert np.array_equal(found.across(np.array(items)), exact(items)[SAMPLED].T)
    assert found.among(np.array(items)) == pytest.approx(exact(items)[items], rel=1e-3, abs=1e-7)


def test_they_do_not_depend_on_what_was_found_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "HEARD", 4)
    monkeypatch.setattr(responses, "BATCH", 3)
    used = Responses(AFFINITY, 0.95, 12, SAMPLED)
    for items in ([3, 1], [3, 1, 9, 8], [1, 9], [20, 21, 22, 23, 24, 9], [3, 1, 50]):
        rows, fresh = np.array(items), Responses(AFFINITY, 0.95, 12, SAMPLED)
        assert np.array_equal(used.across(rows), fresh.across(rows))
        assert np.array_equal(used.among(rows), fresh.among(rows))
