import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from clusteer.losses import cluster_contrast_loss, contrastive_loss, entropy_loss, instance_loss


def naive(z: Tensor, w: Tensor, n: Tensor, temperature: float) -> float:
    total = weight = 0.0
    b = len(z)
    cosine = torch.nn.functional.cosine_similarity(z[:, None], z[None], dim=2)
    for i in range(b):
        against = sum(n[i, k].item() * math.exp(cosine[i, k].item() / temperature) for k in range(b) if k != i)
        for j in range(b):
            if j != i and w[i, j] > 0 and against > 0:
                total -= w[i, j].item() * math.log(math.exp(cosine[i, j].item() / temperature) / against)
                weight += w[i, j].item()
    return total / weight if weight else 0.0


@given(st.integers(1, 7), st.integers(0, 99), st.sampled_from([0.1, 0.5, 1.0]))
def test_it_costs_what_the_equation_says(b: int, seed: int, temperature: float) -> None:
    generator = torch.Generator().manual_seed(seed)
    z = torch.randn(b, 3, generator=generator, dtype=torch.float64)
    w, n = (
        torch.rand(b, b, generator=generator, dtype=torch.float64) * (torch.rand(b, b, generator=generator) < share)
        for share in (0.3, 0.7)
    )
    assert contrastive_loss(z, w, n, temperature).item() == pytest.approx(naive(z, w, n, temperature))


@given(st.integers(1, 6), st.integers(0, 99))
def test_two_views_are_held_against_all_others(b: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    first, second = (torch.randn(b, 4, generator=generator, dtype=torch.float64) for _ in range(2))
    z = torch.cat([first, second])
    twins = torch.zeros(2 * b, 2 * b)
    for i in range(b):
        twins[i, i + b] = twins[i + b, i] = 1
    wanted = naive(z, twins, torch.ones(2 * b, 2 * b), 0.5)
    assert instance_loss(first, second, 0.5).item() == pytest.approx(wanted)
    same = torch.rand(b, b, generator=generator) < 0.5
    same |= same.T.clone()
    negatives = (~same).double().repeat(2, 2)
    for i in range(b):
        negatives[i, i + b] = negatives[i + b, i] = 1
    assert instance_loss(first, second, 0.5, same).item() == pytest.approx(naive(z, twins, negatives, 0.5))


def test_a_must_link_draws_and_a_cannot_link_pushes() -> None:
    z = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], requires_grad=True)
    together = torch.tensor([[0.0, 1, 0], [1, 0, 0], [0, 0, 0]])
    plain, twice = torch.ones(3, 3), torch.tensor([[1.0, 1, 2], [1, 1, 2], [2, 2, 1]])
    assert contrastive_loss(z, together, twice, 0.5) > contrastive_loss(z, together, plain, 0.5) > 0


def test_clusters_that_agree_in_both_views_cost_less() -> None:
    q = torch.randn(30, 4, generator=torch.Generator().manual_seed(0)).mul(3).log_softmax(dim=1)
    assert cluster_contrast_loss(q, q, 1.0) < cluster_contrast_loss(q, q.roll(1, 0), 1.0)


def test_equal_sizes_cost_nothing_and_one_cluster_costs_most() -> None:
    equal = torch.full((8, 4), 0.25).log()
    one = torch.tensor([[50.0, 0, 0, 0]]).log_softmax(dim=1).repeat(8, 1)
    assert entropy_loss(equal).item() == pytest.approx(0, abs=1e-6)
    assert entropy_loss(one).item() == pytest.approx(math.log(4))
