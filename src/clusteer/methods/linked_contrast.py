"""How PCL trains: two views of each item, contrast that links steer, and clusters that stay apart and alike in size."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from torch import Tensor
from torch.optim import Adam, Optimizer

from clusteer.constraints.closure import Closure
from clusteer.data.batches import component_batches
from clusteer.data.shifts import shifted
from clusteer.encoders.mlp import mask
from clusteer.encoders.two_heads import TwoHeads
from clusteer.losses import (
    cannot_link_loss,
    cluster_contrast_loss,
    constrained_contrast_loss,
    entropy_loss,
    kl_loss,
    must_link_loss,
)
from clusteer.methods.pretraining import FallingRate
from clusteer.training import EpochReport, Step

_LEAST_STEPS = 200
"""Steps of a phase at least, since few items make few steps in an epoch; twice as many over pictures, as layers that
read them learn more slowly. Of the bundled ones, even and odd, 1,000 pairs: .963, and .928 with as many (one seed)."""
_LINKED = 0.5
"""Most of a batch that is linked."""
_SURE = 0.99
"""Probability, and cosine, from which on two items of one cluster are taken for linked."""


@dataclass(frozen=True)
class Settings:
    """How PCL trains, as of its parameters."""

    batch_size: int
    learning_rate: float
    temperature: float
    cluster_temperature: float
    link_weight: float
    pair_weight: float
    extended: float
    noise: float
    shift: int


class Contrast:
    """Trains a network so that two views of an item look alike, linked items too, and items held apart do not.

    Parameters
    ----------
    network : TwoHeads
        Trained in place.
    items : (n, ...) or (n, v, d) Tensor
        The collection in the network's unit, or v views of it.
    closure : Closure
        What is known of these n items; all of it counts wherever two items meet in a batch.
    epochs : int
        Sweeps over the items; ``self.epochs`` says how many it takes for at least 200 steps, 400 over pictures.
    settings : Settings
        Weights, temperatures and views.
    phase : str
        Its name in reports.
    start : (n,) long Tensor, optional
        Groups that the cluster head is to learn first.
    seed : int
        Of the order and the views.

    Notes
    -----
    **Source**: PCL, Eq. 5: the constrained contrast of codes and of assignments, the contrast of clusters, and the
    balance of each view, unweighted. The entropy is printed with a sign that would put all items in one cluster. Here
    links also count by ``must_link_loss`` and ``cannot_link_loss`` of the assignments, either kind half: contrast only
    says that linked items are more alike than others are, and where a few hundred pairs are all that is known it is
    worth saying outright that they are of one cluster. ``start`` is ours as well.
    """

    clip_norm: float | None = 20.0
    changed: float | None = None

    def __init__(
        self,
        network: TwoHeads,
        items: Tensor,
        closure: Closure,
        *,
        epochs: int,
        settings: Settings,
        phase: str,
        seed: int,
        start: Tensor | None = None,
    ) -> None:
        self.network, self.items, self.closure, self.settings, self.phase = network, items, closure, settings, phase
        self.start = start
        self.part = parts_of(closure, len(items))
        self.rng, self.generator = np.random.default_rng(seed), torch.Generator(items.device).manual_seed(seed)
        per_epoch = sum(1 for _ in component_batches(self.part, settings.batch_size, _LINKED, np.random.default_rng(0)))
        least = _LEAST_STEPS * (2 if items.ndim == 4 else 1)
        self.epochs = max(epochs, math.ceil(least / per_epoch)) if epochs else 0
        parameters = network.parameters()
        self.optimizers: Mapping[str, Optimizer] = {"main": Adam(parameters, settings.learning_rate, fused=True)}
        self.rate = FallingRate(self.optimizers["main"], self.epochs * per_epoch)

    def steps(self, epoch: int) -> Iterator[Step]:
        """Yield a step for each batch; linked items are side by side in them."""
        network, settings = self.network, self.settings
        extend = epoch >= (1 - settings.extended) * self.epochs
        for chosen in component_batches(self.part, settings.batch_size, _LINKED, self.rng):
            self.rate.step()
            rows = torch.from_numpy(chosen).to(self.items.device)
            hidden = [network.together(view) for view in self._views(self.items[rows])]
            (first, second), (one, other) = map(network.codes, hidden), map(network.assign, hidden)
            together, apart = self._known(chosen)
            pairs = [torch.nonzero(known.triu(1)).unbind(dim=1) for known in (together, apart)]
            terms = {}
            if settings.pair_weight:
                terms["must-link"] = settings.pair_weight / 2 * must_link_loss(one[pairs[0][0]], other[pairs[0][1]])
                terms["cannot-link"] = settings.pair_weight / 2 * cannot_link_loss(one[pairs[1][0]], other[pairs[1][1]])
            if self.start is not None:
                for log_q in (one, other):
                    terms["start"] = terms.get("start", 0) + kl_loss(_certain(self.start[rows], log_q), log_q) / 2
            if extend:
                together = together | (_surely_one(first, one) & _surely_one(second, other) & ~apart)
            known = together.float(), apart.float()
            weight, temperature = settings.link_weight, settings.temperature
            terms["codes"] = constrained_contrast_loss(first, second, *known, temperature, weight)
            terms["assignments"] = constrained_contrast_loss(one.exp(), other.exp(), *known, temperature, weight)
            terms["clusters"] = cluster_contrast_loss(one, other, settings.cluster_temperature)
            terms["balance"] = entropy_loss(one) + entropy_loss(other)
            yield Step(terms)

    def _views(self, batch: Tensor) -> tuple[Tensor, Tensor]:
        """Return two views of a batch: two of those given, or two copies that noise or a shift has changed."""
        noise, shift = self.settings.noise, self.settings.shift
        if batch.ndim == 3:
            count = batch.shape[1]
            first = torch.randint(count, (len(batch),), generator=self.generator, device=batch.device)
            step = torch.randint(1, max(2, count), (len(batch),), generator=self.generator, device=batch.device)
            rows = torch.arange(len(batch), device=batch.device)
            one, other = batch[rows, first], batch[rows, (first + step) % count]
            return mask(one, noise, self.generator), mask(other, noise, self.generator)
        if batch.ndim == 4:
            return shifted(batch, shift, self.generator), shifted(batch, shift, self.generator)
        return mask(batch, noise, self.generator), mask(batch, noise, self.generator)

    def _known(self, chosen: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """Return which items (b,) of a batch are known to be together, and which apart: (b, b) each."""
        found = np.zeros((2, len(chosen), len(chosen)), bool)
        linked = np.flatnonzero(self.part[chosen] >= 0)
        first, second = linked[np.stack(np.triu_indices(len(linked), 1))]
        for matrix, known in zip(found, self.closure.known(np.stack([chosen[first], chosen[second]], 1)), strict=True):
            matrix[first[known], second[known]] = matrix[second[known], first[known]] = True
        together, apart = torch.from_numpy(found).to(self.items.device)
        return together, apart

    def converged(self, report: EpochReport) -> bool:
        """Return False: the learning rate is laid out for all epochs."""
        return False


def parts_of(closure: Closure, n: int) -> NDArray[np.int64]:
    """Return the part (n,) of each item: what links of either kind connect; -1 for items that no link touches."""
    pairs, count = closure.apart_pairs, closure.n_components
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    part = np.full(n, -1)
    if count:
        part[closure.items] = connected_components(graph, directed=False)[1][closure.component]
    return part


def _certain(groups: Tensor, log_q: Tensor) -> Tensor:
    """Return the log-assignments that put items (b,) into their groups, nearly all of each."""
    target = torch.full_like(log_q, math.log(1e-6))
    return target.scatter_(1, groups[:, None], 0.0).log_softmax(dim=1)


def _surely_one(codes: Tensor, log_q: Tensor) -> Tensor:
    """Return which pairs (b, b) one view takes surely for one cluster, with codes that point the same way."""
    with torch.no_grad():
        sure, group = log_q.max(dim=1)
        sure = sure > math.log(_SURE)
        return (group[:, None] == group) & sure[:, None] & sure & (codes @ codes.T > _SURE)
