import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from clusteer.losses import cannot_link_loss, log_apart, log_together, must_link_loss, siamese_loss


@given(st.integers(1, 6), st.integers(2, 5), st.sampled_from([0.0, 0.1, 0.3]), st.integers(0, 99))
def test_links_cost_what_the_equations_say(m: int, k: int, wrong: float, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    first, second = (torch.randn(m, k, generator=generator, dtype=torch.float64).softmax(dim=1) for _ in range(2))
    weights = torch.rand(m, generator=generator, dtype=torch.float64)
    must = cannot = 0.0
    for i in range(m):
        s = sum((first[i, j] * second[i, j]).item() for j in range(k))
        must -= weights[i].item() * math.log((1 - wrong) * s + wrong * (1 - s)) / m
        cannot -= weights[i].item() * math.log((1 - wrong) * (1 - s) + wrong * s) / m
    assert must_link_loss(first.log(), second.log(), weights, wrong).item() == pytest.approx(must)
    assert cannot_link_loss(first.log(), second.log(), weights, wrong).item() == pytest.approx(cannot)


def test_two_sure_items_of_one_cluster_are_still_pushed_apart() -> None:
    """Where 1 - s rounds to 0 in float32, its logarithm and the gradient are what they are in float64."""
    logits = torch.tensor([[40.0, 0.0]], requires_grad=True)
    value = cannot_link_loss(logits.log_softmax(dim=1), torch.tensor([[40.0, 0.0]]).log_softmax(dim=1))
    value.backward()  # type: ignore[no-untyped-call]  # torch gives it no types
    assert value.item() == pytest.approx(40 - math.log(2), abs=1e-4)
    assert logits.grad is not None
    assert logits.grad[0].tolist() == pytest.approx([0.5, -0.5], abs=1e-4)


def test_a_pair_is_together_or_apart() -> None:
    first, second = (torch.randn(9, 5, generator=torch.Generator().manual_seed(seed)) for seed in (0, 1))
    first, second = first.log_softmax(dim=1), second.log_softmax(dim=1)
    assert (log_together(first, second).exp() + log_apart(first, second).exp()).tolist() == pytest.approx([1.0] * 9)


def test_a_link_that_everything_contradicts_costs_no_more_than_its_chance_to_be_wrong() -> None:
    sure = torch.tensor([[60.0, 0.0]]).log_softmax(dim=1)
    assert must_link_loss(sure, sure.flip(1), wrong=0.1).item() == pytest.approx(-math.log(0.1))
    assert cannot_link_loss(sure, sure, wrong=0.1).item() == pytest.approx(-math.log(0.1))
    assert must_link_loss(sure, sure.flip(1)).item() == pytest.approx(60 - math.log(2), abs=1e-3)


def test_two_equal_doubtful_items_still_cost_a_must_link() -> None:
    doubt = torch.full((1, 4), 0.25).log()
    assert must_link_loss(doubt, doubt).item() == pytest.approx(math.log(4))


@given(st.integers(1, 6), st.integers(1, 4), st.sampled_from([0.5, 1.0, 3.0]), st.integers(0, 99))
def test_a_siamese_network_pays_for_distance_and_for_nearness(m: int, d: int, margin: float, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    first, second = (torch.randn(m, d, generator=generator, dtype=torch.float64) for _ in range(2))
    together = torch.rand(m, generator=generator) > 0.5
    weights = torch.rand(m, generator=generator, dtype=torch.float64)
    total = 0.0
    for i in range(m):
        distance = math.sqrt(sum((first[i, j] - second[i, j]).item() ** 2 for j in range(d)))
        total += weights[i].item() * (distance**2 if together[i] else max(margin - distance, 0) ** 2) / m
    assert siamese_loss(first, second, together, margin, weights).item() == pytest.approx(total)


def test_where_codes_coincide_the_distance_has_a_gradient_of_zero() -> None:
    code = torch.ones(2, 3, requires_grad=True)
    value = siamese_loss(code, torch.ones(2, 3), torch.tensor([True, False]), margin=2.0)
    value.backward()  # type: ignore[no-untyped-call]  # torch gives it no types
    assert value.item() == 2.0
    assert code.grad is not None
    assert code.grad.tolist() == [[0.0] * 3] * 2
