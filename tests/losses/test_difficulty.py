import pytest
import torch

from clusteer.losses import difficulty_loss


def test_it_is_the_equation_with_the_sign_of_the_text() -> None:
    q = torch.randn(4, 3, generator=torch.Generator().manual_seed(0)).double().softmax(dim=1)
    marks = [1.0, -0.5, 0.0, 0.25]
    naive = -sum(marks[i] * q[i, j].item() ** 2 for i in range(4) for j in range(3)) / 4
    assert difficulty_loss(q.log(), torch.tensor(marks).double()).item() == pytest.approx(naive)


@pytest.mark.parametrize(("mark", "sharpens"), [(1.0, True), (-1.0, False)])
def test_minimising_it_sharpens_easy_items_and_softens_hard_ones(mark: float, sharpens: bool) -> None:
    logits = torch.tensor([[1.0, 0.0, -1.0]], requires_grad=True)
    difficulty_loss(logits.log_softmax(dim=1), torch.tensor([mark])).backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    stepped = (logits - logits.grad).softmax(dim=1)
    assert (stepped.max() > logits.softmax(dim=1).max()).item() is sharpens


def test_unknown_difficulty_has_no_gradient() -> None:
    logits = torch.tensor([[1.0, 0.0]], requires_grad=True)
    value = difficulty_loss(logits.log_softmax(dim=1), torch.zeros(1))
    value.backward()  # type: ignore[no-untyped-call]  # torch gives it no types
    assert value == 0
    assert logits.grad is not None
    assert not logits.grad.any()
