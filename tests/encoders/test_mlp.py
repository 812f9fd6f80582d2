import pytest
import torch
from torch import nn

from clusteer.encoders.mlp import mask, mlp_autoencoder


def test_the_default_is_the_network_of_the_paper_and_its_mirror() -> None:
    network = mlp_autoencoder(784)
    shapes = [tuple(layer.weight.shape) for layer in network.modules() if isinstance(layer, nn.Linear)]
    encoder = [(500, 784), (500, 500), (2000, 500), (10, 2000)]
    assert shapes == encoder + [(i, o) for o, i in reversed(encoder)]
    assert sum(isinstance(layer, nn.ReLU) for layer in network.modules()) == 6


def test_codes_and_outputs_are_linear() -> None:
    network = mlp_autoencoder(4, (3, 2))
    codes = network.encoder(torch.randn(50, 4))
    assert codes.shape == (50, 2)
    assert network.decoder(codes).shape == (50, 4)
    last = [list(module.children())[-1] for module in (network.encoder, network.decoder)]
    assert all(isinstance(layer, nn.Linear) for layer in last)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.9])
def test_a_share_of_the_features_is_masked(share: float) -> None:
    items = torch.ones(200, 50)
    noisy = mask(items, share, torch.Generator().manual_seed(0))
    assert (noisy == 0).float().mean().item() == pytest.approx(share, abs=0.02)
    assert ((noisy == 0) | (noisy == 1)).all()
    assert torch.equal(noisy, mask(items, share, torch.Generator().manual_seed(0)))
