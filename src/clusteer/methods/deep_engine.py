"""Deep methods as engines of a session: they learn in its Index, and number groups as the person opened them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Protocol, Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment
from torch import Tensor, nn

from clusteer.constraints import Balance, Cardinality, ClusterSizes, ConstraintSet, with_implied
from clusteer.core import Clustering, Index, child_seed
from clusteer.methods._base import USES, Use
from clusteer.methods.adc import ADC
from clusteer.methods.dcc import DCC, IDEC
from clusteer.methods.demands import meet_demands_among_others
from clusteer.methods.idc import IDC
from clusteer.methods.pcl import PCL
from clusteer.methods.spherepair import SpherePair
from clusteer.neighbors import choose_n_clusters
from clusteer.training import EpochReport

MOST_IMPLIED = 5_000
"""Pairs of each kind that are added to those stated. A few answers imply thousands, and more would teach no more."""
_NEIGHBORS = 10
"""Answered items that explain an item."""


class _Trained(Protocol):
    """What an engine needs of a deep estimator."""

    n_clusters: int | None
    cluster_centers_: NDArray[np.float32]

    def fit_iter(
        self, X: ArrayLike, y: object = None, *, constraints: ConstraintSet | None = None
    ) -> Iterator[EpochReport]: ...

    def transform(self, X: ArrayLike) -> NDArray[np.float32]: ...

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float32]: ...

    def get_params(self) -> dict[str, Any]: ...

    def set_params(self, **params: object) -> object: ...

    @property
    def network_(self) -> nn.Module: ...

    @classmethod
    def restored(
        cls, settings: dict[str, Any], weights: Mapping[str, Tensor], centers: NDArray[np.float32], X: ArrayLike
    ) -> Self: ...


class DeepEngine:
    """A deep method over the embedding of an Index; subclasses say which.

    Links are given to it with those their closure implies, unless it works these out itself. A second ``fit_index``
    goes on from the network of the first, so groups keep their numbers and no pretraining is needed.

    Parameters
    ----------
    n_clusters : int, optional
        Number of groups; without it as many as answers have opened, and where these are fewer than two, as many as
        silhouette finds.
    random_state : int
        Same seed, same groups.

    Attributes
    ----------
    estimator_ : DeepClustering or IDC
        What was fitted.
    order_ : (k,) int64
        The estimator's number of each group: those that answers opened come first, in the order they were opened.
    unmet_ : tuple of ClusterSizes, Cardinality or Balance
        The demands that the groups do not meet.
    """

    name: ClassVar[str]
    kind: ClassVar[type[_Trained]]
    most_implied: ClassVar[int] = MOST_IMPLIED

    def __init__(self, *, n_clusters: int | None = None, random_state: int = 0) -> None:
        self.n_clusters = n_clusters
        self.random_state = random_state

    def fit_index(self, index: Index, constraints: ConstraintSet | None = None) -> Self:
        """Group the items of an index."""
        for _ in self.fit_iter(index, ConstraintSet(len(index)) if constraints is None else constraints):
            pass
        return self

    def fit_iter(self, index: Index, constraints: ConstraintSet) -> Iterator[EpochReport]:
        """Fit as ``fit_index`` does and report about once a second; closing the iterator leaves all as it was."""
        k = self._n_clusters(index, constraints)
        settings: dict[str, Any] = {"n_clusters": k, "random_state": self.random_state}
        known = getattr(self, "estimator_", None)
        if known is not None and known.n_clusters == k:
            estimator = known
            estimator.set_params(warm_start=True)
        else:
            estimator = self.kind(**settings)
        deduced = constraints.deduced()
        implied = with_implied(deduced, self.most_implied, child_seed(self.random_state, "implied pairs"))
        yield from estimator.fit_iter(index.embedding, constraints=implied)
        self.estimator_ = estimator
        self.index_ = index
        self._answered = constraints.touched[: len(constraints.closure().items)]
        proba = estimator.predict_proba(index.embedding)
        if USES[self.name]["bound"] is Use.USED:
            proba, _ = meet_demands_among_others(implied, proba)
        self.order_ = _numbered(proba, constraints)
        self._show(proba)
        demands = (Balance, Cardinality, ClusterSizes)
        self.unmet_ = tuple(one for one in constraints.violated(self.labels_) if isinstance(one, demands))

    def _n_clusters(self, index: Index, constraints: ConstraintSet) -> int:
        if self.n_clusters is not None:
            return self.n_clusters
        if constraints.sizes is not None:
            return len(constraints.sizes.shares)
        opened = len(constraints.groups)
        return opened if opened > 1 else choose_n_clusters(index.embedding, self.random_state)

    def _show(self, proba: NDArray[np.float32]) -> None:
        self.proba_ = np.ascontiguousarray(proba[:, self.order_])
        self.labels_: NDArray[np.int64] = self.proba_.argmax(axis=1).astype(np.int64)

    def clustering(self, round: int = 0, answers_upto: int = 0) -> Clustering:
        """Return the grouping fitted last."""
        return Clustering(self.labels_, self.proba_, self.index_, self.name, round, answers_upto)

    def explain(self, item: int) -> list[tuple[int, float]]:
        """Return the answered items of its group whose codes are nearest to an item's, with weights that sum to 1."""
        near = self._answered[(self.labels_[self._answered] == self.labels_[item]) & (self._answered != item)]
        if not len(near):
            return []
        codes = self.estimator_.transform(self.index_.embedding[[item, *near.tolist()]])
        weights = 1 / (1 + np.square(codes[1:] - codes[0]).sum(axis=1))
        best = np.argsort(-weights, kind="stable")[:_NEIGHBORS]
        share = weights[best] / weights[best].sum()
        return list(zip(near[best].tolist(), share.tolist(), strict=True))

    def predict_proba(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (m, k) group probabilities of new items, given their (m, D) encoder features."""
        proba: NDArray[np.float32] = self.estimator_.predict_proba(self.index_.project(X))[:, self.order_]
        return proba

    def state(self, rows: NDArray[np.int64]) -> dict[str, NDArray[np.generic]]:
        """Return network, settings and order of the groups; besides, what was answered, and how the items are grouped.

        The last is not what the network says where demands moved items.
        """
        settings = json.dumps(self.estimator_.get_params()).encode()
        network = {
            f"network.{name}": value.cpu().numpy() for name, value in self.estimator_.network_.state_dict().items()
        }
        return {
            "settings": np.frombuffer(settings, np.uint8),
            "order": self.order_,
            "centers": self.estimator_.cluster_centers_,
            "answered": self._answered,
            "proba": self.proba_[rows],
            **network,
        }

    @classmethod
    def from_state(cls, state: dict[str, NDArray[np.generic]], index: Index) -> Self:
        """Return an engine that groups the items of an index as the one that gave ``state``, and can be fitted on."""
        settings = json.loads(bytes(state["settings"].astype(np.uint8)))
        weights = {
            name.removeprefix("network."): torch.tensor(np.asarray(value))
            for name, value in state.items()
            if name.startswith("network.")
        }
        engine = cls(n_clusters=settings["n_clusters"], random_state=settings["random_state"])
        engine.estimator_ = cls.kind.restored(settings, weights, state["centers"].astype(np.float32), index.embedding)
        engine.index_, engine.order_, engine.unmet_ = index, state["order"].astype(np.int64), ()
        engine._answered = state["answered"].astype(np.int64)
        proba, known = engine.estimator_.predict_proba(index.embedding), state["proba"].astype(np.float32)
        proba[: len(known), engine.order_] = known
        engine._show(proba)
        return engine


class DCCEngine(DeepEngine):
    """``DCC`` in a session."""

    name = "dcc"
    kind = DCC


class IDECEngine(DeepEngine):
    """``IDEC`` in a session."""

    name = "idec"
    kind = IDEC


class SpherePairEngine(DeepEngine):
    """``SpherePair`` in a session."""

    name = "spherepair"
    kind = SpherePair


class ADCEngine(DeepEngine):
    """``ADC`` in a session; it finds out itself what links imply."""

    name = "adc"
    kind = ADC
    most_implied = 0


class IDCEngine(DeepEngine):
    """``IDC`` in a session, from k-means in its Index."""

    name = "idc"
    kind = IDC


class PCLEngine(DeepEngine):
    """``PCL`` in a session; it finds out itself what links imply."""

    name = "pcl"
    kind = PCL
    most_implied = 0


def _numbered(proba: NDArray[np.float32], constraints: ConstraintSet) -> NDArray[np.int64]:
    """Return the order (k,) of clusters in which those that hold the groups that answers opened come first."""
    k = proba.shape[1]
    closure = constraints.closure()
    held = np.stack([np.zeros(k), *(proba[closure.members[group]].sum(axis=0) for group in constraints.groups)])[1:]
    groups, clusters = linear_sum_assignment(held, maximize=True)
    first = clusters[np.argsort(groups)]
    return np.concatenate([first, np.setdiff1d(np.arange(k), first)]).astype(np.int64)
