"""What every loss promises: gradients, permutation, nothing to do, any distance, any precision."""

from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor

from clusteer import losses

K = 4
Loss = Callable[..., Tensor]


def log_q(codes: Tensor) -> Tensor:
    """Log-assignments of codes to four centers on the axes."""
    return losses.log_assignment(codes, torch.eye(K, codes.shape[1], dtype=codes.dtype) * 2)


def unit(codes: Tensor) -> Tensor:
    return torch.nn.functional.normalize(codes, dim=1)


def rules(first: Tensor, second: Tensor, third: Tensor, fourth: Tensor, weights: Tensor) -> Tensor:
    premises = losses.log_together(log_q(first), log_q(second))
    return losses.rule_loss(premises, losses.log_apart(log_q(third), log_q(fourth)), weights)


def sizes_of(codes: Tensor, before: Tensor) -> Tensor:
    """Shares of two parts, corrected from where the codes were before; the batch is the whole."""
    n = len(codes)
    parts = torch.stack([torch.arange(n) % 2 == 0, torch.arange(n) % 2 == 1], dim=1).to(codes.dtype)
    parts = parts / parts.sum(dim=0).clamp(min=1)
    return losses.corrected_shares(parts.T @ log_q(before).exp(), log_q(codes), log_q(before), parts, n)


# Each takes (m, 5) codes, as many as it says, and (m,) weights in [0, 1].
CASES: dict[str, tuple[int, Loss]] = {
    "reconstruction": (2, lambda a, b, w: losses.reconstruction_loss(a, b)),
    "kl": (1, lambda a, w: losses.kl_loss(losses.sharpened_target(log_q(a), torch.zeros(K)).roll(1, 1), log_q(a), w)),
    "must-link": (2, lambda a, b, w: losses.must_link_loss(log_q(a), log_q(b), w)),
    "cannot-link": (2, lambda a, b, w: losses.cannot_link_loss(log_q(a), log_q(b), w)),
    "must-link, some wrong": (2, lambda a, b, w: losses.must_link_loss(log_q(a), log_q(b), w, wrong=0.2)),
    "cannot-link, some wrong": (2, lambda a, b, w: losses.cannot_link_loss(log_q(a), log_q(b), w, wrong=0.2)),
    "angular": (2, lambda a, b, w: losses.angular_pair_loss(unit(a), unit(b), w > 0.5, w)),
    "belief": (
        2,
        lambda a, b, w: losses.pair_belief_loss(unit(a), unit(b), w, torch.tensor(0.3), torch.tensor(0.1)),
    ),
    "siamese": (2, lambda a, b, w: losses.siamese_loss(a, b, w > 0.5, 3.0, w)),
    "triplet": (3, lambda a, b, c, w: losses.triplet_loss(log_q(a), log_q(b), log_q(c), 0.1, w)),
    "difficulty": (1, lambda a, w: losses.difficulty_loss(log_q(a), 2 * w - 1)),
    "rule": (4, rules),
    "membership": (1, lambda a, w: losses.membership_loss(log_q(a), a.detach()[:, :K].argmin(1), w)),
    "rejection": (1, lambda a, w: losses.rejection_loss(log_q(a), a.detach()[:, :K] > 0.3, w)),
    "contrastive": (
        1,
        lambda a, w: losses.contrastive_loss(a, a.detach()[:, :1] * a.detach()[:, :1].T > 0, w[:, None] + w, 0.5),
    ),
    "instance": (2, lambda a, b, w: losses.instance_loss(a, b, 0.5, (w[:, None] + w) > 1.2)),
    "cluster contrast": (2, lambda a, b, w: losses.cluster_contrast_loss(log_q(a), log_q(b), 1.0)),
    "entropy": (1, lambda a, w: losses.entropy_loss(log_q(a))),
    "confidence": (1, lambda a, w: losses.confidence_loss(log_q(a.detach()), log_q(a), 0.3)),
    "constrained contrast": (
        2,
        lambda a, b, w: losses.constrained_contrast_loss(
            a, b, w[:, None] * w * ((w[:, None] + w) > 1), ((w[:, None] + w) < 0.6).to(w.dtype), 0.5, 4.0
        ),
    ),
}
SIZED: dict[str, Loss] = {
    "sizes": lambda shares: losses.size_loss(shares[0], torch.tensor([0.4, 0.3, 0.2, 0.1])),
    "bounds": lambda shares: losses.bound_loss(
        shares, torch.tensor([0.5, 0.0]), torch.tensor([1.0, 0.1]), torch.ones(2, K)
    ),
    "balance": lambda shares: losses.balance_loss(shares, 0.01),
}
every = pytest.mark.parametrize("name", CASES)


