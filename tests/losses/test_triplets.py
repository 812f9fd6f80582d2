import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from clusteer.losses import triplet_loss


@given(st.integers(1, 6), st.integers(1, 5), st.sampled_from([0.1, 0.5]), st.integers(0, 99))
def test_triplets_cost_what_the_equation_says(t: int, k: int, margin: float, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    anchor, near, far = (torch.randn(t, k, generator=generator).double().softmax(dim=1) for _ in range(3))
    weights = torch.rand(t, generator=generator, dtype=torch.float64)
    naive = 0.0
    for i in range(t):
        nearness = sum((anchor[i, j] * near[i, j]).item() for j in range(k))
        farness = sum((anchor[i, j] * far[i, j]).item() for j in range(k))
        naive += weights[i].item() * max(farness - nearness + margin, 0) / t
    found = triplet_loss(anchor.log(), near.log(), far.log(), margin, weights)
    assert found.item() == pytest.approx(naive, abs=1e-12)


def test_a_triplet_that_keeps_the_margin_costs_nothing() -> None:
    here, there = torch.tensor([[30.0, 0.0]]).log_softmax(1), torch.tensor([[0.0, 30.0]]).log_softmax(1)
    assert triplet_loss(here, here, there) == 0
    assert triplet_loss(here, there, here).item() == pytest.approx(1.1)
