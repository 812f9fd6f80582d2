"""The constrained contrastive loss is what its equation says, and constraints pull and push."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from clusteer.losses import constrained_contrast_loss, instance_loss


def naive(first: Tensor, second: Tensor, together: Tensor, apart: Tensor, temperature: float, weight: float) -> float:
    b = len(first)
    z = torch.cat([first, second])
    linked = sum(together[i, j].item() for i in range(b) for j in range(b) if i != j)
    ratio = max(weight * b / (linked + 1), 2)
    total = 0.0
    for i in range(2 * b):
        against, cost, weights = 0.0, 0.0, 0.0
        likeness = [torch.nn.functional.cosine_similarity(z[i], z[k], dim=0).item() / temperature for k in range(2 * b)]
        for k in range(2 * b):
            if k != i:
                against += (1 + (apart[i % b, k % b].item() if k % b != i % b else 0)) * math.exp(likeness[k])
        for j in range(2 * b):
            if j != i:
                w = 1.0 if j % b == i % b else (1 + ratio) * together[i % b, j % b].item()
                cost -= w * (likeness[j] - math.log(against))
                weights += w
        total += cost / weights
    return total / (2 * b)


def links(b: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    drawn = torch.rand(b, b, generator=generator, dtype=torch.float64)
    drawn = (drawn + drawn.T) / 2
    return (drawn > 0.6).double() * drawn, (drawn < 0.3).double()


@given(st.integers(1, 6), st.integers(0, 99), st.sampled_from([0.2, 1.0]), st.sampled_from([0.0, 4.0]))
def test_it_costs_what_the_equation_says(b: int, seed: int, temperature: float, weight: float) -> None:
    generator = torch.Generator().manual_seed(seed)
    first, second = (torch.randn(b, 3, generator=generator, dtype=torch.float64) for _ in range(2))
    given = first, second, *links(b, generator)
    assert constrained_contrast_loss(*given, temperature, weight).item() == pytest.approx(
        naive(*given, temperature, weight)
    )


def test_without_links_it_is_the_contrast_of_two_views() -> None:
    """Also where no item has a positive among the links: 0 / 0 as printed."""
    first, second = (torch.randn(5, 4, generator=torch.Generator().manual_seed(seed)) for seed in range(2))
    nothing = torch.zeros(5, 5)
    told = constrained_contrast_loss(first, second, nothing, nothing, 0.5, 4.0)
    assert torch.allclose(told, instance_loss(first, second, 0.5))


def test_linked_items_are_drawn_together_and_others_apart() -> None:
    z = torch.randn(6, 3, generator=torch.Generator().manual_seed(0)).requires_grad_()
    together, apart = torch.zeros(6, 6), torch.zeros(6, 6)
    together[0, 1] = together[1, 0] = apart[0, 2] = apart[2, 0] = 1
    optimizer = torch.optim.Adam([z], 0.05)
    for _ in range(200):
        optimizer.zero_grad()
        constrained_contrast_loss(z, z, together, apart, 0.5, 4.0).backward()  # type: ignore[no-untyped-call]  # torch gives it no types
        optimizer.step()
    cosine = torch.nn.functional.cosine_similarity(z[:, None], z[None], dim=2)
    assert cosine[0, 1] > 0.8
    assert cosine[0, 2] < 0
