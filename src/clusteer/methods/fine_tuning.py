"""The two stages of IDC: a head learns the groups there are to start from, then what answers say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.optim import Adam, Optimizer

from clusteer.encoders.heads import Head
from clusteer.losses import (
    cannot_link_loss,
    confidence_loss,
    membership_loss,
    must_link_loss,
    rejection_loss,
)
from clusteer.methods.guidance import Pairs
from clusteer.methods.pretraining import shuffled
from clusteer.methods.variations import Variations
from clusteer.training import EpochReport, Step

STEPS = 5
"""Steps in an epoch of fine-tuning: one pass over 500 answers, 100 at a time."""
ADMITTED = 0.5
"""Share of a batch that counts as sure at least, however unsure the head is of all: its surest part."""
_WEIGHT_DECAY = 1e-4


@dataclass(frozen=True, eq=False)
class Told:
    """What answers say of items, by the columns of the head.

    Attributes
    ----------
    items : (m,) long Tensor
        Items whose column is known.
    columns : (m,) long Tensor
        Column of each.
    weights : (m,) Tensor
        How far that is believed.
    elsewhere : (r,) long Tensor
        Items that are not in some columns.
    rejected : (r, c) bool Tensor
        The columns these are not in.
    pairs : Pairs
        Links of which not both items have a column.
    """

    items: Tensor
    columns: Tensor
    weights: Tensor
    elsewhere: Tensor
    rejected: Tensor
    pairs: Pairs


class Imitation:
    """Trains a head to put items where a labelling puts them."""

    phase = "start"
    clip_norm: float | None = None
    changed: float | None = None

    def __init__(
        self,
        network: Head,
        items: Variations,
        labels: Tensor,
        *,
        batch_size: int,
        learning_rate: float,
        generator: torch.Generator,
    ) -> None:
        self.network, self.items, self.labels = network, items, labels
        self.batch_size, self.generator = batch_size, generator
        self.optimizers: Mapping[str, Optimizer] = {"main": _adam(network, learning_rate)}

    def steps(self, epoch: int) -> Iterator[Step]:
        """Yield a step for each batch of the shuffled items."""
        self.network.train()
        for rows in shuffled(len(self.items), self.batch_size, self.generator):
            yield Step({"start": membership_loss(self.network(self.items.varied(rows)), self.labels[rows])})

    def converged(self, report: EpochReport) -> bool:
        """Return False: there are few epochs."""
        return False


class FineTuning:
    """Trains a head on answers, and on what it is sure of by itself so that it forgets nothing (Eq. 11).

    Notes
    -----
    **Source**: IDC, Eqs. 11 to 14: three losses of weight 1; 100 epochs, in the released code of 5 steps each; a batch
    of 100 answers beside five times as many items of which the head may be sure; targets from plain items, gradients
    through varied ones. There the threshold is .99 whatever the head: where that admits little the surest half of a
    batch counts here. Links between items that no group holds are ours, with the losses of DCC.
    """

    phase = "answers"
    clip_norm: float | None = None
    changed: float | None = None

    def __init__(
        self,
        network: Head,
        items: Variations,
        told: Told,
        *,
        threshold: float,
        confidence_weight: float,
        negative_weight: float,
        batch_size: int,
        sure_batch_size: int,
        learning_rate: float,
        generator: torch.Generator,
    ) -> None:
        self.network, self.items, self.told, self.generator = network, items, told, generator
        self.threshold, self.sure_batch_size = threshold, sure_batch_size
        self.confidence_weight, self.negative_weight = confidence_weight, negative_weight
        self.batch_size = batch_size
        self.optimizers: Mapping[str, Optimizer] = {"main": _adam(network, learning_rate)}

    def steps(self, epoch: int) -> Iterator[Step]:
        """Yield the steps of one epoch."""
        for _ in range(STEPS):
            yield Step(self._terms())

    def _terms(self) -> dict[str, Tensor]:
        """Eqs. 12, 13 and 14 on one pass through the network, and links."""
        told, pairs = self.told, self.told.pairs
        accepted, rejected, linked = (self._drawn(len(many)) for many in (told.items, told.elsewhere, pairs))
        some = torch.randint(
            len(self.items), (self.sure_batch_size,), generator=self.generator, device=self.generator.device
        )
        self.network.eval()
        with torch.no_grad():
            log_p = self.network(self.items.plain(some))
        self.network.train()
        chosen = pairs.take(linked)
        rows = (told.items[accepted], told.elsewhere[rejected], chosen.items.flatten(), some)
        log_q = self.network(self.items.varied(torch.cat(rows)))
        member, other, ends, sure = torch.split(log_q, [len(part) for part in rows])
        admitted = min(self.threshold, float(log_p.max(dim=1).values.exp().quantile(1 - ADMITTED)))
        terms = {"confidence": self.confidence_weight * confidence_loss(log_p, sure, admitted)}
        if len(accepted):
            terms["positive"] = membership_loss(member, told.columns[accepted], told.weights[accepted])
        if len(rejected):
            terms["negative"] = self.negative_weight * rejection_loss(other, told.rejected[rejected])
        if len(chosen):
            first, second = ends.reshape(len(chosen), 2, -1).unbind(dim=1)
            for name, kind, loss in (
                ("must-link", chosen.together, must_link_loss),
                ("cannot-link", ~chosen.together, cannot_link_loss),
            ):
                if kind.any():
                    terms[name] = loss(first[kind], second[kind], chosen.weights[kind])
        return terms

    def _drawn(self, count: int) -> Tensor:
        order = torch.randperm(count, generator=self.generator, device=self.generator.device)
        return order[: self.batch_size]

    def converged(self, report: EpochReport) -> bool:
        """Return False: nothing is measured while training."""
        return False


def _adam(network: Head, learning_rate: float) -> Adam:
    return Adam(network.parameters(), learning_rate, weight_decay=_WEIGHT_DECAY, fused=True)
