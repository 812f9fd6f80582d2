import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from clusteer.losses import kl_loss, log_assignment, log_frequency, sharpened_target


@given(st.integers(1, 6), st.integers(1, 5), st.integers(1, 4), st.sampled_from([0.5, 1.0, 2.0]), st.integers(0, 99))
def test_assignments_targets_and_divergence_are_those_of_the_equations(
    n: int, k: int, d: int, power: float, seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    codes = 2 * torch.randn(n, d, generator=generator, dtype=torch.float64)
    centers = 2 * torch.randn(k, d, generator=generator, dtype=torch.float64)
    q = [[0.0] * k for _ in range(n)]
    for i in range(n):
        for j in range(k):
            distance = sum((codes[i, a] - centers[j, a]).item() ** 2 for a in range(d))
            q[i][j] = (1 + distance) ** -power
        q[i] = [value / sum(q[i]) for value in q[i]]
    frequency = [sum(q[i][j] for i in range(n)) for j in range(k)]
    p = [[q[i][j] ** 2 / frequency[j] for j in range(k)] for i in range(n)]
    p = [[value / sum(row) for value in row] for row in p]
    divergence = sum(p[i][j] * math.log(p[i][j] / q[i][j]) for i in range(n) for j in range(k)) / n
    found = log_assignment(codes, centers, power)
    target = sharpened_target(found, log_frequency(found))
    assert found.exp().tolist() == [pytest.approx(row) for row in q]
    assert target.exp().tolist() == [pytest.approx(row) for row in p]
    assert kl_loss(target, found).item() == pytest.approx(divergence, abs=1e-12)
    assert kl_loss(found, found).item() == pytest.approx(0, abs=1e-12)


def test_weights_count_items() -> None:
    log_q = torch.log_softmax(torch.randn(3, 4, generator=torch.Generator().manual_seed(0)), dim=1)
    log_p = log_q.roll(1, 1)
    one = kl_loss(log_p[:1], log_q[:1])
    assert kl_loss(log_p, log_q, torch.tensor([1.0, 0, 0])) == pytest.approx(one.item() / 3)


def test_a_target_has_no_gradient() -> None:
    log_q = torch.log_softmax(torch.randn(3, 4), dim=1).requires_grad_()
    assert not sharpened_target(log_q, log_frequency(log_q)).requires_grad


def test_far_items_still_have_a_nearest_center() -> None:
    """float32, squared distances of 1e30: the nearer of two centers has the larger share, and rows sum to 1."""
    found = log_assignment(torch.tensor([[1e14], [-1e14]]), torch.tensor([[2e14], [-2e14]]))
    assert found.argmax(dim=1).tolist() == [0, 1]
    assert found.exp().sum(dim=1).tolist() == pytest.approx([1, 1])
