"""Pairs shape a sphere, then k-means parts it: no number of groups is needed to train."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from torch import Tensor, nn
from torch.nn.functional import log_softmax, normalize
from torch.optim import Adam, Optimizer

from clusteer.constraints import ConstraintSet
from clusteer.core import InvalidInputError
from clusteer.encoders.mlp import Autoencoder, mask
from clusteer.losses import angular_pair_loss, pair_belief_loss, reconstruction_loss
from clusteer.methods._base import warn_ignored
from clusteer.methods.autoencoding import AutoencoderClustering
from clusteer.methods.deep import Network, Training, encode, warn_of_empty_groups
from clusteer.methods.group_count import GroupCount, count_groups
from clusteer.methods.guidance import Pairs
from clusteer.methods.link_beliefs import link_beliefs
from clusteer.methods.pretraining import shuffled
from clusteer.methods.start import start_centers, start_groups
from clusteer.training import EpochReport, Step, train

PairLoss = Literal["angular", "belief"]
_SHARPNESS = 10.0
"""How sharply probabilities fall off with the cosine to the centers."""
_AT_LEAST, _PATIENCE, _AT_REST = 100, 5, 0.1
"""Epochs before training may stop; epochs in a row in which the loss must change by less than this part of it."""


class SpherePair(AutoencoderClustering):
    """Pairs on a sphere (SpherePair, NeurIPS 2025): codes of one group point one way, others at least at right angles.

    An autoencoder with codes of length 1 is pretrained, then trained on must-links and cannot-links by their angles,
    and k-means parts the codes. Links that follow from triplets and rules count too; other kinds are ignored with a
    warning. docs/spherepair.md leads from each equation to its function, and says when to prefer it to ``DCC``.

    Parameters
    ----------
    n_clusters : int, optional
        Number of groups k; estimated when not given, see ``group_count_``.
    network, pretrain_epochs, pretrain_noise, noise, learning_rate, warm_start, random_state
        As of ``DCC``. The code needs about k dimensions or more.
    max_epochs : int
        Most sweeps over the pairs.
    pair_loss : {"angular", "belief"}
        "angular" is SpherePair's. "belief" is ProbPair's, for links of which many are wrong or that are believed only
        in part: the probability that a pair belongs together is learned from its cosine, and a link of weight w states
        it as (1 + w) / 2, or (1 - w) / 2 where it says apart.
    wrong_links : float
        Share of links that are presumably wrong, in [0, 0.5). Above 0 links are held against the groups that all of
        them together tell in the pretrained codes, and count as far as they are then believed (``link_beliefs``); this
        needs ``n_clusters``. The paper knows nothing like it: one wrong must-link pulls two groups together for good.
    reconstruction_weight : float
        lambda, the weight of the reconstruction.
    batch_size : int
        Pairs, and items to restore, in a step.

    Attributes
    ----------
    labels_ : (n,) int64
        Group of each item: that of the center at the smallest angle.
    cluster_centers_ : (k, d) float32
        Unit centers.
    group_count_ : GroupCount or None
        The estimate of the number of groups and its doubt; None where the number was given.
    network_ : Autoencoder
        The trained network.
    n_iter_ : int
        Sweeps over the pairs.
    n_features_in_ : int
        Number D of features.
    """

    group_count_: GroupCount | None

    def __init__(
        self,
        *,
        n_clusters: int | None = None,
        network: Network[Autoencoder] = (500, 500, 2000, 10),
        pretrain_epochs: int = 50,
        pretrain_noise: float = 0.2,
        max_epochs: int = 300,
        noise: float = 0.2,
        pair_loss: PairLoss = "angular",
        wrong_links: float = 0.0,
        reconstruction_weight: float = 0.02,
        batch_size: int = 256,
        learning_rate: float = 1e-3,
        warm_start: bool = False,
        random_state: int = 0,
    ) -> None:
        self.n_clusters = n_clusters
        self.network = network
        self.pretrain_epochs = pretrain_epochs
        self.pretrain_noise = pretrain_noise
        self.max_epochs = max_epochs
        self.noise = noise
        self.pair_loss = pair_loss
        self.wrong_links = wrong_links
        self.reconstruction_weight = reconstruction_weight
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.warm_start = warm_start
        self.random_state = random_state

    def _make_network(self, shape: Sequence[int]) -> Autoencoder:
        made = super()._make_network(shape)
        return Autoencoder(nn.Sequential(made.encoder, _UnitLength()), made.decoder)

    def _train(self, network: Autoencoder, items: Tensor, constraints: ConstraintSet) -> Training:
        if self.pair_loss not in get_args(PairLoss):
            raise InvalidInputError(f"pair_loss is {self.pair_loss!r}; give one of {', '.join(get_args(PairLoss))}")
        if not 0 <= self.wrong_links < 0.5 or (self.wrong_links and self.n_clusters is None):
            raise InvalidInputError(
                f"wrong_links is {self.wrong_links} and n_clusters {self.n_clusters}; give a share below 0.5, "
                "and above 0 the number of groups"
            )
        warn_ignored(constraints, "spherepair")
        constraints = constraints.deduced()
        pairs = Pairs.of(constraints, items.device)
        if self.wrong_links and len(pairs):
            pairs = self._believed(pairs, encode(network, items), constraints)
        objective = PairTraining(
            network,
            items,
            pairs,
            pair_loss=self.pair_loss,
            reconstruction_weight=self.reconstruction_weight,
            noise=self.noise,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            generator=self.generator("pairs"),
        )
        n_iter = 0
        for report in train(objective, self.max_epochs if len(pairs) else 0):
            n_iter += report.finished
            yield report
        codes = encode(network, items)
        count, k = None, self.n_clusters
        if k is None:
            apart = pairs.items[~pairs.together].cpu().numpy()
            count = count_groups(codes.cpu().numpy(), apart, self.random_state)
            k = count.number
        centers = normalize(start_centers(codes, k, self.random_state), dim=1).cpu().numpy()
        if self.known_centers is not None:
            centers = centers[_renumbered(centers, self.known_centers)]
        labels = _log_assignment(codes, centers).argmax(dim=1).cpu().numpy()
        warn_of_empty_groups(labels, k, "SpherePair")
        return {"labels_": labels, "cluster_centers_": centers, "group_count_": count, "n_iter_": n_iter}

    def _believed(self, pairs: Pairs, codes: Tensor, constraints: ConstraintSet) -> Pairs:
        """Return the pairs, each weighted by how far it is believed."""
        assert self.n_clusters is not None
        groups, _ = start_groups(codes, self.n_clusters, constraints, self.wrong_links, self.random_state)
        beliefs = link_beliefs(
            pairs.items.cpu().numpy(), pairs.together.cpu().numpy(), groups.cpu().numpy(), self.wrong_links
        )
        return replace(pairs, weights=pairs.weights * torch.tensor(beliefs, dtype=torch.float32, device=codes.device))

    def _log_assignment(self, codes: Tensor) -> Tensor:
        return _log_assignment(codes, self.cluster_centers_)


class PairTraining:
    """Trains a network whose codes have length 1 on pairs, and on restoring items beside them.

    Notes
    -----
    **Source**: SpherePair: batches of 256 pairs of both kinds, Adam, gradients of at most length 1, the weight 0.02 of
    the reconstruction, and the stop once the loss has changed by less than a tenth for five epochs after the hundredth.
    There every epoch restores the whole collection, however few pairs there are; here a step restores as many items as
    it has pairs, which on 60,000 items with 1,000 pairs is sixty times less to compute.
    """

    phase = "pairs"
    clip_norm: float | None = 1.0
    changed: float | None = None

    def __init__(
        self,
        network: Autoencoder,
        items: Tensor,
        pairs: Pairs,
        *,
        pair_loss: PairLoss,
        reconstruction_weight: float,
        noise: float,
        batch_size: int,
        learning_rate: float,
        generator: torch.Generator,
    ) -> None:
        self.network, self.items, self.pairs, self.generator = network, items, pairs, generator
        self.pair_loss, self.reconstruction_weight, self.noise = pair_loss, reconstruction_weight, noise
        self.batch_size = batch_size
        self.midpoint = nn.Parameter(torch.tensor(0.5, device=items.device))
        self.log_temperature = nn.Parameter(torch.tensor(-1.0, device=items.device))
        parameters = [*network.parameters(), self.midpoint, self.log_temperature]
        self.optimizers: Mapping[str, Optimizer] = {"main": Adam(parameters, learning_rate, fused=True)}
        self.loss, self.quiet = 0.0, 0

    def steps(self, epoch: int) -> Iterator[Step]:
        """Yield a step for each batch of the shuffled pairs."""
        for rows in shuffled(len(self.pairs), self.batch_size, self.generator):
            pairs = self.pairs.take(rows)
            restored = torch.randint(len(self.items), (self.batch_size,), generator=self.generator, device=rows.device)
            given = self.items[torch.cat([pairs.items.flatten(), restored])]
            codes = self.network.encode(mask(given, self.noise, self.generator))
            first, second = codes[: 2 * len(pairs)].reshape(len(pairs), 2, -1).unbind(dim=1)
            output = self.network.decode(codes[2 * len(pairs) :])
            restoring = self.reconstruction_weight * reconstruction_loss(output, self.items[restored])
            yield Step({"pairs": self._pair_loss(pairs, first, second), "reconstruction": restoring})

    def _pair_loss(self, pairs: Pairs, first: Tensor, second: Tensor) -> Tensor:
        if self.pair_loss == "angular":
            return angular_pair_loss(first, second, pairs.together, pairs.weights)
        belief = (1 + torch.where(pairs.together, pairs.weights, -pairs.weights)) / 2
        return pair_belief_loss(first, second, belief, self.midpoint, self.log_temperature.exp())

    def converged(self, report: EpochReport) -> bool:
        """Say whether the loss has come to rest."""
        loss = sum(report.losses.values())
        at_rest = report.epoch > _AT_LEAST and abs(loss - self.loss) < _AT_REST * self.loss
        self.quiet = self.quiet + 1 if at_rest else 0
        self.loss = loss
        return self.quiet >= _PATIENCE


class _UnitLength(nn.Module):
    def forward(self, codes: Tensor) -> Tensor:
        return normalize(codes.float(), dim=1)


def _log_assignment(codes: Tensor, centers: NDArray[np.float32]) -> Tensor:
    return log_softmax(_SHARPNESS * codes @ torch.tensor(centers, device=codes.device).T, dim=1)


def _renumbered(centers: NDArray[np.float32], before: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the order of centers in which each stands at the number of the one before that it is nearest to."""
    old, new = linear_sum_assignment(before @ centers.T, maximize=True)
    rest = np.setdiff1d(np.arange(len(centers)), new)
    return np.concatenate([new[np.argsort(old)], rest]).astype(np.int64)
