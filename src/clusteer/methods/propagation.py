"""The instant engine: a neighborhood graph and a linear head, joined as the answers themselves advise. Torch-free."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from clusteer.constraints import ClusterSizes, ConstraintSet
from clusteer.core import Clustering, Index, InvalidInputError
from clusteer.core.checks import check_n_clusters
from clusteer.core.index import unit_rows
from clusteer.core.threads import one_thread
from clusteer.methods._base import warn_ignored
from clusteer.methods.answer_posterior import softmax
from clusteer.methods.demands import meet_demands
from clusteer.methods.diffusion import SHARPNESS
from clusteer.methods.learned_metric import LearnedMetric, plain_metric
from clusteer.methods.seeds import read_seeds
from clusteer.methods.start_prior import with_unspoken
from clusteer.methods.workspace import Fit, Workspace
from clusteer.neighbors import build_index, choose_n_clusters, kmeans, query_neighbors

START_SCALE = 8.0
"""How sharply k-means memberships fall off with the distance to the centres, before any answer."""


class Propagation(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn carries no types
    """Group items as a few answers say.

    The answers' must-link components that other answers keep apart are the groups. Each answer is held against what
    the others predict (``answer_posterior``), which tells how far to believe it, how often answers are wrong, and
    whether the neighborhood graph, a linear head, or groups the items fall into by themselves (``coarse_groups``) serve
    this criterion. From the labels so far a metric is learned
    that dims what varies inside groups and raises what tells them apart (``learned_metric``); the graph's edges are
    weighted anew in it and labels diffuse over them (``diffusion``). A committee whose members go without some of the
    answers tells once more how far to believe these, and how sure probabilities may be (``committee``). Without
    answers: k-means.

    The result depends on the index and the constraints alone, not on how often or in which steps it was fitted. After
    one more answer, a fit costs one diffusion of one column and one of k columns, O(n x k) each; when the answers
    have grown by a quarter, the metric is learned anew, O(n x (d + 30) x (24 + k)), and with it that of each of three
    members of the committee, on 20,000 items and 10,000 at most. Memory O(n x answers), of which at
    most 1,000 count. Labels then meet sizes, bounds and balance as far as answers allow (``demands``).

    Parameters
    ----------
    n_clusters : int, optional
        Number of groups. Before any answer, the number to start with, else chosen by silhouette in 2..20; after, the
        most there can be: of more open groups those with most answers count.
    random_state : int
        Seed of the k-means start.
    start_counts : bool
        Whether the groups before any answer count beside the answers, as where words have told them; the less, the
        more answers contradict them.

    Attributes
    ----------
    labels_ : (n,) int64
        Group of each item.
    proba_ : (n, k) float32
        Group probabilities.
    posterior_ : AnswerPosterior or None
        What is believed of the answers; None without any.
    unmet_ : tuple of ClusterSizes, Cardinality or Balance
        The demands that labels do not meet, because answers or each other are in the way.
    index_ : Index
        The embedding and its neighbors.
    n_features_in_ : int
        Number D of features.
    """

    def __init__(
        self,
        *,
        n_clusters: int | None = None,
        random_state: int = 0,
        start_counts: bool = False,
    ) -> None:
        self.n_clusters = n_clusters
        self.random_state = random_state
        self.start_counts = start_counts

    def fit(self, X: ArrayLike, y: object = None, *, constraints: ConstraintSet | None = None) -> Self:
        """Group the rows of X.

        Parameters
        ----------
        X : (n, D) array
            Encoder features.
        y : ignored
            For scikit-learn.
        constraints : ConstraintSet, optional
            What is known, over exactly these n rows.
        """
        features = check_array(X, dtype=np.float32, estimator=self, input_name="X")
        self.fit_index(build_index(features, "given", seed=self.random_state), constraints)
        validate_data(self, X, skip_check_array=True)  # Notes the columns, and only now that nothing can fail.
        return self

    def fit_index(self, index: Index, constraints: ConstraintSet | None = None) -> Self:
        """Group the items of an index; called again with the same index, only what is new costs.

        Raises
        ------
        InvalidInputError
            If the constraints are over another number of items, or ``n_clusters`` is out of range.
        """
        n = len(index)
        check_n_clusters(self.n_clusters, n)
        if constraints is None:
            constraints = ConstraintSet(n)
        if constraints.n_items != n:
            raise InvalidInputError(
                f"constraints index {constraints.n_items} items but X has {n} rows; build the constraints for exactly "
                "this X"
            )
        warn_ignored(constraints, "propagation")
        constraints = constraints.deduced()
        seeds, start = read_seeds(constraints, self.n_clusters), None
        if seeds.n_groups:
            workspace: Workspace | None = getattr(self, "_workspace", None)
            if workspace is None or workspace.source is not index:
                start_proba = self._start(index, None).proba if self.start_counts else None
                workspace = Workspace(index, start_proba)
            with one_thread():
                fitted = workspace.fit(seeds)
            self._workspace, start = workspace, workspace.start
        else:
            fitted = self._start(index, constraints.sizes)
        with one_thread():
            proba, unmet = meet_demands(constraints, fitted.proba, seeds)
        demanded = constraints.sizes is not None or constraints.cardinalities or constraints.balances
        if start is not None and not demanded:
            most = None if self.n_clusters is None else self.n_clusters - seeds.n_groups
            proba = with_unspoken(proba, start, seeds, most)
        self.index_, self.proba_, self.metric_, self.posterior_ = index, proba, fitted.metric, fitted.posterior
        self._gaps, self.unmet_ = fitted.gaps, unmet
        self.labels_: NDArray[np.int64] = proba.argmax(axis=1).astype(np.int64)
        self.n_features_in_ = len(index.mean)
        return self

    def _start(self, index: Index, sizes: ClusterSizes | None) -> Fit:
        k = self.n_clusters
        if k is None and sizes is not None:
            k = min(len(sizes.shares), len(index))
        if k is None:
            k = choose_n_clusters(index.embedding, self.random_state)
        labels = kmeans(index.embedding, k, self.random_state)
        centres = np.zeros((k, index.embedding.shape[1]), np.float32)
        np.add.at(centres, labels, index.embedding)
        proba = softmax(START_SCALE * index.embedding @ unit_rows(centres).T)
        # k-means has the say; its groups are not always those of the nearest direction.
        proba[np.arange(len(labels)), labels] = proba.max(axis=1) + 1e-3
        proba /= proba.sum(axis=1, keepdims=True)
        return Fit(proba.astype(np.float32), None, plain_metric(index.embedding.shape[1]), None)

    def clustering(self, round: int = 0, answers_upto: int = 0) -> Clustering:
        """Return the grouping fitted last."""
        check_is_fitted(self)
        return Clustering(self.labels_, self.proba_, self.index_, "propagation", round, answers_upto, self._gaps)

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float32]:
        """Return (m, k) group probabilities of new items from their nearest neighbors in the learned metric.

        An item whose embedding is that of a known one gets what the known one has.
        """
        check_is_fitted(self)
        features = validate_data(self, X, dtype=np.float32, reset=False)
        index, embedding = self.index_, self.index_.project(features)
        rows, distances = query_neighbors(index.embedding, embedding, max(1, min(len(index), index.neighbors.shape[1])))
        new = self.metric_.coordinates(embedding)[:, None]
        near = self.metric_.coordinates(index.embedding)[rows]
        cosine = self.metric_.cosine((1 - distances**2 / 2).astype(np.float32), new, near)
        weights = np.maximum(cosine, np.float32(1e-3)) ** SHARPNESS
        same = distances <= 1e-3
        weights = np.where(same.any(axis=1, keepdims=True), same, weights)
        proba = np.einsum("mq,mqk->mk", weights / weights.sum(axis=1, keepdims=True), self.proba_[rows])
        result: NDArray[np.float32] = (proba / proba.sum(axis=1, keepdims=True)).astype(np.float32)
        return result

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """Return the group (m,) of new items."""
        groups: NDArray[np.int64] = self.predict_proba(X).argmax(axis=1).astype(np.int64)
        return groups

    def explain(self, item: int) -> list[tuple[int, float]]:
        """Return the answered items that decide an item's group, weightiest first; the weights sum to 1.

        The weight of an answered item is its share of what diffuses to the item over the graph in the learned metric.
        Nothing is returned where no answer reaches the item.
        """
        check_is_fitted(self)
        return [] if self.posterior_ is None or not hasattr(self, "_workspace") else self._workspace.explain(item)

    def state(self, rows: NDArray[np.int64]) -> dict[str, NDArray[np.generic]]:
        """Return the arrays that ``predict_proba`` needs beside an index of some items (m,)."""
        check_is_fitted(self)
        return {"proba": self.proba_[rows], "dimmed": self.metric_.dimmed, "raised": self.metric_.raised}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[np.generic]], index: Index) -> Self:
        """Return an engine that predicts as the one that gave ``state``; it explains nothing."""
        engine = cls()
        engine.index_, engine.posterior_, engine._gaps, engine.unmet_ = index, None, None, ()
        engine.metric_ = LearnedMetric(state["dimmed"].astype(np.float32), state["raised"].astype(np.float32))
        engine.proba_ = state["proba"].astype(np.float32)
        engine.labels_ = engine.proba_.argmax(axis=1).astype(np.int64)
        engine.n_features_in_ = len(index.mean)
        return engine
