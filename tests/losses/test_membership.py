import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from clusteer.losses import confidence_loss, membership_loss, rejection_loss


@given(st.integers(1, 6), st.integers(2, 5), st.integers(0, 99))
def test_answers_about_clusters_cost_what_the_equations_say(m: int, k: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    q = torch.randn(m, k, generator=generator, dtype=torch.float64).softmax(dim=1)
    weights = torch.rand(m, generator=generator, dtype=torch.float64)
    clusters = torch.randint(k, (m,), generator=generator)
    rejected = torch.rand(m, k, generator=generator) < 0.5
    positive = negative = sure = 0.0
    for i in range(m):
        positive -= weights[i].item() * math.log(q[i, int(clusters[i])].item()) / m
        out = [j for j in range(k) if rejected[i, j]]
        if 0 < len(out) < k:
            negative -= weights[i].item() * math.log(1 - sum(q[i, j].item() for j in out)) / m
        if q[i].max().item() >= 0.5:
            sure -= math.log(q[i].max().item()) / m
    assert membership_loss(q.log(), clusters, weights).item() == pytest.approx(positive)
    assert rejection_loss(q.log(), rejected, weights).item() == pytest.approx(negative)
    assert confidence_loss(q.log(), q.log(), 0.5).item() == pytest.approx(sure)


def test_one_rejected_cluster_is_the_papers_equation() -> None:
    q = torch.tensor([[0.7, 0.2, 0.1]])
    one = torch.tensor([[True, False, False]])
    assert rejection_loss(q.log(), one).item() == pytest.approx(-math.log(0.3))


def test_a_sure_item_is_still_pushed_out_of_a_rejected_cluster() -> None:
    logits = torch.tensor([[60.0, 0.0, 0.0]], requires_grad=True)
    value = rejection_loss(logits.log_softmax(dim=1), torch.tensor([[True, False, False]]))
    value.backward()  # type: ignore[no-untyped-call]  # torch gives it no types
    assert value.item() == pytest.approx(60 - math.log(2), abs=1e-4)
    assert logits.grad is not None
    assert logits.grad[0].tolist() == pytest.approx([1.0, -0.5, -0.5], abs=1e-4)


def test_an_item_rejected_from_every_cluster_costs_nothing() -> None:
    logits = torch.randn(2, 3, requires_grad=True)
    value = rejection_loss(logits.log_softmax(dim=1), torch.tensor([[True] * 3, [False] * 3]))
    value.backward()  # type: ignore[no-untyped-call]  # torch gives it no types
    assert value == 0
    assert logits.grad is not None
    assert torch.equal(logits.grad, torch.zeros(2, 3))


def test_what_is_sure_plain_is_learned_varied_and_gets_no_gradient_itself() -> None:
    plain, varied = (torch.tensor([[3.0, 0.0], [0.1, 0.0]], requires_grad=True) for _ in range(2))
    confidence_loss(plain.log_softmax(dim=1), varied.flip(1).log_softmax(dim=1), 0.9).backward()  # type: ignore[no-untyped-call]  # torch gives it no types
    assert plain.grad is None
    assert varied.grad is not None
    assert varied.grad[0, 1] < 0
    assert torch.equal(varied.grad[1], torch.zeros(2))
