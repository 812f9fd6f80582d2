"""Personalized clustering (PCL): contrast steered by pairs, attention across items, and clusters told by a head."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from typing import Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment
from torch import Tensor, nn

from clusteer.constraints import CannotLink, ConstraintSet, MustLink, with_implied
from clusteer.constraints.links import Links
from clusteer.constraints.two_groups import with_two_groups
from clusteer.core import InvalidInputError, NotFoundError, child_seed
from clusteer.data.batches import component_batches
from clusteer.encoders.cnn import cnn_encoder, mlp_encoder
from clusteer.encoders.encoder import Encoder
from clusteer.encoders.resnet import resnet_encoder
from clusteer.encoders.two_heads import TwoHeads
from clusteer.methods._base import warn_ignored
from clusteer.methods.deep import DeepClustering, Training, encode, warn_of_empty_groups
from clusteer.methods.linked_contrast import Contrast, Settings, parts_of
from clusteer.methods.spread_start import spread_groups
from clusteer.methods.start import group_means, start_groups
from clusteer.training import EpochReport, device, train

_PICTURES, _FEATURES = (16, 32, 64, 128), (256,)
"""Widths of the backbone where none are given."""
_IMPLIED = 5_000
"""Implied pairs of each kind that say where groups start, beside those stated."""
_PUBLISHED = {"cifar10-2": 2, "imagenet10-2": 2, "cifar100-4": 4}


class PCL(DeepClustering[TwoHeads]):
    """Personalized clustering by targeted representation learning (PCL, AAAI 2025): links say which likeness counts.

    Items attend to each other, codes and assignments of two views are brought together and those of other items pushed
    apart; must-links count among the former, cannot-links twice among the latter. ``warm_start=True`` makes each
    ``fit`` another round: answers come in between, chosen by the strategy ``uncertain-pairs`` or any other. All that
    links imply counts, also that of two groups there is no third. Links that follow from triplets and rules count too;
    other kinds are ignored with a warning. docs/pcl.md leads from each equation to its function, and says where it
    differs from the paper.

    Parameters
    ----------
    n_clusters : int
        Number of groups k.
    network : sequence of int, or function, optional
        Widths of the backbone's layers: for pictures (n, c, h, w) those of ``cnn_encoder``, for features (n, D), or
        views of them (v, n, D), those of ``mlp_encoder``; 16, 32, 64, 128 and 256 where not given. Or a function that
        is given the number of channels or features and returns an ``Encoder``.
    code_width : int
        Dimensions of the codes.
    attention : bool
        Whether items attend to each other; Table 4 of the paper.
    warmup_epochs : int
        Sweeps over the items without links, where a fit starts anew.
    start_epochs : int
        Sweeps in which clusters are to be the groups that links and distances together tell, where a fit starts anew;
        where links tell them, they stay one of the aims in the sweeps after. 0 leaves this out.
    max_epochs : int
        Sweeps with links in each fit. Either takes more where these make fewer than 200 steps, 400 over pictures.
    link_weight : float
        lambda: how much more a must-link counts in the contrast than the other view of an item does.
    pair_weight : float
        Weight of the losses that say of linked items that they are of one cluster or not; 0 leaves them out.
    temperature, cluster_temperature : float
        Of the contrast of items, and of clusters; above 0.
    extended : float
        Share of the sweeps, the last ones, in which items that are surely of one cluster count as linked, in [0, 1].
    noise : float
        Share of features that a view loses at random, in [0, 1).
    shift : int
        Most pixels by which a view of a picture is moved, either way.
    batch_size : int
        Items in a step, up to half of them linked; as many are the anchors that attention looks at in prediction.
    learning_rate : float
        Of Adam, at first; it falls to 0 along half a cosine.
    warm_start : bool
        Whether groups keep their numbers in another ``fit``. Over pictures, and with ``start_epochs=0``, it goes on
        from a copy of the network; over features its weights are new.
    random_state : int
        Same seed, same groups.

    Attributes
    ----------
    labels_ : (n,) int64
        Group of each item.
    cluster_centers_ : (k, d) float32
        Mean code of each group.
    network_ : TwoHeads
        The trained network, with its anchors.
    n_iter_ : int
        Sweeps with links.
    n_features_in_ : int
        Number D of features; of pictures the number of channels.
    """

    n_clusters: int
    network_: TwoHeads

    def __init__(
        self,
        *,
        n_clusters: int = 2,
        network: Sequence[int] | Callable[[int], Encoder] | None = None,
        code_width: int = 128,
        attention: bool = True,
        warmup_epochs: int = 3,
        start_epochs: int = 3,
        max_epochs: int = 8,
        link_weight: float = 4.0,
        pair_weight: float = 1.0,
        temperature: float = 1.0,
        cluster_temperature: float = 2.0,
        extended: float = 0.0,
        noise: float = 0.2,
        shift: int = 2,
        batch_size: int = 128,
        learning_rate: float = 1e-3,
        warm_start: bool = False,
        random_state: int = 0,
    ) -> None:
        self.n_clusters = n_clusters
        self.network = network
        self.code_width = code_width
        self.attention = attention
        self.warmup_epochs = warmup_epochs
        self.start_epochs = start_epochs
        self.max_epochs = max_epochs
        self.link_weight = link_weight
        self.pair_weight = pair_weight
        self.temperature = temperature
        self.cluster_temperature = cluster_temperature
        self.extended = extended
        self.noise = noise
        self.shift = shift
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.warm_start = warm_start
        self.random_state = random_state

    @classmethod
    def paper(cls, name: str) -> Self:
        """Return an estimator with the published setting for "cifar10-2", "imagenet10-2" or "cifar100-4".

        Notes
        -----
        **Source**: paper, section 4.1, and the released code for what it does not state: pictures of 128 pixels,
        ResNet-34 from scratch, batches of 128, Adam with learning rate 1e-5, 500 epochs of which 10 are without links,
        128 code dimensions, lambda 4, temperatures 1 and 2. Not followed: views, which are shifts here and crops,
        flips, colours and grey there; the constant learning rate; batches that are the same in every epoch; statistics
        of batch normalization that stop after the first epoch, which is a slip of the code.

        Raises
        ------
        NotFoundError
            If nothing was published for that name.
        """
        if name not in _PUBLISHED:
            raise NotFoundError(f"nothing was published for {name!r}; there is {', '.join(_PUBLISHED)}")
        return cls(
            n_clusters=_PUBLISHED[name],
            network=resnet_for_128_pixels,
            warmup_epochs=10,
            start_epochs=0,
            max_epochs=490,
            pair_weight=0.0,
            learning_rate=1e-5,
        )

    def _check_settings(self) -> None:
        epochs = (self.warmup_epochs, self.start_epochs, self.max_epochs)
        if min(epochs) < 0 or min(self.batch_size, self.code_width) < 1:
            raise InvalidInputError(
                f"warmup_epochs is {epochs[0]}, start_epochs {epochs[1]}, max_epochs {epochs[2]}, batch_size "
                f"{self.batch_size} and code_width {self.code_width}; give at least 0, 0, 0, 1 and 1"
            )
        if not (self.temperature > 0 and self.cluster_temperature > 0 and min(self.link_weight, self.pair_weight) >= 0):
            raise InvalidInputError(
                f"temperature is {self.temperature}, cluster_temperature {self.cluster_temperature}, link_weight "
                f"{self.link_weight} and pair_weight {self.pair_weight}; give the first two above 0 and the others at "
                "least 0"
            )
        if not (0 <= self.noise < 1 and self.shift >= 0 and 0 <= self.extended <= 1):
            raise InvalidInputError(
                f"noise is {self.noise}, shift {self.shift} and extended {self.extended}; give a share below 1, at "
                "least 0 pixels, and a share"
            )
        known = self.known_centers
        if known is not None and len(known) != self.n_clusters:
            raise InvalidInputError(
                f"{len(known)} groups were fitted but n_clusters is now {self.n_clusters}; set warm_start=False to "
                "start anew"
            )

    def _by_item(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.ascontiguousarray(values.transpose(1, 0, 2)) if values.ndim == 3 else values

    def _start(self, items: Tensor) -> Generator[EpochReport, None, tuple[TwoHeads, Tensor]]:
        network, plain = yield from super()._start(_plain(items))
        if self.known_centers is not None and not self._goes_on(items):
            scale, network = network.item_scale, self._make_network(plain.shape[1:])
            network.item_scale.copy_(scale)
        return network, plain if items.ndim != 3 else items * network.item_scale

    def _goes_on(self, items: Tensor) -> bool:
        """Whether weights are kept from the fit before, as the layers that read pictures have to be.

        Over features a network that has learned few links by heart learns new ones worse than a new one does.
        """
        return self.known_centers is not None and (items.ndim == 4 or not self.start_epochs)

    def _layers(self, shape: Sequence[int], widths: Sequence[int] | None) -> Encoder:
        make, default = (cnn_encoder, _PICTURES) if len(shape) == 3 else (mlp_encoder, _FEATURES)
        return make(shape[0], widths or default)

    def _make_network(self, shape: Sequence[int]) -> TwoHeads:
        backbone: nn.Module = self._layers_for(shape).encoder.to(device())
        with torch.random.fork_rng(), torch.no_grad():
            torch.manual_seed(child_seed(self.random_state, "heads"))
            width = backbone.eval()(torch.zeros(1, *shape, device=device())).shape[1]
            anchors = self.batch_size if self.attention else 0
            made = TwoHeads(backbone.train(), width, self.code_width, self.n_clusters, shape, anchors)
        return made.to(device())

    def _train(self, network: TwoHeads, items: Tensor, constraints: ConstraintSet) -> Training:
        """Warm up and begin with the groups that links tell, unless training goes on; then fit what links say."""
        warn_ignored(constraints, "pcl")
        constraints = constraints.deduced()
        if self.n_clusters == 2:
            constraints = with_two_groups(constraints)
        nothing, plain = ConstraintSet(len(items)), _plain(items)
        self._choose_anchors(network, plain, constraints)
        kept = None
        if not self._goes_on(items):
            yield from self._phase(network, items, nothing, "warm-up", self.warmup_epochs)
            if self.start_epochs:
                start, told = self._groups(network, plain, constraints)
                yield from self._phase(network, items, constraints, "start", self.start_epochs, start)
                # Contrast alone forgets them.
                kept = start if told else None
        n_iter = yield from self._phase(network, items, constraints, "contrast", self.max_epochs, kept)
        hidden = encode(network, plain)
        with torch.no_grad():
            groups, codes = network.assign(hidden).argmax(dim=1), network.codes(hidden)
        labels = groups.cpu().numpy()
        warn_of_empty_groups(labels, self.n_clusters, "PCL")
        centers = group_means(codes, groups, self.n_clusters).cpu().numpy()
        return {"labels_": labels, "cluster_centers_": centers, "n_iter_": n_iter}

    def _choose_anchors(self, network: TwoHeads, items: Tensor, constraints: ConstraintSet) -> None:
        """Take for the anchors a batch as training sees them, so that attention finds in prediction what it knows."""
        part = parts_of(constraints.closure(), len(items))
        rng = np.random.default_rng(child_seed(self.random_state, "anchors"))
        rows = np.resize(next(component_batches(part, self.batch_size, 0.5, rng)), len(network.anchors))
        network.anchors.copy_(items[torch.from_numpy(rows).to(items.device)])

    def _groups(self, network: TwoHeads, items: Tensor, constraints: ConstraintSet) -> tuple[Tensor, bool]:
        """Return the groups (n,) to start from, and whether links told them.

        Links and distances of features, or of hidden rows, do, or distances alone where there are few links. From the
        linked items groups then spread. They are numbered as the groups before that they share most items with.
        """
        known = with_implied(constraints, _IMPLIED, child_seed(self.random_state, "implied pairs"))
        space = items if items.ndim == 2 else encode(network, items)
        groups, told = start_groups(space, self.n_clusters, _as_answers(known), 0.0, self.random_state)
        if told:
            values, known_groups, closure = space.cpu().numpy(), groups.cpu().numpy(), constraints.closure()
            spread = spread_groups(values, known_groups, closure, self.n_clusters, self.random_state)
            groups = torch.from_numpy(spread).to(groups.device)
        if self.known_centers is None:
            return groups, told
        before = self._log_assignment(encode(self.network_, items)).argmax(dim=1)
        shared = torch.zeros(self.n_clusters, self.n_clusters, device=groups.device)
        shared.index_put_((groups, before), torch.ones(1, device=groups.device), accumulate=True)
        number = torch.from_numpy(linear_sum_assignment(shared.cpu().numpy(), maximize=True)[1])
        return number.to(groups.device)[groups], told

    def _phase(
        self,
        network: TwoHeads,
        items: Tensor,
        constraints: ConstraintSet,
        phase: str,
        epochs: int,
        start: Tensor | None = None,
    ) -> Generator[EpochReport, None, int]:
        """Train for some epochs; the last value is how many there were."""
        settings = Settings(
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            temperature=self.temperature,
            cluster_temperature=self.cluster_temperature,
            link_weight=self.link_weight,
            pair_weight=self.pair_weight if self.n_clusters > 1 else 0.0,
            extended=self.extended if phase == "contrast" else 0.0,
            noise=self.noise,
            shift=self.shift,
        )
        objective = Contrast(
            network, items, constraints.closure(), epochs=epochs, settings=settings, phase=phase, start=start,
            seed=child_seed(self.random_state, phase),
        )  # fmt: skip
        done = 0
        for report in train(objective, objective.epochs):
            done += report.finished
            yield report
        return done

    def transform(self, X: ArrayLike) -> NDArray[np.float32]:
        """Return the codes (m, d) of items, of length 1."""
        with torch.no_grad():
            codes: NDArray[np.float32] = self.network_.codes(self._codes(X)).cpu().numpy()
        return codes

    def _log_assignment(self, codes: Tensor) -> Tensor:
        with torch.no_grad():
            return self.network_.assign(codes)


def _as_answers(known: ConstraintSet) -> ConstraintSet:
    """Return links with weights by which those that hang together count as much as the answers they follow from.

    Of s items that links connect, s - 1 answers tell all pairs. Counted one by one, a few hard items that a strategy
    asked about again and again would outvote all others.
    """
    must, cannot, part = known.must, known.cannot, parts_of(known.closure(), known.n_items)
    items, joined, parted = np.bincount(part[part >= 0]), part[must.pairs[:, 0]], part[cannot.pairs[:, 0]]
    links = np.bincount(np.concatenate([joined, parted]), minlength=len(items))
    counts = np.minimum(1, (items - 1) / np.maximum(links, 1))
    return replace(
        known,
        must_links=Links(MustLink, must.pairs, must.weights * counts[joined], must.sources),
        cannot_links=Links(CannotLink, cannot.pairs, cannot.weights * counts[parted], cannot.sources),
    )


def resnet_for_128_pixels(channels: int) -> Encoder:
    """Return the backbone of the paper: ResNet-34 for pictures of 128 pixels, 512 dimensions wide."""
    return resnet_encoder(channels, 128, width=512)


def _plain(items: Tensor) -> Tensor:
    """Return the items (n, ...) of which there may be views (n, v, d): the first of these."""
    return items[:, 0] if items.ndim == 3 else items
