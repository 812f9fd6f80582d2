"""Active deep clustering (ADC): a Siamese network learns from links, then groups form in its codes, in rounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, Self, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from clusteer.constraints import Closure, ConstraintSet
from clusteer.core import InvalidInputError, NotFoundError, child_seed
from clusteer.encoders.cnn import cnn_encoder, mlp_encoder
from clusteer.encoders.encoder import Encoder
from clusteer.losses import log_assignment
from clusteer.methods._base import warn_ignored
from clusteer.methods.deep import DeepClustering, Training, encode, warn_of_empty_groups
from clusteer.methods.siamese import Sharpening, SiameseTraining
from clusteer.methods.start import start_centers
from clusteer.training import train

LinkUse = Literal["closure", "stated"]
_PICTURES, _FEATURES = (16, 32, 64, 10), (256, 10)
"""Widths of the network where none are given."""
_TOLD = 5
"""Linked items that tell where the center of a group is."""
_MATCHED_ON = 5_000
"""Items whose groups before and after tell which number a group keeps."""
_PUBLISHED = ("usps", "mnist", "fashion-mnist")


class ADC(DeepClustering[Encoder]):
    """Active deep image clustering (Sun, Zhou, Du and Li, Knowledge-Based Systems 2022), for any links there are.

    A Siamese network brings items together that links join and pushes apart those that links part; centers are placed
    among the codes, and where asked for network and centers then move towards surer assignments. ``warm_start=True``
    makes each ``fit`` another round: answers come in between, chosen by the strategy ``boundary`` or any other.
    docs/adc.md leads from each equation to its function. Links that follow from triplets and rules count too; other
    kinds are ignored with a warning. Without links there is nothing to learn an encoder from: use ``IDEC``.

    Parameters
    ----------
    n_clusters : int
        Number of groups k.
    network : sequence of int, or function, optional
        Widths of the layers, the code last: for pictures (n, c, h, w) those of ``cnn_encoder``, for features (n, D)
        those of ``mlp_encoder``; 16, 32, 64, 10 and 256, 10 where not given. Or a function that is given the number of
        channels or features and returns an ``Encoder``.
    siamese_epochs, least_steps : int
        Sweeps over the links in each fit; more where these make fewer than so many steps.
    clustering_epochs : int
        Most epochs of clustering in each fit. None by default: once links have shaped the codes, every epoch that was
        tried cost accuracy; docs/adc.md has the figures.
    links : {"closure", "stated"}
        Whether all that follows from the links counts wherever two items meet in a batch, or the stated links alone, as
        in the paper. "closure" takes links for certain: one wrong must-link joins two groups of answers. "stated"
        weighs them as they are believed.
    margin : float
        delta: distance of codes from which items held apart are far enough, above 0.
    shift : int
        Most pixels by which pictures are moved at random in training, either way; features are left as they are. 2 is
        much better for handwriting of 28 pixels, and worse for clothes that fill the picture.
    pair_batch_size, batch_size : int
        Links, and items, in a step of the one phase and the other.
    siamese_learning_rate : float
        Of RMSProp, at first; it falls to 0 along half a cosine.
    learning_rate : float
        Of gradient descent with momentum in the clustering phase.
    tol : float
        Share of labels: clustering stops once an epoch changes fewer.
    warm_start : bool
        Whether another ``fit`` goes on from a copy of the network. Centers are placed anew, since the codes have moved,
        and numbered as the groups before that they share most items with.
    random_state : int
        Same seed, same groups.

    Attributes
    ----------
    labels_ : (n,) int64
        Group of each item.
    cluster_centers_ : (k, d) float32
        Centers among the codes.
    network_ : Encoder
        The trained network.
    n_iter_ : int
        Epochs of clustering.
    n_features_in_ : int
        Number D of features; of pictures the number of channels.
    """

    n_clusters: int

    def __init__(
        self,
        *,
        n_clusters: int = 10,
        network: Sequence[int] | Callable[[int], Encoder] | None = None,
        siamese_epochs: int = 20,
        least_steps: int = 1000,
        clustering_epochs: int = 0,
        links: LinkUse = "closure",
        margin: float = 1.0,
        shift: int = 0,
        pair_batch_size: int = 64,
        batch_size: int = 256,
        siamese_learning_rate: float = 1e-3,
        learning_rate: float = 1e-3,
        tol: float = 1e-3,
        warm_start: bool = False,
        random_state: int = 0,
    ) -> None:
        self.n_clusters = n_clusters
        self.network = network
        self.siamese_epochs = siamese_epochs
        self.least_steps = least_steps
        self.clustering_epochs = clustering_epochs
        self.links = links
        self.margin = margin
        self.shift = shift
        self.pair_batch_size = pair_batch_size
        self.batch_size = batch_size
        self.siamese_learning_rate = siamese_learning_rate
        self.learning_rate = learning_rate
        self.tol = tol
        self.warm_start = warm_start
        self.random_state = random_state

    @classmethod
    def paper(cls, name: str) -> Self:
        """Return an estimator with the published setting, the same for "usps", "mnist" and "fashion-mnist".

        Notes
        -----
        **Source**: paper, section 3.4: margin 1, batches of 64 pairs, 100 epochs of RMSProp with learning rate 0.001;
        gradient descent with learning rate 0.001 for clustering, whose epochs, batches and momentum are not stated:
        here at most 30 epochs in batches of 256 with momentum 0.9, as DEC does. The widths of the network are not
        stated either. The authors' code could not be read. Not followed: the constant learning rate of RMSProp, and the
        start from k-means whatever links are known.

        Raises
        ------
        NotFoundError
            If nothing was published for that name.
        """
        if name not in _PUBLISHED:
            raise NotFoundError(f"nothing was published for {name!r}; there is {', '.join(_PUBLISHED)}")
        return cls(siamese_epochs=100, clustering_epochs=30, least_steps=1, links="stated")

    def _check_settings(self) -> None:
        if self.links not in get_args(LinkUse):
            raise InvalidInputError(f"links is {self.links!r}; give one of {', '.join(get_args(LinkUse))}")
        if min(self.siamese_epochs, self.clustering_epochs) < 0 or min(self.pair_batch_size, self.batch_size) < 1:
            raise InvalidInputError(
                f"siamese_epochs is {self.siamese_epochs}, clustering_epochs {self.clustering_epochs}, pair_batch_size "
                f"{self.pair_batch_size} and batch_size {self.batch_size}; give at least 0, 0, 1 and 1"
            )
        if not (self.margin > 0 and self.shift >= 0):
            raise InvalidInputError(
                f"margin is {self.margin} and shift {self.shift}; give a distance above 0, and at least 0 pixels"
            )

    def _layers(self, shape: Sequence[int], widths: Sequence[int] | None) -> Encoder:
        make, default = (cnn_encoder, _PICTURES) if len(shape) == 3 else (mlp_encoder, _FEATURES)
        return make(shape[0], widths or default)

    def _train(self, network: Encoder, items: Tensor, constraints: ConstraintSet) -> Training:
        """Run a round of Algorithm 2, lines 8 to 11."""
        warn_ignored(constraints, "adc")
        constraints, before = constraints.deduced(), self._groups_before(items)
        shift = self.shift if items.ndim == 4 else 0
        siamese = SiameseTraining(
            network,
            items,
            constraints,
            closed=self.links == "closure",
            margin=self.margin,
            epochs=self.siamese_epochs,
            least_steps=self.least_steps,
            batch_size=self.pair_batch_size,
            learning_rate=self.siamese_learning_rate,
            shift=shift,
            seed=child_seed(self.random_state, "links"),
        )
        yield from train(siamese, siamese.epochs)
        codes = encode(network, items)
        sharpening = Sharpening(
            network,
            items,
            codes,
            self._centers(codes, constraints.closure(), before),
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            tol=self.tol,
            shift=shift,
            generator=self.generator("clustering"),
        )
        n_iter = 0
        for report in train(sharpening, self.clustering_epochs):
            n_iter += report.finished
            yield report
        labels = sharpening.labels.cpu().numpy()
        warn_of_empty_groups(labels, self.n_clusters, "ADC")
        return {"labels_": labels, "cluster_centers_": sharpening.centers.detach().cpu().numpy(), "n_iter_": n_iter}

    def _groups_before(self, items: Tensor) -> NDArray[np.int64] | None:
        """Return the groups of some items in the fit before this one; None where there was none."""
        known = self.known_centers
        if known is None:
            return None
        if len(known) != self.n_clusters:
            raise InvalidInputError(
                f"{len(known)} groups were fitted but n_clusters is now {self.n_clusters}; set warm_start=False to "
                "start anew"
            )
        return _nearest(encode(self.network_, items[_some(len(items))]), torch.tensor(known, device=items.device))

    def _centers(self, codes: Tensor, closure: Closure, before: NDArray[np.int64] | None) -> Tensor:
        """Return the centers (k, d) of groups that links tell, else those of k-means, numbered as before."""
        told = _told_groups(closure, self.n_clusters)
        if told is None:
            centers = start_centers(codes, self.n_clusters, self.random_state)
        else:
            centers = torch.stack([codes[torch.from_numpy(members)].mean(dim=0) for members in told])
        if before is None:
            return centers
        shared = np.zeros((self.n_clusters, self.n_clusters))
        np.add.at(shared, (before, _nearest(codes[_some(len(codes))], centers)), 1)
        return centers[linear_sum_assignment(shared, maximize=True)[1]]

    def _log_assignment(self, codes: Tensor) -> Tensor:
        return log_assignment(codes, torch.tensor(self.cluster_centers_, device=codes.device))


def _told_groups(closure: Closure, n_clusters: int) -> list[NDArray[np.int64]] | None:
    """Return the items of the largest components that links keep apart from each other; None where k are not told."""
    told: list[int] = []
    sizes = np.bincount(closure.component, minlength=1)
    for component in np.argsort(-sizes, kind="stable")[: int((sizes >= _TOLD).sum())].tolist():
        if len(told) < n_clusters and all(closure.apart(component, other) for other in told):
            told.append(component)
    return [closure.members[component] for component in told] if len(told) == n_clusters else None


def _nearest(codes: Tensor, centers: Tensor) -> NDArray[np.int64]:
    nearest: NDArray[Any] = log_assignment(codes, centers).argmax(dim=1).cpu().numpy()
    return nearest


def _some(n: int) -> Tensor:
    return torch.linspace(0, n - 1, min(n, _MATCHED_ON)).long()
