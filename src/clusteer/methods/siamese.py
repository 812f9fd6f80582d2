"""The two phases of a round of ADC: links shape the codes, then the codes are drawn to their centers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import SGD, Optimizer, RMSprop

from clusteer.constraints import ConstraintSet
from clusteer.data.batches import linked_batches
from clusteer.data.shifts import shifted
from clusteer.encoders.encoder import Encoder
from clusteer.losses import kl_loss, log_assignment, log_frequency, sharpened_target, siamese_loss
from clusteer.methods.deep import encode
from clusteer.methods.guidance import Pairs
from clusteer.methods.pretraining import FallingRate, shuffled
from clusteer.training import EpochReport, Step

_MOMENTUM = 0.9


class SiameseTraining:
    """Trains a network on links: lines 8 and 9 of Algorithm 2.

    Parameters
    ----------
    network : Encoder
        Trained in place; it only has to encode.
    items : (n, ...) Tensor
        The collection, in the network's unit.
    constraints : ConstraintSet
        Over these n items; its links are used.
    closed : bool
        Whether all that the closure of the links knows of the items of a batch counts, or the batch's own links.
    margin : float
        Of ``siamese_loss``.
    epochs, least_steps : int
        Sweeps over the links, and steps to make at least; ``self.epochs`` says how many sweeps that takes.
    batch_size : int
        Links in a step.
    shift : int
        Most pixels by which pictures are moved in what is trained, either way.
    seed : int
        Of the order of the links, and of the shifts.

    Notes
    -----
    **Source**: ADC, section 3.1 and 3.4. There every pair is encoded by itself. Here an item of several pairs of a
    batch is encoded once; 64 pairs of some anchors with others are about as many items, of which links know some two
    thousand relations. Of these few are must-links, so both kinds count half; stated links count as in Eq. 2.
    """

    phase = "links"
    clip_norm: float | None = None
    changed: float | None = None

    def __init__(
        self,
        network: Encoder,
        items: Tensor,
        constraints: ConstraintSet,
        *,
        closed: bool,
        margin: float,
        epochs: int,
        least_steps: int,
        batch_size: int,
        learning_rate: float,
        shift: int,
        seed: int,
    ) -> None:
        self.network, self.items, self.margin, self.batch_size = network, items, margin, batch_size
        self.shift, self.generator = shift, torch.Generator(items.device).manual_seed(seed)
        self.links = Pairs.of(constraints, items.device)
        self.pairs: NDArray[np.int64] = self.links.items.cpu().numpy()
        self.closure = constraints.closure() if closed else None
        self.rng = np.random.default_rng(seed)
        per_epoch = math.ceil(len(self.pairs) / batch_size)
        self.epochs = max(epochs, math.ceil(least_steps / per_epoch)) if epochs and per_epoch else 0
        self.optimizers: Mapping[str, Optimizer] = {"main": RMSprop(network.parameters(), learning_rate)}
        self.rate = FallingRate(self.optimizers["main"], self.epochs * per_epoch)

    def steps(self, epoch: int) -> Iterator[Step]:
        """Yield a step for each batch of the shuffled links."""
        for rows, items in linked_batches(self.pairs, self.batch_size, self.rng):
            self.rate.step()
            given = self.items[torch.from_numpy(items)]
            codes = self.network.encode(shifted(given, self.shift, self.generator))
            yield Step(self._stated(codes, rows, items) if self.closure is None else self._closed(codes, items))

    def _stated(self, codes: Tensor, rows: NDArray[np.int64], items: NDArray[np.int64]) -> dict[str, Tensor]:
        """Eq. 2 of the links of a batch."""
        first, second = codes[torch.from_numpy(np.searchsorted(items, self.pairs[rows]))].unbind(dim=1)
        links = self.links.take(torch.from_numpy(rows))
        return {"links": siamese_loss(first, second, links.together, self.margin, links.weights)}

    def _closed(self, codes: Tensor, items: NDArray[np.int64]) -> dict[str, Tensor]:
        """Eq. 2 of all that is known of the items of a batch, the mean over either kind."""
        assert self.closure is not None
        places = np.stack(np.triu_indices(len(items), 1), axis=1)
        terms = {}
        for name, chosen in zip(("must-link", "cannot-link"), self.closure.known(items[places]), strict=True):
            first, second = codes[torch.from_numpy(places[chosen])].unbind(dim=1)
            together = torch.full((len(first),), name == "must-link", device=codes.device)
            terms[name] = siamese_loss(first, second, together, self.margin) / 2
        return terms

    def converged(self, report: EpochReport) -> bool:
        """Return False: the learning rate is laid out for all epochs."""
        return False


class Sharpening:
    """Trains network and centers towards surer assignments: line 10 of Algorithm 2.

    Parameters
    ----------
    network, items
        As of ``SiameseTraining``.
    codes : (n, d) Tensor
        Of the items, by the network as it is.
    centers : (k, d) Tensor
        Where they start.
    batch_size : int
        Items in a step.
    tol : float
        Share of labels: training stops once an epoch changes fewer.
    shift : int
        As of ``SiameseTraining``; targets are of pictures as they are.

    Notes
    -----
    **Source**: ADC, section 3.2; the target is taken anew once an epoch, the divergence is a mean.
    """

    phase = "clustering"
    clip_norm: float | None = None

    def __init__(
        self,
        network: Encoder,
        items: Tensor,
        codes: Tensor,
        centers: Tensor,
        *,
        batch_size: int,
        learning_rate: float,
        tol: float,
        shift: int,
        generator: torch.Generator,
    ) -> None:
        self.network, self.items, self.shift, self.generator = network, items, shift, generator
        self.batch_size, self.tol = batch_size, tol
        self.centers = nn.Parameter(centers.clone())
        parameters = [*network.parameters(), self.centers]
        self.optimizers: Mapping[str, Optimizer] = {"main": SGD(parameters, learning_rate, momentum=_MOMENTUM)}
        self.log_q = log_assignment(codes, centers)
        self.labels = self.log_q.argmax(dim=1)
        self.changed: float | None = None

    def steps(self, epoch: int) -> Iterator[Step]:
        """Yield a step for each batch of the shuffled items; then assign every item anew."""
        target = sharpened_target(self.log_q, log_frequency(self.log_q))
        for rows in shuffled(len(self.items), self.batch_size, self.generator):
            given = shifted(self.items[rows], self.shift, self.generator)
            log_q = log_assignment(self.network.encode(given), self.centers)
            yield Step({"cluster": kl_loss(target[rows], log_q)})
        with torch.no_grad():
            self.log_q = log_assignment(encode(self.network, self.items), self.centers)
        labels, before = self.log_q.argmax(dim=1), self.labels
        self.labels, self.changed = labels, float((labels != before).float().mean())

    def converged(self, report: EpochReport) -> bool:
        """Say whether labels have come to rest."""
        return self.changed is not None and self.changed < self.tol
