import pytest
import torch

from clusteer.losses import reconstruction_loss


def test_it_is_the_mean_squared_error_per_feature() -> None:
    output, target = (torch.randn(5, 3, generator=torch.Generator().manual_seed(seed)).double() for seed in (0, 1))
    naive = sum((output[i, j] - target[i, j]).item() ** 2 for i in range(5) for j in range(3)) / 15
    assert reconstruction_loss(output, target).item() == pytest.approx(naive)
    assert reconstruction_loss(output, output) == 0


def test_pictures_may_keep_their_shape() -> None:
    pictures = torch.rand(2, 3, 4, 4)
    assert reconstruction_loss(pictures + 0.5, pictures).item() == pytest.approx(0.25)
