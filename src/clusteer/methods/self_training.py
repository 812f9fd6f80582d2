"""Algorithm 1 of DCC: a network learns from its own surer assignments, and from what is known of items."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from clusteer.constraints import ConstraintSet
from clusteer.encoders.mlp import Autoencoder, mask
from clusteer.losses import (
    cannot_link_loss,
    difficulty_loss,
    kl_loss,
    log_assignment,
    log_frequency,
    must_link_loss,
    reconstruction_loss,
    rule_loss,
    sharpened_target,
    triplet_loss,
)
from clusteer.methods.deep import encode
from clusteer.methods.guidance import Dealer, Guidance
from clusteer.methods.pretraining import FallingRate, shuffled
from clusteer.methods.soft_demands import SoftDemands
from clusteer.training import EpochReport, Step

_PATIENCE = 5
"""Epochs in a row that must bring neither new labels nor fewer broken constraints before training stops."""
_START_EPOCHS = 2
"""Epochs in which the groups of a start are the target."""
_START_BELIEF = 0.9
"""Probability of its own group in such a target; the other groups share the rest."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """What multiplies each loss, and what two of them are given beside; ``DCC`` explains them."""

    kl: float
    must_link: float = 0.0
    cannot_link: float = 0.0
    triplet: float = 0.0
    rule: float = 0.0
    difficulty: float = 0.0
    demand: float = 0.0
    triplet_margin: float = 0.1
    wrong_links: float = 0.0


class SelfTraining:
    """Trains network and centers on the KL target, reconstruction and all that constraints say.

    Parameters
    ----------
    network : Autoencoder
        Trained in place.
    items : (n, ...) Tensor
        The collection, in the network's unit.
    centers : (k, d) Tensor
        Where they start.
    start : (n,) long Tensor or None
        Groups that are the target at first, with weight 1; None where the centers are all there is to start from.
    constraints : ConstraintSet
        Over these n items.
    weights : Weights
        Of the losses.
    epochs : int
        Most epochs there will be; the learning rate falls to 0 over them along half a cosine.
    kernel_power : float
        Exponent of the assignment.
    noise : float
        Share of the features that is masked in what the encoder sees; targets come from whole items.
    batch_size, pair_batch_size : int
        Items, and pairs, triplets and rules, in a step.
    tol : float
        Share of labels; fewer changes than this count as none.
    """

    phase = "clustering"
    clip_norm: float | None = 1.0

    def __init__(
        self,
        network: Autoencoder,
        items: Tensor,
        centers: Tensor,
        start: Tensor | None,
        constraints: ConstraintSet,
        weights: Weights,
        *,
        epochs: int,
        kernel_power: float,
        noise: float,
        batch_size: int,
        pair_batch_size: int,
        learning_rate: float,
        tol: float,
        generator: torch.Generator,
    ) -> None:
        self.network, self.items, self.weights = network, items, weights
        self.kernel_power, self.noise, self.batch_size, self.tol = kernel_power, noise, batch_size, tol
        self.generator = generator
        self.centers, self.start = nn.Parameter(centers.clone()), start
        n_clusters = len(centers)
        # With a single cluster nothing can be said of an item.
        known = constraints if n_clusters > 1 else ConstraintSet(len(items))
        self.guidance = Guidance.of(known, items.device)
        self.dealer = Dealer(self.guidance, pair_batch_size, generator)
        self.demands = SoftDemands(known, n_clusters, items.device)
        self.difficulty = torch.zeros(len(items), device=items.device)
        for mark in known.difficulties:
            self.difficulty[mark.item] = mark.weight * mark.value
        self.marked = bool(known.difficulties)
        parameters = [*network.parameters(), self.centers]
        self.optimizers: Mapping[str, Optimizer] = {"main": Adam(parameters, learning_rate, fused=True)}
        self.rate = FallingRate(self.optimizers["main"], epochs * math.ceil(len(items) / batch_size))
        self.labels: Tensor | None = None
        self.changed: float | None = None
        self.violated, self.fewest, self.quiet = 0, math.inf, 0

    def steps(self, epoch: int) -> Iterator[Step]:
        """Yield a step for each batch of the shuffled items; what relates items is dealt out among them."""
        if epoch == 0:
            self._full_pass()
        self._set_target(epoch)
        for rows in shuffled(len(self.items), self.batch_size, self.generator):
            self.rate.step()
            linked, guidance = self.dealer.deal().localized()
            codes = self._encoded(torch.cat([rows, linked]))
            log_q = log_assignment(codes, self.centers, self.kernel_power)
            yield Step(
                self._item_terms(rows, codes[: len(rows)], log_q[: len(rows)])
                | self._relation_terms(guidance, log_q[len(rows) :])
            )
        self._full_pass()

    def _set_target(self, epoch: int) -> None:
        """Take the groups of the start for the target at first, later the sharpened assignments (Eq. 2)."""
        if self.start is None or epoch >= _START_EPOCHS:
            self.target_weight = self.weights.kl
            self.target = sharpened_target(self.log_q, log_frequency(self.log_q))
        else:
            self.target_weight = 1.0
            self.target = torch.full_like(self.log_q, math.log((1 - _START_BELIEF) / max(1, len(self.centers) - 1)))
            self.target.scatter_(1, self.start[:, None], math.log(_START_BELIEF))

    def _encoded(self, rows: Tensor) -> Tensor:
        return self.network.encode(mask(self.items[rows], self.noise, self.generator))

    def _item_terms(self, rows: Tensor, codes: Tensor, log_q: Tensor) -> dict[str, Tensor]:
        """Eq. 3, 9 and 6, and the losses of sizes (Eq. 8, 10, 11)."""
        terms = {
            "cluster": self.target_weight * kl_loss(self.target[rows], log_q),
            "reconstruction": reconstruction_loss(self.network.decode(codes), self.items[rows]),
        }
        if self.marked:
            terms["difficulty"] = self.weights.difficulty * difficulty_loss(log_q, self.difficulty[rows])
        return terms | self.demands.terms(rows, log_q, self.weights.demand)

    def _relation_terms(self, guidance: Guidance, log_q: Tensor) -> dict[str, Tensor]:
        """Eq. 4, 5 and 7, and rules."""
        terms: dict[str, Tensor] = {}
        pairs, triplets, rules, weights = guidance.pairs, guidance.triplets, guidance.rules, self.weights
        for name, chosen, weight, loss in (
            ("must-link", pairs.together, weights.must_link, must_link_loss),
            ("cannot-link", ~pairs.together, weights.cannot_link, cannot_link_loss),
        ):
            if chosen.any():
                first, second = log_q[pairs.items[chosen]].unbind(dim=1)
                terms[name] = weight * loss(first, second, pairs.weights[chosen], weights.wrong_links)
        if len(triplets):
            anchor, near, far = log_q[triplets.items].unbind(dim=1)
            terms["triplet"] = weights.triplet * triplet_loss(
                anchor, near, far, weights.triplet_margin, triplets.weights
            )
        if len(rules):
            terms["rule"] = weights.rule * rule_loss(*rules.log_truth(log_q), rules.weights)
        return terms

    def _full_pass(self) -> None:
        """Assign every item; take the shares, and what changed since the last time."""
        with torch.no_grad():
            log_q = log_assignment(encode(self.network, self.items), self.centers, self.kernel_power)
            if self.demands:
                self.demands.refresh(log_q)
        self.log_q, labels = log_q, log_q.argmax(dim=1)
        if self.labels is not None:
            self.changed = float((labels != self.labels).float().mean())
        self.labels, self.violated = labels, self.guidance.violated(labels)

    def converged(self, report: EpochReport) -> bool:
        """Say whether labels have come to rest, and no more broken constraints are being put right."""
        at_rest = self.changed is not None and self.changed < self.tol and self.violated >= self.fewest
        self.quiet = self.quiet + 1 if at_rest else 0
        self.fewest = min(self.fewest, self.violated)
        return self.quiet >= _PATIENCE
