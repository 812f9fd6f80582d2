import math
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from clusteer.losses import alignment_loss, inter_cluster_loss, intra_cluster_loss, joined, word_weights


def drawn(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def length(row: Tensor) -> float:
    return math.sqrt(sum(value.item() ** 2 for value in row))


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 99))
def test_weights_of_words_are_those_of_the_equation(b: int, r: int, seed: int) -> None:
    factors, words = drawn(b, 4, seed=seed), drawn(r, 4, seed=seed + 1)
    weights = word_weights(factors, words, 3.0)
    for i in range(b):
        raised = [math.exp(3 * sum((factors[i, d] * words[k, d]).item() for d in range(4)) / length(words[k]))
                  for k in range(r)]  # fmt: skip
        assert weights[i].tolist() == pytest.approx([value / sum(raised) for value in raised])


@given(st.integers(1, 6), st.integers(0, 99))
def test_alignment_is_the_mean_of_what_cosines_lack(b: int, seed: int) -> None:
    pictures, texts = drawn(b, 3, seed=seed), drawn(b, 3, seed=seed + 1)
    lacking = [
        1 - sum((x * t).item() for x, t in zip(one, other, strict=True)) / (length(one) * length(other))
        for one, other in zip(pictures, texts, strict=True)
    ]
    assert alignment_loss(pictures, texts).item() == pytest.approx(sum(lacking) / b)


@given(st.integers(1, 7), st.integers(1, 3), st.integers(0, 99))
def test_clusters_cost_what_the_sums_over_pairs_say(b: int, k: int, seed: int) -> None:
    values = drawn(b, 2, seed=seed)
    labels = torch.randint(k, (b,), generator=torch.Generator().manual_seed(seed))
    inside, outside = [], []
    for i in range(b):
        for j in range(b):
            distance = length(values[i] - values[j])
            if i != j and labels[i] == labels[j]:
                inside.append(distance**2)
            elif labels[i] != labels[j]:
                outside.append(max(0.0, 1.5 - distance))
    assert intra_cluster_loss(values, labels).item() == pytest.approx(sum(inside) / max(1, len(inside)))
    assert inter_cluster_loss(values, labels, 1.5).item() == pytest.approx(sum(outside) / max(1, len(outside)))


def test_parts_that_are_joined_have_length_one() -> None:
    both = joined(drawn(5, 3, seed=0) * 40, drawn(5, 2, seed=1) / 40)
    assert torch.allclose(both[:, :3].norm(dim=1), torch.ones(5, dtype=torch.float64))
    assert torch.allclose(both[:, 3:].norm(dim=1), torch.ones(5, dtype=torch.float64))


LABELS = torch.tensor([0, 1, 0, 2, 1])


@pytest.mark.parametrize(
    "loss",
    [
        lambda v: alignment_loss(v, drawn(5, 3, seed=4)),
        lambda v: intra_cluster_loss(v, LABELS),
        lambda v: inter_cluster_loss(v, LABELS, 2.0),
        lambda v: word_weights(v, drawn(2, 3, seed=5), 2.0).square().sum(),
        lambda v: joined(v, v.flip(0)).square()[:, 1].sum(),
    ],
)
def test_gradients_are_those_of_finite_differences(loss: Any) -> None:
    assert torch.autograd.gradcheck(loss, drawn(5, 3, seed=3).requires_grad_())


@pytest.mark.parametrize("loss", [intra_cluster_loss, inter_cluster_loss])
def test_nothing_to_do_is_an_exact_zero_with_a_path(loss: Any) -> None:
    cases = [(torch.zeros(0, 3), torch.zeros(0, dtype=torch.long)), (torch.ones(1, 3), torch.tensor([0]))]
    # All in one cluster leaves nothing between clusters, each alone nothing inside.
    cases.append((torch.randn(3, 3), torch.arange(3) if loss is intra_cluster_loss else torch.zeros(3).long()))
    for values, labels in cases:
        value = loss(values.requires_grad_(), labels)
        value.backward()
        assert value == 0
        assert values.grad is not None
        assert torch.equal(values.grad, torch.zeros_like(values))
    assert alignment_loss(torch.zeros(0, 3, requires_grad=True), torch.zeros(0, 3)).requires_grad


def test_items_that_coincide_have_finite_gradients() -> None:
    values = torch.zeros(4, 3, requires_grad=True)
    labels = torch.tensor([0, 0, 1, 1])
    (intra_cluster_loss(values, labels) + inter_cluster_loss(values, labels)).backward()  # type: ignore[no-untyped-call]  # torch gives it no types
    assert values.grad is not None
    assert torch.isfinite(values.grad).all()


def test_the_order_of_items_does_not_matter() -> None:
    values, order = drawn(5, 3, seed=9), torch.tensor([3, 0, 4, 1, 2])
    for loss in (intra_cluster_loss, inter_cluster_loss):
        assert loss(values, LABELS).item() == pytest.approx(loss(values[order], LABELS[order]).item())


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_raised(dtype: torch.dtype) -> None:
    values = drawn(5, 3, seed=2).to(dtype)
    assert intra_cluster_loss(values, LABELS).dtype == torch.float32
    assert joined(values, values).dtype == torch.float32
