"""How heads are made for items of any kind, and what estimators that have one share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data
from torch import Tensor, nn

from clusteer.core import child_seed
from clusteer.encoders.heads import Head, codes_of
from clusteer.training import device

Body = int | Callable[[int], nn.Module]
"""Width of the hidden layer, or a function that makes, for a number of features or channels, what makes codes."""


class Headed(TransformerMixin, ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn carries no types
    """An estimator whose groups are the columns of a head; subclasses say how it is trained."""

    random_state: int
    network_: Head
    n_features_in_: int

    def _read(self, X: ArrayLike) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the items as given, and the plain ones: of several views the first."""
        values = check_array(X, dtype=np.float32, allow_nd=True, estimator=self, input_name="X")
        return values, values[0] if values.ndim == 3 else values

    def head(self) -> Head:
        """Return a copy of the network, for ``IDC`` to go on from."""
        check_is_fitted(self)
        return self.network_.with_columns(range(self.network_.last.out_features))

    def transform(self, X: ArrayLike) -> NDArray[np.float32]:
        """Return the codes (m, d) of items."""
        codes: NDArray[np.float32] = self._codes(X).cpu().numpy()
        return codes

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float32]:
        """Return (m, k) group probabilities of items, new ones or known; of several views the plain one counts."""
        codes = self._codes(X)
        with torch.no_grad():
            proba: NDArray[np.float32] = self.network_.assign(codes).exp().cpu().numpy()
        return proba

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """Return the group (m,) of items."""
        groups: NDArray[np.int64] = self.predict_proba(X).argmax(axis=1)
        return groups

    def _codes(self, X: ArrayLike) -> Tensor:
        check_is_fitted(self)
        plain = self._read(X)[1]
        validate_data(self, plain, reset=False, skip_check_array=True)
        return codes_of(self.network_, plain)

    def _generator(self, name: str) -> torch.Generator:
        return torch.Generator(device()).manual_seed(child_seed(self.random_state, name))

    def __sklearn_tags__(self) -> Any:
        """Say that codes are float32 whatever the features are."""
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags

    @property
    def _n_features_out(self) -> int:
        return int(self.network_.last.in_features)


def make_head(network: Body, plain: NDArray[np.float32], n_columns: int, seed: int) -> Head:
    """Return a new head for items (n, ...); features are brought to mean 0 and about unit scale by it."""
    features = plain.shape[1]
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        body: nn.Module
        if callable(network):
            body = network(features).eval()
            with torch.no_grad():
                width = int(body(torch.tensor(plain[:2])).shape[1])
        else:
            width = network
            body = nn.Sequential(nn.Flatten(), nn.Linear(int(np.prod(plain.shape[1:])), width), nn.ReLU())
        head = Head(body, nn.Linear(width, n_columns))
    if plain.ndim == 2:
        head.offset = torch.tensor(plain.mean(axis=0))
        deviation = float((plain - plain.mean(axis=0)).std())
        head.scale.fill_(1 / deviation if deviation > 0 else 1.0)
    return head.to(device())


def labels_of(network: Head, plain: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the column (n,) each item is put in."""
    codes = codes_of(network, plain)
    with torch.no_grad():
        labels: NDArray[np.int64] = network.assign(codes).argmax(dim=1).cpu().numpy()
    return labels