def codes(count: int, m: int, seed: int = 0, scale: float = 1.0) -> tuple[list[Tensor], Tensor]:
    generator = torch.Generator().manual_seed(seed)
    made = [scale * torch.randn(m, 5, generator=generator, dtype=torch.float64) for _ in range(count)]
    return made, torch.rand(m, generator=generator, dtype=torch.float64)


def value_and_gradient(loss: Loss, made: Sequence[Tensor], weights: Tensor) -> tuple[Tensor, list[Tensor]]:
    leaves = [one.detach().clone().requires_grad_() for one in made]
    value = loss(*leaves, weights)
    value.backward()  # type: ignore[no-untyped-call]  # torch gives it no types
    return value.detach(), [leaf.grad for leaf in leaves if leaf.grad is not None]


@every
@pytest.mark.parametrize("seed", [0, 1])
def test_the_gradient_is_that_of_the_value(name: str, seed: int) -> None:
    count, loss = CASES[name]
    made, weights = codes(count, 6, seed)
    for one in made:
        one.requires_grad_()
    # The target of "kl" is constant in its gradient, as it is in training.
    target = losses.sharpened_target(log_q(made[0]), torch.zeros(K)).roll(1, 1)
    if name == "kl":
        assert torch.autograd.gradcheck(lambda a: losses.kl_loss(target, log_q(a), weights), made)
    else:
        assert torch.autograd.gradcheck(lambda *leaves: loss(*leaves, weights), made)


@every
def test_nothing_to_do_is_zero_with_a_gradient(name: str) -> None:
    count, loss = CASES[name]
    value, gradients = value_and_gradient(loss, *codes(count, 0))
    assert value == 0
    assert gradients
    assert all(gradient.shape == (0, 5) for gradient in gradients)


@every
def test_order_does_not_matter(name: str) -> None:
    count, loss = CASES[name]
    made, weights = codes(count, 20)
    order = torch.randperm(20, generator=torch.Generator().manual_seed(1))
    assert torch.allclose(loss(*made, weights), loss(*(one[order] for one in made), weights[order]))


@every
@pytest.mark.parametrize("scale", [0.0, 1e-20, 1.0, 1e3, 1e10, 1e18, 1e37])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_it_is_finite_at_any_distance(name: str, scale: float, dtype: torch.dtype) -> None:
    if name == "reconstruction" and scale > 1e18:
        pytest.skip("the square of the error is the value; beyond 1e19 it leaves float32")
    count, loss = CASES[name]
    made, weights = codes(count, 8, scale=scale)
    value, gradients = value_and_gradient(loss, [one.to(dtype) for one in made], weights.float())
    assert torch.isfinite(value)
    assert value.dtype == torch.float32
    assert all(torch.isfinite(gradient).all() for gradient in gradients)


@every
def test_identical_items_are_no_trouble(name: str) -> None:
    """Where items coincide with each other and with a center, and where they are opposite."""
    count, loss = CASES[name]
    center = torch.eye(K, 5)[:1].repeat(6, 1) * 2
    for sign in (1.0, -1.0):
        made = [center, *([sign * center] * (count - 1))]
        value, gradients = value_and_gradient(loss, made, torch.linspace(0, 1, 6))
        assert torch.isfinite(value)
        assert all(torch.isfinite(gradient).all() for gradient in gradients)


@pytest.mark.parametrize("name", SIZED)
def test_losses_of_shares_have_the_gradient_of_their_value(name: str) -> None:
    (made,), _ = codes(1, 10)
    before = made.clone()
    assert torch.autograd.gradcheck(lambda a: SIZED[name](sizes_of(a, before)), [made.requires_grad_()])


@pytest.mark.parametrize("name", SIZED)
@pytest.mark.parametrize("scale", [0.0, 1e3, 1e18, 1e37])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_losses_of_shares_are_finite_at_any_distance(name: str, scale: float, dtype: torch.dtype) -> None:
    (made,), _ = codes(1, 8, scale=scale)
    leaf = made.to(dtype).requires_grad_()
    value = SIZED[name](sizes_of(leaf.float(), made.float().flip(0)))
    value.backward()  # type: ignore[no-untyped-call]  # torch gives it no types
    assert torch.isfinite(value)
    assert leaf.grad is not None
    assert torch.isfinite(leaf.grad).all()
