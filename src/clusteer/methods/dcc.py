"""Deep clustering that learns from itself (IDEC), and under every kind of constraint (DCC)."""

from __future__ import annotations

from typing import Any, Protocol, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clusteer.constraints import ConstraintSet
from clusteer.core import InvalidInputError, NotFoundError
from clusteer.encoders.mlp import Autoencoder
from clusteer.losses import log_assignment
from clusteer.methods._base import warn_ignored
from clusteer.methods.autoencoding import AutoencoderClustering
from clusteer.methods.deep import Network, Training, encode, warn_of_empty_groups
from clusteer.methods.demands import meet_demands_among_others
from clusteer.methods.self_training import SelfTraining, Weights
from clusteer.methods.start import group_means, start_groups, unit_factor
from clusteer.training import train

_PUBLISHED: dict[str, dict[str, Any]] = {
    "mnist": {},
    "fashion-mnist": {"must_link_weight": 1.0},
    "reuters-10k": {"n_clusters": 4},
}


class DCC(AutoencoderClustering):
    """Deep constrained clustering (Zhang, Basu and Davidson, ECML PKDD 2019), every kind of constraint in one fit.

    An autoencoder is pretrained; the neighbor graph of its codes, and links where there are ten of either kind, tell
    groups to start from. Then the network learns from its own surer assignments (IDEC) while links, triplets, marks of
    difficulty, sizes, bounds, balance and rules are losses beside that. docs/dcc.md leads from each equation to its
    function. Labels follow constraints as far as the network can learn them; then sizes, bounds and balance are met by
    moving items that are nearly as well elsewhere, which no link touches. What is still broken is in
    ``constraints.violated(labels_)``.

    Parameters
    ----------
    n_clusters : int
        Number of groups k.
    network : sequence of int, or function
        Widths of the encoder's layers, the code last, mirrored by the decoder; or a function that is given the
        number of features (of pictures: channels) and returns an ``Autoencoder`` of any two modules.
    pretrain_epochs : int
        Epochs of pretraining.
    max_epochs : int
        Most epochs of clustering, over which the learning rate falls to 0 along half a cosine; training stops when
        labels rest and no more broken constraints are put right. Small collections have few steps in an epoch: give
        more epochs, here and in pretraining, for less than some 10,000 items.
    pretrain_noise, noise : float
        Share of the features masked in what the encoder is given, in pretraining and in clustering, in [0, 1).
    kernel_power : float
        Exponent of the Student-t assignment: 1 in the paper, 2 in its authors' code.
    kl_weight : float
        Weight gamma of the KL target.
    must_link_weight, cannot_link_weight, triplet_weight, rule_weight, difficulty_weight, demand_weight : float
        Weights of the losses of constraints; the last is that of sizes, bounds and balance.
    triplet_margin : float
        theta of the triplet loss.
    wrong_links : float
        Share of links that are presumably wrong, in [0, 0.5). Above 0 a link that all else contradicts hardly pulls.
    batch_size, pair_batch_size : int
        Items, and at most so many pairs, triplets and rules, in a step.
    learning_rate : float
        Of Adam, at first.
    tol : float
        Share of labels: fewer changes in an epoch count as none.
    warm_start : bool
        Whether another ``fit`` goes on from a copy of the network and the centers of the one before, without
        pretraining; groups keep their numbers. For answers that arrive a few at a time.
    random_state : int
        Same seed, same groups.

    Attributes
    ----------
    labels_ : (n,) int64
        Group of each item.
    cluster_centers_ : (k, d) float32
        Centers among the codes.
    network_ : Autoencoder
        The trained network.
    n_iter_ : int
        Epochs of clustering.
    n_features_in_ : int
        Number D of features.
    """

    def __init__(
        self,
        *,
        n_clusters: int = 10,
        network: Network[Autoencoder] = (500, 500, 2000, 10),
        pretrain_epochs: int = 50,
        pretrain_noise: float = 0.2,
        max_epochs: int = 20,
        noise: float = 0.2,
        kernel_power: float = 1.0,
        kl_weight: float = 0.1,
        must_link_weight: float = 0.1,
        cannot_link_weight: float = 1.0,
        triplet_weight: float = 1.0,
        triplet_margin: float = 0.1,
        rule_weight: float = 1.0,
        difficulty_weight: float = 0.1,
        demand_weight: float = 1.0,
        wrong_links: float = 0.0,
        batch_size: int = 256,
        pair_batch_size: int = 64,
        learning_rate: float = 1e-3,
        tol: float = 1e-3,
        warm_start: bool = False,
        random_state: int = 0,
    ) -> None:
        self.n_clusters = n_clusters
        self.network = network
        self.pretrain_epochs = pretrain_epochs
        self.pretrain_noise = pretrain_noise
        self.max_epochs = max_epochs
        self.noise = noise
        self.kernel_power = kernel_power
        self.kl_weight = kl_weight
        self.must_link_weight = must_link_weight
        self.cannot_link_weight = cannot_link_weight
        self.triplet_weight = triplet_weight
        self.triplet_margin = triplet_margin
        self.rule_weight = rule_weight
        self.difficulty_weight = difficulty_weight
        self.demand_weight = demand_weight
        self.wrong_links = wrong_links
        self.batch_size = batch_size
        self.pair_batch_size = pair_batch_size
        self.learning_rate = learning_rate
        self.tol = tol
        self.warm_start = warm_start
        self.random_state = random_state

    @classmethod
    def paper(cls, name: str) -> Self:
        """Return an estimator with the published setting for "mnist", "fashion-mnist" or "reuters-10k".

        Notes
        -----
        **Sources**. Paper, section 5.2: network, Adam with learning rate 0.001, weight 0.1 of must-links, triplet
        margin 0.1. Authors' code: exponent 2 of the kernel, weight 0.1 of the KL target and of difficulty, must-links
        weighted 1 on Fashion-MNIST, batches of 256, no noise after pretraining, stop at 0.1 % changed labels, at most
        500 epochs; features are pixels (0 to 255) times 0.02, a unit that all features are brought to here. Not
        followed: their constant learning rate; their 1,700 epochs of pretraining layer by layer, for which 50 of the
        whole stand here; their start from k-means on the codes; and their separate steps for items,
        must-links and cannot-links, which are one step here.

        Raises
        ------
        NotFoundError
            If nothing was published for that name.
        """
        if name not in _PUBLISHED:
            raise NotFoundError(f"nothing was published for {name!r}; there is {', '.join(_PUBLISHED)}")
        common = {"kernel_power": 2.0, "noise": 0.0, "max_epochs": 500, "pair_batch_size": 256}
        return cls(**(common | _PUBLISHED[name]))

    def _train(self, network: Autoencoder, items: Tensor, constraints: ConstraintSet) -> Training:
        if not 0 <= self.wrong_links < 0.5:
            raise InvalidInputError(f"wrong_links is {self.wrong_links}; give a share from 0 to below 0.5")
        weights = Weights(
            kl=self.kl_weight,
            must_link=self.must_link_weight,
            cannot_link=self.cannot_link_weight,
            triplet=self.triplet_weight,
            rule=self.rule_weight,
            difficulty=self.difficulty_weight,
            demand=self.demand_weight,
            triplet_margin=self.triplet_margin,
            wrong_links=self.wrong_links,
        )
        return self_train(self, network, items, constraints, weights, self.pair_batch_size)

    def _log_assignment(self, codes: Tensor) -> Tensor:
        return assign(codes, self.cluster_centers_, self.kernel_power)


