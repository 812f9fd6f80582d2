"""The instant engine: a neighborhood graph and a linear head, joined as the answers themselves advise. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import reverse_cuthill_mckee
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from clusteer.constraints import ConstraintSet
from clusteer.core import Clustering, Index, InvalidInputError
from clusteer.core.checks import check_n_clusters
from clusteer.core.index import unit_rows
from clusteer.methods.answer_posterior import AnswerPosterior, answer_posterior, softmax
from clusteer.methods.calibration import fit_power, own_responses
from clusteer.methods.diffusion import SHARPNESS, NeighborGraph, diffuse
from clusteer.methods.learned_metric import LearnedMetric, fit_metric, plain_metric
from clusteer.methods.seeds import Seeds, read_seeds
from clusteer.neighbors import build_index, choose_n_clusters, kmeans, query_neighbors

ALPHA = 0.95
"""How far labels spread over the graph."""
STEPS = 12
"""Iterations of a diffusion; what is left is 3 % of the way."""
METRIC_ROUNDS = 2
"""How often the metric is learned from the labels it gave."""
ANSWERED_WEIGHT = 5.0
"""An answered item counts as much as five that the model is sure of."""
GROWTH = 1.25
"""The metric is learned anew whenever the answers have grown by a quarter."""
START_SCALE = 8.0
"""How sharply k-means memberships fall off with the distance to the centres, before any answer."""
BATCH = 32


class Propagation(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn carries no types
    """Group items as a few answers say.

    The answers' must-link components that other answers keep apart are the groups. Each answer is held against what
    the others predict (``answer_posterior``), which tells how far to believe it, how often answers are wrong, and
    whether the neighborhood graph or a linear head serves this criterion. From the labels so far a metric is learned
    that dims what varies inside groups and raises what tells them apart (``learned_metric``); the graph's edges are
    weighted anew in it and labels diffuse over them (``diffusion``). Probabilities are then calibrated on the answers,
    each left out (``calibration``). Without answers: k-means.

    The result depends on the index and the constraints alone, not on how often or in which steps it was fitted. After
    one more answer, a fit costs one diffusion of one column and one of k columns, O(edges x k); when the answers have
    grown by a quarter, the metric is learned anew, O(n d^2 + edges x (24 + k)). Memory O(n x answers).

    Parameters
    ----------
    n_clusters : int, optional
        Number of groups. Before any answer, the number to start with, else chosen by silhouette in 2..20; after, the
        most there can be: of more open groups those with most answers count.
    random_state : int
        Seed of the k-means start.

    Attributes
    ----------
    labels_ : (n,) int64
        Group of each item.
    proba_ : (n, k) float32
        Group probabilities.
    posterior_ : AnswerPosterior or None
        What is believed of the answers; None without any.
    index_ : Index
        The embedding and its neighbors.
    n_features_in_ : int
        Number D of features.
    """

    def __init__(self, *, n_clusters: int | None = None, random_state: int = 0) -> None:
        self.n_clusters = n_clusters
        self.random_state = random_state

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
        seeds = read_seeds(constraints, self.n_clusters)
        if seeds.n_groups:
            workspace: _Workspace | None = getattr(self, "_workspace", None)
            if workspace is None or workspace.source is not index:
                workspace = _Workspace(index)
            # Many small products: a second thread would mostly wait, and where another process computes, for long.
            with threadpool_limits(1):
                fitted = workspace.fit(seeds)
            self._workspace = workspace
        else:
            fitted = self._start(index)
        self.index_, self.proba_, self.metric_, self.posterior_ = index, fitted.proba, fitted.metric, fitted.posterior
        self._gaps = fitted.gaps
        self.labels_: NDArray[np.int64] = fitted.proba.argmax(axis=1).astype(np.int64)
        self.n_features_in_ = len(index.mean)
        return self

    def _start(self, index: Index) -> _Fit:
        k = self.n_clusters
        if k is None:
            k = choose_n_clusters(index.embedding, self.random_state)
        labels = kmeans(index.embedding, k, self.random_state)
        centres = np.zeros((k, index.embedding.shape[1]), np.float32)
        np.add.at(centres, labels, index.embedding)
        proba = softmax(START_SCALE * index.embedding @ unit_rows(centres).T).astype(np.float32)
        # k-means has the say; its groups are not always those of the nearest direction.
        proba[np.arange(len(labels)), labels] = proba.max(axis=1) + np.float32(1e-3)
        proba /= proba.sum(axis=1, keepdims=True)
        return _Fit(proba, None, plain_metric(index.embedding.shape[1]), None)

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

    def state(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays that ``predict_proba`` needs beside the index."""
        check_is_fitted(self)
        return {"proba": self.proba_, "dimmed": self.metric_.dimmed, "raised": self.metric_.raised}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[np.generic]], index: Index) -> Self:
        """Return an engine that predicts as the one that gave ``state``; it explains nothing."""
        engine = cls()
        engine.index_, engine.posterior_, engine._gaps = index, None, None
        engine.metric_ = LearnedMetric(state["dimmed"].astype(np.float32), state["raised"].astype(np.float32))
        engine.proba_ = state["proba"].astype(np.float32)
        engine.labels_ = engine.proba_.argmax(axis=1).astype(np.int64)
        engine.n_features_in_ = len(index.mean)
        return engine


