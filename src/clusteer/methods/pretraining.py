"""How the networks of deep clustering start: as an autoencoder that restores what noise took away."""

import math
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor
from torch.optim import Adam, Optimizer

from clusteer.encoders.mlp import Autoencoder, mask
from clusteer.losses import reconstruction_loss
from clusteer.training import EpochReport, Step


class Denoising:
    """Trains a whole autoencoder at once to restore items of which a share of the features was set to 0.

    Adam, with a learning rate that falls to 0 along half a cosine.

    Notes
    -----
    **Source**: DEC and DCC (section 5.2) train a stack of denoising autoencoders layer by layer, then the whole: in the
    authors' code 300 epochs for each of four layers and 500 for the whole, by gradient descent with momentum. Here the
    whole is trained at once, for some fifty epochs.
    """

    phase = "pretraining"
    clip_norm: float | None = None
    changed: float | None = None

    def __init__(
        self,
        network: Autoencoder,
        items: Tensor,
        *,
        epochs: int,
        noise: float,
        batch_size: int,
        learning_rate: float,
        generator: torch.Generator,
    ) -> None:
        self.network, self.items, self.generator = network, items, generator
        self.noise, self.batch_size = noise, batch_size
        self.optimizers: Mapping[str, Optimizer] = {"main": Adam(network.parameters(), learning_rate, fused=True)}
        self.rate = FallingRate(self.optimizers["main"], epochs * math.ceil(len(items) / batch_size))

    def steps(self, epoch: int) -> Iterator[Step]:
        """Yield one step for each batch of the shuffled items."""
        for rows in shuffled(len(self.items), self.batch_size, self.generator):
            self.rate.step()
            batch = self.items[rows]
            output = self.network.decode(self.network.encode(mask(batch, self.noise, self.generator)))
            yield Step({"reconstruction": reconstruction_loss(output, batch)})

    def converged(self, report: EpochReport) -> bool:
        """Return False: the learning rate is laid out for all epochs."""
        return False


class FallingRate:
    """Lets the learning rate of an optimiser fall to 0 along half a cosine over ``n_steps`` steps."""

    def __init__(self, optimizer: Optimizer, n_steps: int) -> None:
        self.optimizer, self.n_steps, self.done = optimizer, n_steps, 0
        self.highest = [group["lr"] for group in optimizer.param_groups]

    def step(self) -> None:
        """Set the rate of the next step."""
        for group, highest in zip(self.optimizer.param_groups, self.highest, strict=True):
            group["lr"] = highest * (1 + math.cos(math.pi * self.done / self.n_steps)) / 2
        self.done += 1


def shuffled(n: int, batch_size: int, generator: torch.Generator) -> tuple[Tensor, ...]:
    """Return the numbers 0..n-1 in random order, in batches; the last may be short."""
    order = torch.randperm(n, generator=generator, device=generator.device)
    return torch.split(order, batch_size)
