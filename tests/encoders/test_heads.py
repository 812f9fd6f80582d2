import torch
from torch import nn

from clusteer.encoders.heads import Head


def head() -> Head:
    torch.manual_seed(0)
    return Head(nn.Sequential(nn.Linear(4, 6), nn.ReLU()), nn.Linear(6, 3))


def test_assignments_are_logarithms_of_probabilities() -> None:
    log_q = head()(torch.randn(5, 4))
    assert torch.allclose(log_q.exp().sum(dim=1), torch.ones(5))


def test_columns_move_are_left_out_and_are_new() -> None:
    before, items = head(), torch.randn(5, 4)
    state = torch.get_rng_state()
    after = before.with_columns([2, -1, 0])
    assert torch.equal(torch.get_rng_state(), state)
    codes = before.codes(items)
    assert torch.equal(after.last(codes)[:, [0, 2]], before.last(codes)[:, [2, 0]])
    assert not after.last(codes)[:, 1].any()
    assert after.body is not before.body


def test_units_of_items_are_the_heads() -> None:
    made = Head(nn.Identity(), nn.Linear(4, 2), torch.tensor([1.0, 2.0, 3.0, 4.0]))
    made.scale.fill_(0.5)
    assert torch.equal(made.codes(torch.ones(1, 4)), torch.tensor([[0.0, -0.5, -1.0, -1.5]]))
