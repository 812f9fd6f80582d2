import math

import pytest
import torch

from clusteer.losses import log_apart, log_together, rule_loss


def test_a_rule_costs_what_its_product_says() -> None:
    q = torch.randn(8, 3, generator=torch.Generator().manual_seed(0)).double().softmax(dim=1)
    log_q = q.log()

    def s(a: int, b: int) -> float:
        return sum((q[a, j] * q[b, j]).item() for j in range(3))

    naive = s(0, 1) * s(2, 3) * (1 - s(4, 5)) * -math.log(1 - s(6, 7))
    premises = log_together(log_q[[0, 2]], log_q[[1, 3]]).sum() + log_apart(log_q[4:5], log_q[5:6]).sum()
    assert rule_loss(premises[None], log_apart(log_q[6:7], log_q[7:8])).item() == pytest.approx(naive)


def test_it_pulls_on_conclusion_and_premises_where_both_matter() -> None:
    premise = torch.tensor([-0.1], requires_grad=True)
    conclusion = torch.tensor([-3.0], requires_grad=True)
    rule_loss(premise, conclusion).backward()  # type: ignore[no-untyped-call]  # torch gives it no types
    assert premise.grad is not None
    assert conclusion.grad is not None
    assert premise.grad.item() > 0
    assert conclusion.grad.item() < 0


def test_a_rule_whose_premise_does_not_hold_costs_nothing() -> None:
    assert rule_loss(torch.tensor([-200.0]), torch.tensor([-50.0])) == 0