@dataclass(frozen=True, eq=False)
class _Fit:
    proba: NDArray[np.float32]
    gaps: NDArray[np.float32] | None
    metric: LearnedMetric
    posterior: AnswerPosterior | None


def _gaps(proba: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how much the best group of each item leads the second (n,); by all it has where there is no second."""
    top = np.partition(np.pad(proba, ((0, 0), (1, 0))), proba.shape[1] - 1, axis=1)[:, -2:]
    gaps: NDArray[np.float64] = top[:, 1] - top[:, 0]
    return gaps


def _renumbered(index: Index) -> tuple[NDArray[np.int64], NDArray[np.int64], Index]:
    """Return which item each place holds, the place of each item, and the index so ordered.

    Neighbors come to lie near each other in memory, which makes a diffusion over 100,000 items nearly twice as fast.
    """
    n, q = index.neighbors.shape
    links = csr_array((np.ones(n * q, np.int8), index.neighbors.ravel(), np.arange(0, n * q + 1, q)), shape=(n, n))
    order = reverse_cuthill_mckee(links + links.T, symmetric_mode=True).astype(np.int64)
    place = np.argsort(order)
    ordered = replace(
        index,
        embedding=index.embedding[order],
        neighbors=place[index.neighbors[order]].astype(np.int32),
        distances=index.distances[order],
        density=index.density[order],
        cells=index.cells[order],
    )
    return order, place, ordered


class _Workspace:
    """What is kept between fits over one index: the graph, the responses to answered items, the last metric."""

    def __init__(self, index: Index) -> None:
        self.source = index
        self.order, self.place, self.index = _renumbered(index)
        self.graph = NeighborGraph(self.index)
        self.plain = self.graph.weighted(self.graph.cosine)
        self.column: dict[int, int] = {}
        self.responses = np.zeros((BATCH, len(index)), np.float32)
        self.learned_from: tuple[int, bytes] | None = None
        self.metric = plain_metric(index.embedding.shape[1])
        self.affinity: csr_array = self.plain
        self.power = 1.0
        self.seeds: Seeds | None = None

    def fit(self, seeds: Seeds) -> _Fit:
        seeds = replace(
            seeds,
            items=self.place[seeds.items],
            unplaced=tuple((self.place[items], against) for items, against in seeds.unplaced),
        )
        self._respond(seeds.items)
        posterior = self._posterior(seeds)
        self._learn(seeds)
        proba = self._shared(self._diffuse(seeds, posterior), posterior)
        # Questions are chosen by the gaps before calibration: a power that only a few answers back would narrow the
        # search too soon (MNIST, 15 % wrong, 100 answers: .81 instead of .87).
        gaps = _gaps(proba)
        proba **= self.power
        proba /= proba.sum(axis=1, keepdims=True)
        proba[seeds.items] = posterior.soft
        for items, against in seeds.unplaced:
            # Their must-links make them one; each answer that holds them apart from a group is believed as any other.
            together = np.log(proba[items] + 1e-12).mean(axis=0)
            proba[items] = softmax((together + against * np.log(posterior.error_rate))[None])
        self.seeds = seeds
        return _Fit(proba.astype(np.float32)[self.place], gaps.astype(np.float32)[self.place], self.metric, posterior)

    def _respond(self, items: NDArray[np.int64]) -> None:
        """Diffuse a seed at each item not seen before; a response depends on the graph alone, so it is kept."""
        new = [item for item in items.tolist() if item not in self.column]
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            known = len(self.column)
            if known + len(batch) > len(self.responses):
                self.responses = np.concatenate([self.responses, np.zeros_like(self.responses)])
            seeds = np.zeros((len(self.index), len(batch)), np.float32)
            seeds[batch, np.arange(len(batch))] = 1
            self.responses[known : known + len(batch)] = np.maximum(diffuse(self.plain, seeds, ALPHA, STEPS), 0).T
            self.column.update(zip(batch, range(known, known + len(batch)), strict=True))

    def _posterior(self, seeds: Seeds) -> AnswerPosterior:
        columns = [self.column[item] for item in seeds.items.tolist()]
        # A slice where it will do: picking columns would copy items x answers numbers.
        in_order = columns == list(range(len(columns)))
        responses = self.responses[: len(columns)] if in_order else self.responses[columns]
        received = responses.sum(axis=0)
        # Each item is shared out among the answered items by their responses; out of reach of all, it is nobody's.
        share = np.where(received > 1e-6 * received.max(), 1 / np.maximum(received, 1e-30), 0).astype(np.float32)
        importance = (responses @ share).astype(np.float64)
        reach = responses.sum(axis=1).astype(np.float64)
        among = responses[:, seeds.items].T
        return answer_posterior(seeds, self.index.embedding[seeds.items], among, reach, importance / importance.sum())

    def _learn(self, seeds: Seeds) -> None:
        """Learn the metric from the first 1, 2, 3, 4, 5, 7, 9, 12, ... answers, the most there are."""
        m = 1
        while int(np.ceil(m * GROWTH)) <= len(seeds.items):
            m = int(np.ceil(m * GROWTH))
        early = seeds.first(m)
        read = (early.items, early.groups, early.weights, early.repeated)
        key = (seeds.n_groups, b"".join(array.tobytes() for array in read))
        if key == self.learned_from:
            return
        self.learned_from = None  # Until all is learned: whoever interrupts must not leave half of it behind.
        embedding, k = self.index.embedding, seeds.n_groups
        posterior = self._posterior(early)
        columns = [self.column[item] for item in early.items.tolist()]
        graph = posterior.soft.T.astype(np.float32) @ self.responses[columns]
        graph = (graph / np.maximum(graph.sum(axis=1, keepdims=True), 1e-9) + 1e-9).T
        head = embedding @ posterior.head.coefficients.astype(np.float32)
        log_graph = np.log(graph / graph.sum(axis=1, keepdims=True))
        proba = softmax(posterior.graph_power * log_graph + posterior.head_scale * head + np.log(posterior.shares))
        for _ in range(METRIC_ROUNDS):
            weights = _gaps(proba)
            labels = proba.argmax(axis=1).astype(np.int64)
            labels[early.items], weights[early.items] = posterior.soft.argmax(axis=1), ANSWERED_WEIGHT
            self.metric = fit_metric(embedding, labels, weights, k, posterior.head_share)
            self.affinity = self.graph.weighted(self.graph.cosine_in(self.metric, embedding))
            spread = self._diffuse(early, posterior)
            proba = self._shared(spread, posterior)
        self.power = self._calibrate(early, posterior, spread)
        self.learned_from = key

    def _calibrate(self, seeds: Seeds, posterior: AnswerPosterior, spread: NDArray[np.float32]) -> float:
        mass = np.maximum(spread.sum(axis=0), 1e-9)
        own = own_responses(self.affinity, seeds.items, ALPHA, STEPS)[:, None] * posterior.soft
        return fit_power(seeds, posterior, spread[seeds.items] / mass, own / mass)

    def _diffuse(self, seeds: Seeds, posterior: AnswerPosterior) -> NDArray[np.float32]:
        """Diffuse the seeds, each as far as it is believed, over the learned graph; (n, k)."""
        planted = np.zeros((len(self.index), seeds.n_groups), np.float32)
        planted[seeds.items] = posterior.soft
        return np.maximum(diffuse(self.affinity, planted, ALPHA, STEPS), 0)

    def _shared(self, spread: NDArray[np.float32], posterior: AnswerPosterior) -> NDArray[np.float64]:
        """Set each group's mass to its estimated share of the items, and share out each item."""
        weighed = spread / np.maximum(spread.sum(axis=0), 1e-9) * posterior.shares + 1e-12
        proba: NDArray[np.float64] = weighed / weighed.sum(axis=1, keepdims=True)
        return proba

    def explain(self, item: int) -> list[tuple[int, float]]:
        seeds = self.seeds
        if seeds is None:
            return []
        planted = np.zeros((len(self.index), 1), np.float32)
        planted[self.place[item]] = 1
        received = np.maximum(diffuse(self.affinity, planted, ALPHA, STEPS)[seeds.items, 0], 0).astype(np.float64)
        order = np.argsort(-received, kind="stable")
        total = float(received.sum())
        return [(int(self.order[seeds.items[row]]), float(received[row]) / total) for row in order if received[row] > 0]
