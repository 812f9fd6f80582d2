"""How sure the labels claim to be, held against how often they are right."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clusteer.methods.answer_posterior import AnswerPosterior
from clusteer.methods.calibration import PROBES, Probes, fit_power
from clusteer.methods.diffusion import NeighborGraph, diffuse
from clusteer.methods.linear_head import LinearHead
from tests.blobs import blob_index
from tests.methods.made_seeds import seeds_in

ALPHA, STEPS = 0.95, 60


def own_responses(affinity: csr_array, items: NDArray[np.int64]) -> NDArray[np.float64]:
    probes = Probes(items)
    return probes.read(diffuse(affinity, probes.plant(affinity.shape[0]), ALPHA, STEPS), ALPHA)


@pytest.mark.parametrize("m", [1, PROBES])
def test_own_responses_are_the_diagonal_of_the_inverse(m: int) -> None:
    graph = NeighborGraph.of(blob_index(n=600))
    affinity = graph.weighted(graph.cosine)
    items = np.arange(m) * 3
    inverse = (1 - ALPHA) * np.linalg.inv(np.eye(600) - ALPHA * affinity.toarray().astype(np.float64))
    assert np.allclose(own_responses(affinity, items), np.diag(inverse)[items], atol=1e-3)


def test_beyond_the_probes_own_responses_are_right_on_average_and_never_impossible() -> None:
    graph = NeighborGraph.of(blob_index(n=600))
    affinity = graph.weighted(graph.cosine)
    items = np.arange(0, 600, 10)
    inverse = (1 - ALPHA) * np.linalg.inv(np.eye(600) - ALPHA * affinity.toarray().astype(np.float64))
    found = own_responses(affinity, items)
    assert abs(found.mean() - np.diag(inverse).mean()) < 0.03
    assert ((found >= 1 - ALPHA) & (found <= 1)).all()


def posterior(m: int, k: int) -> AnswerPosterior:
    head = LinearHead(np.zeros((2, k)), np.zeros((m, k)))
    return AnswerPosterior(np.full((m, k), 1 / k), np.full(m, 1 / m), 0.02, 1.0, 0.0, 0.0, head)


@pytest.mark.parametrize(
    ("claimed", "true", "low", "high"), [(0.9, 0.6, 0.5, 0.5), (0.6, 0.95, 2.8, 2.8), (0.8, 0.8, 1, 1)]
)
def test_the_power_lowers_what_claims_too_much_and_raises_what_claims_too_little(
    claimed: float, true: float, low: float, high: float
) -> None:
    m, k = 400, 2
    groups = np.zeros(m, np.int64)
    received = np.full((m, k), (claimed, 1 - claimed), np.float32)
    received[int(m * true) :] = (1 - claimed, claimed)
    seeds = seeds_in(groups, k)
    assert low <= fit_power(seeds, posterior(m, k), received, np.zeros((m, k))) <= high


def test_what_an_item_receives_from_itself_does_not_speak_for_it() -> None:
    m, k = 50, 2
    groups = np.arange(m) % 2
    stated = np.eye(k)[groups]
    others = np.where(stated == 1, 0.2, 0.8).astype(np.float32)
    seeds = seeds_in(groups, k)
    alone = fit_power(seeds, posterior(m, k), others, np.zeros((m, k)))
    beside_itself = fit_power(seeds, posterior(m, k), (others + 5 * stated).astype(np.float32), 5 * stated)
    assert alone == beside_itself == 0.5
