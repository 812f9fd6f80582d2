"""Methods by name, imported when a session first needs one: opening a session imports none. Strategies do likewise."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, Self, cast

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints.constraint_set import ConstraintSet
from clusteer.constraints.demands import Demand
from clusteer.core.clustering import Clustering
from clusteer.core.errors import NotFoundError
from clusteer.core.index import Index


class Method(Protocol):
    """What a session needs of an engine.

    Attributes
    ----------
    unmet_ : tuple of Cardinality, Balance or ClusterSizes
        Demands that the grouping fitted last does not meet.
    """

    unmet_: tuple[Demand, ...]

    def __init__(
        self,
        *,
        n_clusters: int | None = None,
        random_state: int = 0,
        start_counts: bool = False,
    ) -> None:
        """Store the settings; None lets the answers decide on the number of groups.

        ``start_counts`` says that the groups before any answer are worth something, because words have told them.
        """

    def fit_index(self, index: Index, constraints: ConstraintSet | None = None) -> Self:
        """Group the items of an index; called again with the same index, only new answers cost."""

    def clustering(self, round: int, answers_upto: int) -> Clustering:
        """Return the grouping fitted last."""

    def explain(self, item: int) -> list[tuple[int, float]]:
        """Return the answered items that decided an item's group, weightiest first, with their weights."""

    def predict_proba(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (m, k) group probabilities of new items, given their (m, D) encoder features."""

    def state(self, rows: NDArray[np.int64]) -> dict[str, NDArray[np.generic]]:
        """Return the arrays from which ``from_state`` makes an engine that predicts from these items without a fit."""

    @classmethod
    def from_state(cls, state: dict[str, NDArray[np.generic]], index: Index) -> Self:
        """Return such an engine, given an index of these items."""


METHODS = {"propagation": "clusteer.methods.propagation:Propagation"}
"""Engines that bring a session up to date at every answer."""
DEEP_METHODS = {
    "dcc": "clusteer.methods.deep_engine:DCCEngine",
    "idec": "clusteer.methods.deep_engine:IDECEngine",
    "spherepair": "clusteer.methods.deep_engine:SpherePairEngine",
    "adc": "clusteer.methods.deep_engine:ADCEngine",
    "idc": "clusteer.methods.deep_engine:IDCEngine",
    "pcl": "clusteer.methods.deep_engine:PCLEngine",
}
"""Engines that train a network when they are told to, for minutes."""


class DeepMethod(Method, Protocol):
    """What a session needs of a deep engine besides."""

    n_clusters: int | None

    def __init__(self, *, n_clusters: int | None = None, random_state: int = 0) -> None:
        """Store the settings; as many groups as answers have opened where none are given."""

    def fit_iter(self, index: Index, constraints: ConstraintSet) -> Iterator[Report]:
        """Fit as ``fit_index`` does, and report about once a second."""


class Report(Protocol):
    """How far training is; ``training.EpochReport``, which is not imported here because torch comes with it."""

    @property
    def phase(self) -> str:
        """What is being trained."""

    @property
    def epoch(self) -> int:
        """Number of the epoch, from 1."""

    @property
    def of(self) -> int:
        """Most epochs there will be."""

    @property
    def seconds(self) -> float:
        """Time since this epoch began."""


def get_method(name: str) -> type[Method]:
    """Return the class of an instant or deep method.

    Raises
    ------
    NotFoundError
        If no method has that name.
    """
    known = METHODS | DEEP_METHODS
    if name not in known:
        raise NotFoundError(f"there is no method named {name!r}; known are {', '.join(known)}")
    module, cls = known[name].split(":")
    return cast("type[Method]", getattr(import_module(module), cls))
