"""What deep methods have in common: input, pretraining, warm refits, prediction."""

from __future__ import annotations

import copy
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any, Generic, Self, TypeVar

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data
from torch import Tensor

from clusteer.constraints import ConstraintSet
from clusteer.core import InvalidInputError, child_seed
from clusteer.core.checks import check_n_clusters
from clusteer.encoders.encoder import Encoder
from clusteer.training import EpochReport, device

N = TypeVar("N", bound=Encoder)
"""The kind of network that a method trains."""
Network = Sequence[int] | Callable[[int], N]
"""Widths of the encoder's layers, the code last, or a function that makes a network for a number of features."""
Training = Generator[EpochReport, None, dict[str, Any]]
"""Reports while it lasts; its last value is a dict of fitted attributes."""
_DEVIATION = 1.58
"""Standard deviation that items are scaled to, so that their unit does not matter: that of MNIST's pixels times 0.02.

The weights of the losses are right for it: with pixels in [0, 1] reconstruction would count 26 times less.
"""
_AT_ONCE, _PICTURES_AT_ONCE = 4096, 512
"""Items encoded at once; of pictures fewer, as their inner layers are large."""


class DeepClustering(TransformerMixin, ClusterMixin, BaseEstimator, ABC, Generic[N]):  # type: ignore[misc]  # no types
    """A network that is trained with constraints; subclasses say how, and what groups are then."""

    n_clusters: int | None
    network: Network[Any] | None
    warm_start: bool
    random_state: int
    labels_: NDArray[np.int64]
    cluster_centers_: NDArray[np.float32]
    network_: N
    n_features_in_: int

    def fit(self, X: ArrayLike, y: object = None, *, constraints: ConstraintSet | None = None) -> Self:
        """Group the rows of X.

        Parameters
        ----------
        X : (n, ...) array
            The items: features, or pictures where ``network`` makes a network for them.
        y : ignored
            For scikit-learn.
        constraints : ConstraintSet, optional
            What is known, over exactly these n rows.

        Raises
        ------
        InvalidInputError
            If the constraints are over another number of items, or there are more groups than items.
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
        values = check_array(X, dtype=np.float32, allow_nd=True, estimator=self, input_name="X")
        by_item = self._by_item(values)
        n = len(by_item)
        check_n_clusters(self.n_clusters, n)
        constraints = ConstraintSet(n) if constraints is None else constraints
        if constraints.n_items != n:
            raise InvalidInputError(
                f"constraints index {constraints.n_items} items but X has {n} rows; build the constraints for exactly "
                "this X"
            )
        self._check_settings()
        network, items = yield from self._start(torch.tensor(np.ascontiguousarray(by_item), device=device()))
        fitted = yield from self._train(network, items, constraints)
        for name, value in fitted.items():
            setattr(self, name, value)
        self.network_ = network
        # Notes the columns, and only now that nothing can fail.
        validate_data(self, X if by_item is values else values[0], skip_check_array=True)

    def _by_item(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what was given with a row for each item; where that is views (v, n, d), (n, v, d)."""
        return values

    @abstractmethod
    def _check_settings(self) -> None:
        """Raise ``InvalidInputError`` where settings cannot be used."""

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
            What ``get_params`` gave; ``network`` must be widths.
        weights : mapping of str to Tensor
            The state of ``network_``.
        centers : (k, d) float32
            ``cluster_centers_``.
        X : (n, D) array
            Items, which ``labels_`` are then of.
        """
        made = cls(**settings)
        validate_data(made, X, dtype=np.float32)
        network = made._make_network((made.n_features_in_,))
        network.load_state_dict(dict(weights))
        made.network_, made.cluster_centers_ = network, centers
        made.labels_ = made.predict(X)
        return made

    @property
    def known_centers(self) -> NDArray[np.float32] | None:
        """The centers (k, d) to go on from; None where a fit starts anew."""
        return self.cluster_centers_ if self.warm_start and hasattr(self, "network_") else None

    def _start(self, items: Tensor) -> Generator[EpochReport, None, tuple[N, Tensor]]:
        """Pretrain a new network, or copy the one there is; the last value is it and the items in its unit."""
        if self.known_centers is not None:
            if self.n_features_in_ != items.shape[1]:
                raise InvalidInputError(
                    f"the network was fitted on {self.n_features_in_} features but X has {items.shape[1]}; set "
                    "warm_start=False to start anew"
                )
            network: N = copy.deepcopy(self.network_)
            return network, items * network.item_scale
        network = self._make_network(items.shape[1:])
        deviation = items.std(correction=0)
        if deviation > 0:
            network.item_scale.fill_(_DEVIATION / deviation)
        items = items * network.item_scale
        yield from self._pretrain(network, items)
        return network, items

    def _pretrain(self, network: N, items: Tensor) -> Iterator[EpochReport]:
        """Train a new network in place before anything else; by default it begins with nothing."""
        yield from ()

    def _make_network(self, shape: Sequence[int]) -> N:
        """Return a new network for items of a shape."""
        made: N = self._layers_for(shape)
        return made.to(device())

    def _layers_for(self, shape: Sequence[int]) -> Any:
        """Return what ``network`` says, for items of a shape."""
        with torch.random.fork_rng():
            torch.manual_seed(child_seed(self.random_state, "network"))
            return self.network(shape[0]) if callable(self.network) else self._layers(shape, self.network)

    @abstractmethod
    def _layers(self, shape: Sequence[int], widths: Sequence[int] | None) -> Encoder:
        """Return the network that widths stand for; None is the default for such items."""

    def generator(self, name: str) -> torch.Generator:
        """Return a generator of random numbers for one purpose."""
        return torch.Generator(device()).manual_seed(child_seed(self.random_state, name))

    @abstractmethod
    def _train(self, network: N, items: Tensor, constraints: ConstraintSet) -> Training:
        """Train a network in place."""

    @abstractmethod
    def _log_assignment(self, codes: Tensor) -> Tensor:
        """Return log-probabilities (b, k) of codes (b, d)."""

    def transform(self, X: ArrayLike) -> NDArray[np.float32]:
        """Return the codes (m, d) of items."""
        codes: NDArray[np.float32] = self._codes(X).cpu().numpy()
        return codes

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float32]:
        """Return (m, k) group probabilities of items, new ones or known."""
        proba: NDArray[np.float32] = self._log_assignment(self._codes(X)).exp().cpu().numpy()
        return proba

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """Return the group (m,) of items."""
        groups: NDArray[np.int64] = self._log_assignment(self._codes(X)).argmax(dim=1).cpu().numpy()
        return groups

    def _codes(self, X: ArrayLike) -> Tensor:
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float32, allow_nd=True, reset=False)
        items = torch.tensor(np.ascontiguousarray(values), device=device())
        return encode(self.network_, items * self.network_.item_scale)

    def __sklearn_tags__(self) -> Any:
        """Say that codes are float32 whatever the features are."""
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags

    @property
    def _n_features_out(self) -> int:
        return int(self.cluster_centers_.shape[1])


def encode(network: Encoder, items: Tensor) -> Tensor:
    """Return the codes (n, d) of items (n, ...) in the network's unit, without a gradient."""
    at_once = _AT_ONCE if items.ndim == 2 else _PICTURES_AT_ONCE
    training = network.training
    network.eval()  # Where a network normalizes by the batch, an item's code must not depend on the others.
    with torch.no_grad():
        codes = torch.cat([network.encode(batch).float() for batch in torch.split(items, at_once)])
    network.train(training)
    return codes


def warn_of_empty_groups(labels: NDArray[np.int64], n_clusters: int, method: str) -> None:
    """Warn where training left groups without items, which is what trivial solutions look like."""
    counts = np.bincount(labels, minlength=n_clusters)
    empty = int((counts == 0).sum())
    if empty:
        warnings.warn(
            f"{method} left {empty} of {n_clusters} groups without items, and {counts.max() / len(labels):.0%} of the "
            "items in the largest; give cannot-links or sizes, less weight to must-links, or fewer groups",
            UserWarning,
            stacklevel=4,
        )
