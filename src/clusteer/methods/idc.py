"""Any clustering, mended by answers about its most valuable items (IDC)."""

from __future__ import annotations

import copy
from collections.abc import Generator, Iterator, Mapping
from typing import Any, Literal, Self, cast

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import validate_data
from torch import Tensor

from clusteer.constraints import ConstraintSet
from clusteer.constraints.cluster_answers import NOWHERE, Memberships
from clusteer.core import InvalidInputError, child_seed
from clusteer.core.checks import check_labels, check_n_clusters
from clusteer.encoders.heads import Head, codes_of
from clusteer.methods._base import warn_ignored
from clusteer.methods.alignment import Columns, Known, align, start_labels
from clusteer.methods.fine_tuning import FineTuning, Imitation, Told
from clusteer.methods.guidance import Pairs
from clusteer.methods.heads import Body, Headed, labels_of, make_head
from clusteer.methods.start import start_centers
from clusteer.methods.variations import Variations
from clusteer.neighbors import choose_n_clusters
from clusteer.training import EpochReport, device, train

_START_BATCH, _START_STEPS = 256, 16
"""Most items in a step of the start, and steps in an epoch of it where there are few items."""


Init = Literal["k-means"] | ArrayLike | Headed


class IDC(Headed):
    """Interactive deep clustering (IDC, NeurIPS 2024): a clustering, whatever made it, is mended by what people say.

    A head of two layers first learns the clusters there are, then answers: items that are in a group, items that are
    not in some, while it keeps to what it is sure of by itself. An answer ties an item to the picture it was accepted
    beside, not to a cluster. So groups that answers opened take over the columns of the clusters that hold their items,
    open columns of their own where none does, and clusters that answers show to be one are merged, before anything is
    trained. docs/idc.md leads from each equation to its function; ``queries.value_mining`` chooses what to ask.

    Parameters
    ----------
    n_clusters : int, optional
        Number of groups k. Without it as many as ``init`` has (k-means: as silhouette finds), and answers open and
        merge groups; with it there are more only where answers opened more.
    init : "k-means", (n,) labels, or fitted clusterer
        What to mend. Of a clusterer with a head, such as ``ContrastiveClustering``, the whole network is trained.
    network : int, or function
        Width of the hidden layer; or a function that is given the number of features (of pictures: channels) and
        returns a module that makes codes (b, d). Not used where ``init`` has a network.
    start_epochs : int
        Epochs in which the head learns where to start from.
    max_epochs : int
        Epochs of fine-tuning, five steps each.
    noise : float
        Share of the features masked in what is trained on, in [0, 1); nothing of pictures is.
    recipe : {"strong", "weak", "mild"}
        How pictures are varied; "mild" is for digits.
    threshold : float
        Probability tau, in [0, 1], from which on the head is kept to its own assignment; .99 in the paper. At most half
        of the items are left out, however unsure it is.
    confidence_weight, negative_weight : float
        Weights of what the head is sure of, and of the clusters that items are not in.
    passed_over : bool
        Whether the clusters that were on offer beside an accepted one count as rejected; for ``memberships`` only.
    batch_size, sure_batch_size : int
        Answers, and items to be sure of, in a step.
    learning_rate : float
        Of Adam. The paper's is 1e-4, for a whole network that was trained for long.
    warm_start : bool
        Whether another ``fit`` goes on from a copy of the network of the one before; groups keep their numbers.
    random_state : int
        Same seed, same groups.

    Attributes
    ----------
    labels_ : (n,) int64
        Group of each item.
    cluster_centers_ : (k, d) float32
        Mean code of each group.
    columns_ : Columns
        Which column of the head each cluster and each group of the answers became.
    start_labels_ : (n,) int64
        Groups that the head started from.
    network_ : Head
        The trained network.
    n_iter_ : int
        Epochs of fine-tuning.
    n_features_in_ : int
        Number D of features.
    """

    def __init__(
        self,
        *,
        n_clusters: int | None = None,
        init: Init = "k-means",
        network: Body = 512,
        start_epochs: int = 20,
        max_epochs: int = 100,
        noise: float = 0.2,
        recipe: str = "strong",
        threshold: float = 0.95,
        confidence_weight: float = 1.0,
        negative_weight: float = 1.0,
        passed_over: bool = False,
        batch_size: int = 100,
        sure_batch_size: int = 500,
        learning_rate: float = 1e-3,
        warm_start: bool = False,
        random_state: int = 0,
    ) -> None:
        self.n_clusters = n_clusters
        self.init = init
        self.network = network
        self.start_epochs = start_epochs
        self.max_epochs = max_epochs
        self.noise = noise
        self.recipe = recipe
        self.threshold = threshold
        self.confidence_weight = confidence_weight
        self.negative_weight = negative_weight
        self.passed_over = passed_over
        self.batch_size = batch_size
        self.sure_batch_size = sure_batch_size
        self.learning_rate = learning_rate
        self.warm_start = warm_start
        self.random_state = random_state

    def fit(
        self,
        X: ArrayLike,
        y: object = None,
        *,
        constraints: ConstraintSet | None = None,
        memberships: Memberships | None = None,
    ) -> Self:
        """Mend the clustering of the rows of X.

        Parameters
        ----------
        X : (n, D) array, (v, n, D) array, or (n, c, h, w) array
            Features; features of several views, the plain one first; or pictures in [0, 1].
        y : ignored
            For scikit-learn.
        constraints : ConstraintSet, optional
            What is known, over exactly these n rows.
        memberships : Memberships, optional
            Answers that accepted clusters of ``init``, not pictures.

        Raises
        ------
        InvalidInputError
            If constraints or labels are of another number of items, or memberships of another number of clusters.
        DivergedError
            If training leaves the finite numbers; what was fitted before stays.
        """
        for _ in self.fit_iter(X, y, constraints=constraints, memberships=memberships):
            pass
        return self

    def fit_iter(
        self,
        X: ArrayLike,
        y: object = None,
        *,
        constraints: ConstraintSet | None = None,
        memberships: Memberships | None = None,
    ) -> Iterator[EpochReport]:
        """Fit as ``fit`` does and report about once a second; closing the iterator leaves the estimator as it was."""
        values, plain = self._read(X)
        n = len(plain)
        constraints = ConstraintSet(n) if constraints is None else constraints
        self._check(n, constraints)
        warn_ignored(constraints, "idc")
        constraints = constraints.deduced()
        head, labels, k = self._begin(plain)
        if memberships is not None and memberships.rejected.shape[1] != k:
            raise InvalidInputError(
                f"memberships are of {memberships.rejected.shape[1]} clusters but there are {k} to start from; read "
                "them with the labels given as init"
            )
        known = Known.of(constraints)
        columns = align(labels, k, known, fixed=self.n_clusters is not None)
        known, columns = _with_memberships(known, columns, memberships, self.passed_over)
        points = plain.reshape(n, -1) if head is None else codes_of(head, plain).cpu().numpy()
        start = start_labels(points, labels, columns, known)
        origins = columns.origins.tolist()
        network = self._new_head(plain, len(columns)) if head is None else head.with_columns(origins)
        generator = self._generator("variations")
        items = Variations(torch.tensor(values, device=device()), self.noise, self.recipe, generator)
        yield from self._train(network, items, start, _told(known, columns, constraints))
        outputs = codes_of(network, plain)
        with torch.no_grad():
            found = network.assign(outputs).argmax(dim=1)
        self.labels_: NDArray[np.int64] = found.cpu().numpy()
        self.start_labels_, self.columns_ = start, columns
        self.network_, self.n_iter_ = network, self.max_epochs
        sums = torch.zeros(len(columns), outputs.shape[1], device=outputs.device).index_add_(0, found, outputs)
        counts = torch.bincount(found, minlength=len(columns))[:, None].clamp(min=1)
        self.cluster_centers_: NDArray[np.float32] = (sums / counts).cpu().numpy()
        validate_data(self, plain, skip_check_array=True)  # Notes the columns, and only now that nothing can fail.

    def _check(self, n: int, constraints: ConstraintSet) -> None:
        check_n_clusters(self.n_clusters, n)
        if constraints.n_items != n:
            raise InvalidInputError(
                f"constraints index {constraints.n_items} items but X has {n} rows; build the constraints for exactly "
                "this X"
            )
        if not (0 <= self.noise < 1 and 0 <= self.threshold <= 1):
            raise InvalidInputError(
                f"noise is {self.noise} and threshold {self.threshold}; give a share below 1 and a probability"
            )

    def _begin(self, plain: NDArray[np.float32]) -> tuple[Head | None, NDArray[np.int64], int]:
        """Return the network to go on from, if there is one, the cluster of each item, and how many there are."""
        if self.warm_start and hasattr(self, "network_"):
            if self.n_features_in_ != plain.shape[1]:
                raise InvalidInputError(
                    f"the network was fitted on {self.n_features_in_} features but X has {plain.shape[1]}; set "
                    "warm_start=False to start anew"
                )
            network = copy.deepcopy(self.network_)
            return network, labels_of(network, plain), network.last.out_features
        if hasattr(self.init, "head"):
            network = cast(Headed, self.init).head()
            return network, labels_of(network, plain), network.last.out_features
        if isinstance(self.init, str):
            if self.init != "k-means":
                raise InvalidInputError(
                    f"init is {self.init!r}; give 'k-means', the labels of all items, or a fitted clusterer with a head"
                )
            rows = plain.reshape(len(plain), -1)
            k = self.n_clusters or choose_n_clusters(rows, child_seed(self.random_state, "number of clusters"))
            points = torch.tensor(rows)
            centers = start_centers(points, k, self.random_state)
            return None, torch.cdist(points, centers).argmin(dim=1).numpy(), k
        given = check_labels(cast(ArrayLike, self.init), len(plain), "init")
        return None, given, int(given.max()) + 1

    def _new_head(self, plain: NDArray[np.float32], n_columns: int) -> Head:
        return make_head(self.network, plain, n_columns, child_seed(self.random_state, "network"))

    def _train(
        self, network: Head, items: Variations, start: NDArray[np.int64], told: Told
    ) -> Generator[EpochReport, None, None]:
        labels = torch.tensor(start, device=device())
        imitation = Imitation(
            network,
            items,
            labels,
            batch_size=max(1, min(_START_BATCH, len(items) // _START_STEPS)),
            learning_rate=self.learning_rate,
            generator=self._generator("start"),
        )
        yield from train(imitation, self.start_epochs)
        tuning = FineTuning(
            network,
            items,
            told,
            threshold=self.threshold,
            confidence_weight=self.confidence_weight,
            negative_weight=self.negative_weight,
            batch_size=self.batch_size,
            sure_batch_size=self.sure_batch_size,
            learning_rate=self.learning_rate,
            generator=self._generator("answers"),
        )
        yield from train(tuning, self.max_epochs)
        network.eval()

    @classmethod
    def restored(
        cls,
        settings: dict[str, Any],
        weights: Mapping[str, Tensor],
        centers: NDArray[np.float32],
        X: ArrayLike,
    ) -> Self:
        """Return an estimator as it was fitted, to predict or to go on from.

        Parameters
        ----------
        settings : dict
            What ``get_params`` gave; ``network`` must be a width.
        weights : mapping of str to Tensor
            The state of ``network_``.
        centers : (k, d) float32
            ``cluster_centers_``.
        X : (n, D) array
            Items, which ``labels_`` are then of.
        """
        made = cls(**settings)
        values = validate_data(made, X, dtype=np.float32)
        network = made._new_head(values, len(centers))
        network.load_state_dict(dict(weights))
        made.network_, made.cluster_centers_ = network.eval(), centers
        made.labels_ = made.predict(values)
        return made


def _with_memberships(
    known: Known, columns: Columns, memberships: Memberships | None, passed_over: bool
) -> tuple[Known, Columns]:
    """Add answers that name clusters: each cluster that was accepted is a group, in the column of that cluster."""
    if memberships is None:
        return known, columns
    k, g = len(columns.of_clusters), known.n_groups
    accepted = memberships.accepted != NOWHERE
    spoken = ~accepted | passed_over
    rejected = np.zeros((len(known.elsewhere) + int(spoken.sum()), g + k), bool)
    rejected[: len(known.elsewhere), :g] = known.rejected
    rejected[len(known.elsewhere) :, g:] = memberships.rejected[spoken]
    both = Known(
        items=np.concatenate([known.items, memberships.items[accepted]]),
        groups=np.concatenate([known.groups, g + memberships.accepted[accepted]]),
        weights=np.concatenate([known.weights, np.ones(int(accepted.sum()), np.float32)]),
        elsewhere=np.concatenate([known.elsewhere, memberships.items[spoken]]),
        rejected=rejected,
        n_groups=g + k,
    )
    of_groups = np.concatenate([columns.of_groups, columns.of_clusters])
    return both, Columns(columns.of_clusters, of_groups, columns.origins)


def _told(known: Known, columns: Columns, constraints: ConstraintSet) -> Told:
    """Return what the head is trained on: groups by their columns, and links of items that are in no group."""
    rejected = np.zeros((len(known.elsewhere), len(columns)), bool)
    rows, groups = np.nonzero(known.rejected)
    rejected[rows, columns.of_groups[groups]] = True
    pairs = Pairs.of(constraints, device())
    both = np.isin(pairs.items.cpu().numpy(), known.items).all(axis=1)
    return Told(
        items=torch.tensor(known.items, device=device()),
        columns=torch.tensor(columns.of_groups[known.groups], device=device()),
        weights=torch.tensor(known.weights, device=device()),
        elsewhere=torch.tensor(known.elsewhere, device=device()),
        rejected=torch.tensor(rejected, device=device()),
        pairs=pairs.take(torch.tensor(np.flatnonzero(~both), device=device())),
    )
