"""Convolutional networks: shapes, sizes, layout, gradients."""

import pytest
import torch

from clusteer.core import InvalidInputError
from clusteer.encoders.cnn import cnn_encoder, mlp_encoder
from clusteer.encoders.encoder import Encoder
from clusteer.encoders.resnet import resnet_encoder


@pytest.mark.parametrize("size", [(16, 16), (28, 28), (32, 48), (48, 48), (17, 31)])
@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_of_any_size_become_codes(channels: int, size: tuple[int, int]) -> None:
    pictures = torch.rand(2, channels, *size)
    assert cnn_encoder(channels).encode(pictures).shape == (2, 10)
    assert cnn_encoder(channels, (4, 4, 8, 3)).encode(pictures).shape == (2, 3)


@pytest.mark.parametrize("size", [16, 28, 48, 96])
def test_residual_networks_take_any_size(size: int) -> None:
    assert resnet_encoder(3, size, layers=18, width=7).encode(torch.rand(2, 3, size, size)).shape == (2, 7)


@pytest.mark.parametrize("network", [cnn_encoder(1), resnet_encoder(1, 16, 18)], ids=["cnn", "resnet"])
def test_pictures_too_small_for_three_poolings_are_refused(network: Encoder) -> None:
    with pytest.raises(InvalidInputError, match="pictures are 15 x 40 pixels but the network needs 16 or more a side"):
        network.encode(torch.rand(2, 1, 40, 15))


@pytest.mark.parametrize(
    ("network", "shape"),
    [
        (cnn_encoder(3), (2, 3, 20, 20)),
        (resnet_encoder(3, 20, 18), (2, 3, 20, 20)),
        (resnet_encoder(3, 80, 18), (2, 3, 80, 80)),
        (mlp_encoder(5, (8, 3)), (2, 5)),
    ],
    ids=["cnn", "resnet, small", "resnet, large", "mlp"],
)
def test_the_gradient_reaches_everything(network: Encoder, shape: tuple[int, ...]) -> None:
    network.encode(torch.rand(shape)).square().sum().backward()  # type: ignore[no-untyped-call]  # torch
    assert all(one.grad is not None and one.grad.abs().sum() > 0 for one in network.encoder.parameters())


def test_residual_networks_are_as_deep_as_published() -> None:
    """The published counts are of three channels and 7 x 7, without the last layer."""
    for layers, published in ((18, 11_176_512), (34, 21_284_672)):
        network = resnet_encoder(3, 224, layers)
        assert sum(one.numel() for one in network.parameters()) - 512 * 10 - 10 == published


def test_codes_are_those_of_the_plain_layout() -> None:
    """Pooling before ReLU, and channels last, change no value."""
    network = cnn_encoder(1, (4, 4, 8, 3))
    pictures = torch.rand(3, 1, 24, 24)
    values = pictures
    for module in network.encoder.children():
        if isinstance(module, torch.nn.Conv2d):
            values = torch.nn.functional.max_pool2d(torch.relu(module(values.contiguous())), 2)
        elif isinstance(module, torch.nn.AdaptiveAvgPool2d):
            values = module(values).flatten(1)
        elif isinstance(module, torch.nn.Linear):
            values = module(values)
    assert torch.allclose(network.encode(pictures), values, atol=1e-6)


def test_codes_are_in_the_unit_of_the_network() -> None:
    network = mlp_encoder(4, (3,))
    network.code_scale.fill_(2.0)
    assert torch.equal(network.encode(torch.ones(1, 4)), 2 * network.encoder(torch.ones(1, 4)))