class IDEC(AutoencoderClustering):
    """Improved deep embedded clustering (Guo, Gao, Liu and Yin, IJCAI 2017): DCC without constraints.

    An autoencoder is pretrained; k-means along the neighbor graph of its codes (in the paper: on the codes) tells k
    groups to start from; then the network learns from its own surer
    assignments while it still has to restore the items. Constraints are ignored, with a warning that counts them.

    Parameters
    ----------
    n_clusters, network, pretrain_epochs, max_epochs, pretrain_noise, noise, kernel_power, kl_weight
        As of ``DCC``.
    batch_size, learning_rate, tol, warm_start, random_state
        As of ``DCC``.

    Attributes
    ----------
    labels_, cluster_centers_, network_, n_iter_, n_features_in_
        As of ``DCC``.
    """

    def __init__(
        self,
        *,
        n_clusters: int = 10,
        network: Network[Autoencoder] = (500, 500, 2000, 10),
        pretrain_epochs: int = 50,
        pretrain_noise: float = 0.2,
        max_epochs: int = 50,
        noise: float = 0.2,
        kernel_power: float = 1.0,
        kl_weight: float = 0.1,
        batch_size: int = 256,
        learning_rate: float = 1e-3,
        tol: float = 1e-3,
        warm_start: bool = False,
        random_state: int = 0,
    ) -> None:
        self.n_clusters = n_clusters
        self.network = network
        self.pretrain_epochs = pretrain_epochs
        self.pretrain_noise = pretrain_noise
        self.max_epochs = max_epochs
        self.noise = noise
        self.kernel_power = kernel_power
        self.kl_weight = kl_weight
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.tol = tol
        self.warm_start = warm_start
        self.random_state = random_state

    def _train(self, network: Autoencoder, items: Tensor, constraints: ConstraintSet) -> Training:
        warn_ignored(constraints, "idec")
        return self_train(self, network, items, ConstraintSet(len(items)), Weights(kl=self.kl_weight), 1)

    def _log_assignment(self, codes: Tensor) -> Tensor:
        return assign(codes, self.cluster_centers_, self.kernel_power)


