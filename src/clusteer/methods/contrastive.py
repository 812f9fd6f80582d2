"""Contrastive clustering: views of one item are alike, and so are views of one cluster."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import validate_data
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from clusteer.constraints import ConstraintSet
from clusteer.core import InvalidInputError, child_seed
from clusteer.core.checks import check_n_clusters
from clusteer.encoders.heads import Head
from clusteer.losses import cluster_contrast_loss, entropy_loss, instance_loss, membership_loss
from clusteer.methods._base import warn_ignored
from clusteer.methods.heads import Body, Headed, labels_of, make_head
from clusteer.methods.pretraining import shuffled
from clusteer.methods.variations import Variations
from clusteer.training import EpochReport, Step, device, train


class ContrastiveClustering(Headed):
    """Contrastive clustering (CC, AAAI 2021), with the self-labelling of TCL (IJCV 2022) as a second stage.

    Two heads share a body. One learns to tell an item's views from those of others, the other to put both views of an
    item into one cluster, and to keep clusters apart and of about equal sizes. Then the network learns from what it is
    sure of. It needs views: several encodings of varied pictures (``encode_views``), or pictures, which are varied in
    training. Of features alone masking makes the views, which tells little. Constraints are ignored, with a warning
    that counts them; ``IDC`` mends what it finds.

    Parameters
    ----------
    n_clusters : int
        Number of clusters k.
    network : int, or function
        As of ``IDC``: the width of a hidden layer, or what makes a module that makes codes.
    max_epochs, boost_epochs : int
        Epochs of the first stage, and of self-labelling.
    noise : float
        Share of the features masked in a view, in [0, 1); nothing of pictures is.
    recipe : {"strong", "weak", "mild"}
        How pictures are varied; "mild" is for digits.
    instance_dimensions : int
        Dimensions in which items are told apart.
    temperature, cluster_temperature : float
        Of items, and of clusters.
    entropy_weight : float
        Weight of equal sizes. More of it where few clusters take all, as digits do.
    threshold : float
        Probability from which on an item's own cluster is its label in the second stage.
    batch_size : int
        Items in a step.
    learning_rate : float
        Of Adam; 3e-4 in the paper, for a thousand epochs.
    random_state : int
        Same seed, same clusters.

    Attributes
    ----------
    labels_ : (n,) int64
        Cluster of each item.
    network_ : Head
        Body and cluster head.
    n_iter_ : int
        Epochs of both stages.
    n_features_in_ : int
        Number D of features, or of channels.
    """

    def __init__(
        self,
        *,
        n_clusters: int = 10,
        network: Body = 512,
        max_epochs: int = 50,
        boost_epochs: int = 10,
        noise: float = 0.2,
        recipe: str = "strong",
        instance_dimensions: int = 128,
        temperature: float = 0.5,
        cluster_temperature: float = 1.0,
        entropy_weight: float = 1.0,
        threshold: float = 0.95,
        batch_size: int = 256,
        learning_rate: float = 1e-3,
        random_state: int = 0,
    ) -> None:
        self.n_clusters = n_clusters
        self.network = network
        self.max_epochs = max_epochs
        self.boost_epochs = boost_epochs
        self.noise = noise
        self.recipe = recipe
        self.instance_dimensions = instance_dimensions
        self.temperature = temperature
        self.cluster_temperature = cluster_temperature
        self.entropy_weight = entropy_weight
        self.threshold = threshold
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: object = None, *, constraints: ConstraintSet | None = None) -> Self:
        """Cluster items.

        Parameters
        ----------
        X : (n, D) array, (v, n, D) array, or (n, c, h, w) array
            Features; features of several views, the plain one first; or pictures in [0, 1].
        y : ignored
            For scikit-learn.
        constraints : ignored
            With a warning that counts them.

        Raises
        ------
        InvalidInputError
            If there are more clusters than items.
        DivergedError
            If training leaves the finite numbers; what was fitted before stays.
        """
        for _ in self.fit_iter(X, y, constraints=constraints):
            pass
        return self

    def fit_iter(
        self, X: ArrayLike, y: object = None, *, constraints: ConstraintSet | None = None
    ) -> Iterator[EpochReport]:
        """Fit as ``fit`` does and report about once a second; closing the iterator leaves the estimator as it was."""
        values, plain = self._read(X)
        check_n_clusters(self.n_clusters, len(plain))
        if not (0 <= self.noise < 1 and self.temperature > 0 and self.cluster_temperature > 0):
            raise InvalidInputError(
                f"noise is {self.noise} and the temperatures {self.temperature} and {self.cluster_temperature}; give a "
                "share below 1, and temperatures above 0"
            )
        if constraints is not None:
            warn_ignored(constraints, "contrastive")
        network, instances = self._make_networks(plain)
        generator = self._generator("variations")
        items = Variations(torch.tensor(values, device=device()), self.noise, self.recipe, generator)
        yield from self._train(network, instances, items)
        self.labels_: NDArray[np.int64] = labels_of(network, plain)
        self.network_ = network
        self.n_iter_ = self.max_epochs + self.boost_epochs
        validate_data(self, plain, skip_check_array=True)  # Notes the columns, and only now that nothing can fail.

    def _make_networks(self, plain: NDArray[np.float32]) -> tuple[Head, nn.Module]:
        """Return the body with the cluster head, and the instance head."""
        seed = child_seed(self.random_state, "network")
        network = make_head(self.network, plain, self.n_clusters, seed)
        with torch.random.fork_rng():
            torch.manual_seed(child_seed(self.random_state, "instances"))
            width = network.last.in_features
            network.branch = nn.Sequential(nn.Linear(width, width), nn.ReLU())
            instances = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, self.instance_dimensions))
        return network.to(device()), instances.to(device())

    def _train(self, network: Head, instances: nn.Module, items: Variations) -> Generator[EpochReport, None, None]:
        for boost, epochs in ((False, self.max_epochs), (True, self.boost_epochs)):
            stage = Contrasting(
                network,
                instances,
                items,
                boost=boost,
                temperature=self.temperature,
                cluster_temperature=self.cluster_temperature,
                entropy_weight=self.entropy_weight,
                threshold=self.threshold,
                batch_size=self.batch_size,
                learning_rate=self.learning_rate,
                generator=self._generator("boost" if boost else "contrast"),
            )
            yield from train(stage, epochs)
        network.eval()


class Contrasting:
    """Trains body and heads on two views of each item; in the second stage also on its own labels.

    Notes
    -----
    **Source**: Contrastive Clustering, Eq. 8: the sum of three losses, with weight 1; batches of 256. TCL: in the
    second stage items of one label are not pushed apart, and the cluster loss is that of the labels the network is sure
    of. TCL remembers labels from epoch to epoch and admits the surest half of a batch of each cluster; here a label
    holds as long as the network is sure of it.
    """

    clip_norm: float | None = None
    changed: float | None = None

    def __init__(
        self,
        network: Head,
        instances: nn.Module,
        items: Variations,
        *,
        boost: bool,
        temperature: float,
        cluster_temperature: float,
        entropy_weight: float,
        threshold: float,
        batch_size: int,
        learning_rate: float,
        generator: torch.Generator,
    ) -> None:
        self.phase = "self-labelling" if boost else "contrast"
        self.network, self.instances, self.items, self.generator = network, instances, items, generator
        self.boost, self.threshold, self.batch_size = boost, threshold, batch_size
        self.temperature, self.cluster_temperature = temperature, cluster_temperature
        self.entropy_weight = entropy_weight
        parameters = [*network.parameters(), *instances.parameters()]
        self.optimizers: Mapping[str, Optimizer] = {"main": Adam(parameters, learning_rate, fused=True)}

    def steps(self, epoch: int) -> Iterator[Step]:
        """Yield a step for each batch of the shuffled items."""
        for rows in shuffled(len(self.items), self.batch_size, self.generator):
            yield Step(self._terms(rows))

    def _terms(self, rows: Tensor) -> dict[str, Tensor]:
        same = sure = labels = None
        if self.boost:
            self.network.eval()
            with torch.no_grad():
                confidence, labels = self.network(self.items.plain(rows)).exp().max(dim=1)
            sure = confidence >= self.threshold
            same = (labels[:, None] == labels) & sure[:, None] & sure
        self.network.train()
        both = torch.cat([self.items.varied(rows), self.items.varied(rows)])
        shared = self.network.shared(both)
        first, second = self.instances(shared).float().chunk(2)
        log_q = self.network.assign(self.network.branch(shared))
        one, other = log_q.chunk(2)
        terms = {
            "instances": instance_loss(first, second, self.temperature, same),
            "sizes": self.entropy_weight * (entropy_loss(one) + entropy_loss(other)),
        }
        if labels is None or sure is None:
            terms["clusters"] = cluster_contrast_loss(one, other, self.cluster_temperature)
        else:
            terms["labels"] = membership_loss(log_q, labels.repeat(2), sure.float().repeat(2))
        return terms

    def converged(self, report: EpochReport) -> bool:
        """Return False: nothing is measured while training."""
        return False
