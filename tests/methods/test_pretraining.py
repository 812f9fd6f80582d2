import numpy as np
import pytest
import torch

from clusteer.encoders.mlp import mlp_autoencoder
from clusteer.methods.pretraining import Denoising, shuffled
from clusteer.training import train

RNG = np.random.default_rng(0)
# Ten features that two numbers tell.
ITEMS = torch.tensor(RNG.normal(size=(300, 2)) @ RNG.normal(size=(2, 10)), dtype=torch.float32)


def denoising(epochs: int, noise: float = 0.2) -> Denoising:
    torch.manual_seed(0)
    return Denoising(
        mlp_autoencoder(10, (32, 2)),
        ITEMS,
        epochs=epochs,
        noise=noise,
        batch_size=50,
        learning_rate=1e-2,
        generator=torch.Generator().manual_seed(0),
    )


def test_items_are_restored_from_noisy_ones() -> None:
    objective = denoising(30)
    reports = list(train(objective, 30))
    assert reports[-1].losses["reconstruction"] < reports[0].losses["reconstruction"] / 3
    with torch.no_grad():
        restored = objective.network.decode(objective.network.encode(ITEMS))
    assert (restored - ITEMS).square().mean() < 0.2 * ITEMS.square().mean()


def test_the_target_is_the_item_without_noise() -> None:
    """With all but nothing left of the items the best guess is their mean, not the noise."""
    (report,) = train(denoising(1, noise=0.999), 1)
    assert report.losses["reconstruction"] > 0.5 * ITEMS.var()


def test_the_learning_rate_falls_to_nothing() -> None:
    objective = denoising(4)
    rates = []
    for _ in train(objective, 4):
        rates.append(objective.optimizers["main"].param_groups[0]["lr"])
    assert rates == sorted(rates, reverse=True)
    assert rates[0] > 0.8e-2
    assert rates[-1] < 1e-4


@pytest.mark.parametrize(("n", "batch_size", "sizes"), [(7, 3, [3, 3, 1]), (2, 5, [2]), (4, 4, [4])])
def test_every_item_is_in_one_batch(n: int, batch_size: int, sizes: list[int]) -> None:
    batches = shuffled(n, batch_size, torch.Generator().manual_seed(0))
    assert [len(batch) for batch in batches] == sizes
    assert sorted(torch.cat(batches).tolist()) == list(range(n))