class _SelfTrained(Protocol):
    """The settings that IDEC and DCC share."""

    n_clusters: int
    max_epochs: int
    noise: float
    kernel_power: float
    batch_size: int
    learning_rate: float
    tol: float
    random_state: int

    @property
    def known_centers(self) -> NDArray[np.float32] | None: ...

    def generator(self, name: str) -> torch.Generator: ...


def self_train(
    settings: _SelfTrained,
    network: Autoencoder,
    items: Tensor,
    constraints: ConstraintSet,
    weights: Weights,
    pair_batch_size: int,
) -> Training:
    """Place the centers, run Algorithm 1, and return what was fitted."""
    codes, known = encode(network, items), settings.known_centers
    start = None
    if known is None:
        groups, told = start_groups(codes, settings.n_clusters, constraints, weights.wrong_links, settings.random_state)
        centers = group_means(codes, groups, settings.n_clusters)
        # Groups that no link has told are a guess, which triplets may well contradict.
        start = groups if told or not constraints.triplets else None
        factor = unit_factor(codes, centers)
        network.code_scale *= factor
        centers *= factor
    else:
        if len(known) != settings.n_clusters:
            raise InvalidInputError(
                f"{len(known)} groups were fitted but n_clusters is now {settings.n_clusters}; set warm_start=False to "
                "start anew"
            )
        centers = torch.tensor(known, device=items.device)
    objective = SelfTraining(
        network,
        items,
        centers,
        start,
        constraints,
        weights,
        epochs=settings.max_epochs,
        kernel_power=settings.kernel_power,
        noise=settings.noise,
        batch_size=settings.batch_size,
        pair_batch_size=pair_batch_size,
        learning_rate=settings.learning_rate,
        tol=settings.tol,
        generator=settings.generator("clustering"),
    )
    n_iter = 0
    for report in train(objective, settings.max_epochs):
        n_iter += report.finished
        yield report
    found = objective.centers.detach().cpu().numpy()
    proba = assign(encode(network, items), found, settings.kernel_power).exp().cpu().numpy()
    labels = meet_demands_among_others(constraints, proba)[0].argmax(axis=1)
    warn_of_empty_groups(labels, settings.n_clusters, type(settings).__name__)
    return {"labels_": labels, "cluster_centers_": found, "n_iter_": n_iter}


def assign(codes: Tensor, centers: NDArray[np.float32], kernel_power: float) -> Tensor:
    """Return the log-assignments (b, k) of codes to fitted centers."""
    return log_assignment(codes, torch.tensor(centers, device=codes.device), kernel_power)
