"""What the instant engine keeps between fits over one index, and how a fit goes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from clusteer.core import Index
from clusteer.methods.answer_posterior import (
    AnswerPosterior,
    answer_posterior,
    reconsidered,
    softmax,
    taken_at_their_word,
)
from clusteer.methods.coarse_groups import coarse_groups, told_of_groups
from clusteer.methods.committee import (
    MEMBER_POWER,
    Committee,
    matching_power,
    members,
    raised,
    share_unmet,
)
from clusteer.methods.diffusion import THREADS, NeighborGraph, diffuse
from clusteer.methods.learned_metric import LearnedMetric, fit_metric, plain_metric
from clusteer.methods.responses import Responses
from clusteer.methods.seeds import Seeds, Unplaced
from clusteer.methods.start_prior import start_prior

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
SAMPLED = 20_000
"""Items that stand for a larger collection where the metric is learned."""
WEIGHED = 10_000
"""Of these, items that stand for it where answers are held against each other."""


@dataclass(frozen=True, eq=False)
class Fit:
    """What one fit finds: probabilities (n, k), gaps (n,) before calibration, metric, and belief in the answers."""

    proba: NDArray[np.float32]
    gaps: NDArray[np.float32] | None
    metric: LearnedMetric
    posterior: AnswerPosterior | None


@dataclass(frozen=True, eq=False)
class _Told:
    """Answers and what is believed of them: of those heard (``posterior``), and of all (m, k)."""

    seeds: Seeds
    posterior: AnswerPosterior
    believed: NDArray[np.float64]

    @classmethod
    def of(cls, seeds: Seeds, posterior: AnswerPosterior) -> _Told:
        """Return what is believed of those heard, and of the others by their word."""
        believed = taken_at_their_word(seeds, posterior.error_rate)
        believed[seeds.heard] = posterior.soft
        return cls(seeds, posterior, believed)

    def planted(self, items: NDArray[np.int64], n: int) -> NDArray[np.float32]:
        """Return seeds (n, k) to be diffused at these items (m,), each as far as it is believed."""
        planted = np.zeros((n, self.seeds.n_groups), np.float32)
        planted[items] = self.believed
        return planted

    def reconsidered(self, committee: Committee) -> _Told:
        """Return the same with answers believed as those members also have it who have not heard them."""
        _, places, dealt = np.intersect1d(self.seeds.heard, committee.dealt, return_indices=True)
        heard = self.seeds.take(self.seeds.heard)
        return _Told.of(self.seeds, reconsidered(self.posterior, heard, places, committee.predicted[dealt]))


@dataclass(frozen=True, eq=False)
class _Learned:
    """A metric, the graph in it, the answers it was learned from, and what a committee makes of these answers."""

    source: tuple[int, int, bytes]
    metric: LearnedMetric
    affinity: csr_array
    committee: Committee | None


@dataclass(frozen=True, eq=False)
class _Sample:
    """The items (s,) that stand for all where the metric is learned, and their graph."""

    rows: NDArray[np.int64]
    graph: NeighborGraph
    embedding: NDArray[np.float32]

    def places(self, items: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return where these items are in it."""
        return np.searchsorted(self.rows, items)


class Workspace:
    """What is kept between fits over one index: the graph, the responses to answered items, the last metric.

    Parameters
    ----------
    index : Index
        The items.
    start : (n, g) float32, optional
        Group probabilities before any answer, where these count beside the answers.
    """

    def __init__(self, index: Index, start: NDArray[np.float32] | None = None) -> None:
        self.source = index
        self._order, self._place, self._index = _renumbered(index)
        self.start = start
        self._coarse = coarse_groups(self._index)
        self._graph = NeighborGraph.of(self._index)
        plain = self._graph.weighted(self._graph.cosine)
        # Neighbors have near numbers, so every fifth item is near every other.
        self._sampled = np.arange(0, len(index), -(-len(index) // SAMPLED))
        self._weighed = self._sampled[:: -(-len(self._sampled) // WEIGHED)]
        self._responses = Responses(plain, ALPHA, STEPS, self._weighed)
        self._learned = _Learned((0, 0, b""), plain_metric(index.embedding.shape[1]), plain, None)
        self._planted: NDArray[np.int64] = np.zeros(0, np.int64)

    def fit(self, seeds: Seeds) -> Fit:
        """Group the items as the answers say; after one more answer, only what is new costs."""
        told = self._believe(seeds.renumbered(self._place))
        self._learned = self._learn(told)
        if (committee := self._learned.committee) is not None:
            told = told.reconsidered(committee)
        seeds, posterior = told.seeds, told.posterior
        planted = told.planted(seeds.items, len(self._index))
        spread = np.maximum(diffuse(self._learned.affinity, planted, ALPHA, STEPS), 0)
        proba = self._shared(spread, told, slice(None))
        # Questions are chosen by the gaps before calibration: a power that only a few answers back would narrow the
        # search too soon (MNIST, 15 % wrong, 100 answers: .81 instead of .87).
        gaps = _gaps(proba)
        if committee is not None and committee.sureness is not None:
            free = np.setdiff1d(self._weighed, seeds.items)
            proba = raised(proba, matching_power(proba[free], committee.sureness))
        proba[seeds.items] = told.believed
        unplaced = seeds.unplaced
        proba[unplaced.items] = _joined(proba[unplaced.items], unplaced, posterior.error_rate)[unplaced.component]
        self._planted = seeds.items
        return Fit(proba[self._place], gaps[self._place], self._learned.metric, posterior)

    def _believe(self, seeds: Seeds) -> _Told:
        """Hold the answers that are heard against each other; the others count by their word."""
        heard = seeds.take(seeds.heard)
        responses, among = self._responses.across(heard.items), self._responses.among(heard.items)
        received = responses.sum(axis=0)
        # Each item is shared out among the answered items by their responses; out of reach of all, it is nobody's.
        share = np.where(received > 1e-6 * received.max(), 1 / np.maximum(received, 1e-30), 0).astype(np.float32)
        importance = (responses @ share).astype(np.float64)
        reach = responses.sum(axis=1).astype(np.float64)
        embedding = self._index.embedding[heard.items]
        coarse = self._coarse[self._index.cells[heard.items]]
        posterior = answer_posterior(heard, embedding, among, reach, importance / importance.sum(), coarse)
        return _Told.of(seeds, posterior)

    def _learn(self, told: _Told) -> _Learned:
        """Learn the metric from the first 1, 2, 3, 4, 5, 7, 9, 12, ... answers, the most there are."""
        seeds, m = told.seeds, 1
        while int(np.ceil(m * GROWTH)) <= len(seeds.items):
            m = int(np.ceil(m * GROWTH))
        early = seeds.take(slice(m))
        read = (early.items, early.groups, early.weights, early.repeated)
        source = (seeds.n_groups, seeds.overruled, b"".join(array.tobytes() for array in read))
        if source == self._learned.source:
            return self._learned
        if m < len(seeds.items):
            told = self._believe(early)
        sample = self._sample(self._sampled, early.items)
        metric = self._fit_metric(sample, told, self._first_labels(told))
        affinity = self._graph.weighted(self._graph.cosine_in(metric, self._index.embedding))
        return _Learned(source, metric, affinity, self._committee(sample, told, metric))

    def _sample(self, items: NDArray[np.int64], answered: NDArray[np.int64]) -> _Sample:
        """Return these items, and those that were asked about, to stand for all."""
        rows = np.union1d(items, answered)
        graph = self._graph if len(rows) == len(self._index) else self._graph.among(rows)
        return _Sample(rows, graph, self._index.embedding[rows])

    def _fit_metric(self, sample: _Sample, told: _Told, first: NDArray[np.float64]) -> LearnedMetric:
        """Learn a metric from the first labels, and again from the labels that it gives."""
        answered, k = sample.places(told.seeds.items), told.seeds.n_groups
        proba = np.full((len(sample.rows), k), 1 / k, np.float32)
        proba[sample.places(self._weighed)] = first
        for last in range(1, METRIC_ROUNDS + 1):
            weights = _gaps(proba)
            labels = proba.argmax(axis=1).astype(np.int64)
            labels[answered], weights[answered] = told.believed.argmax(axis=1), ANSWERED_WEIGHT
            metric = fit_metric(sample.embedding, labels, weights.astype(np.float64), k, told.posterior.head_share)
            if last < METRIC_ROUNDS:
                proba = self._proba(sample, told, metric)
        return metric

    def _proba(self, sample: _Sample, told: _Told, metric: LearnedMetric) -> NDArray[np.float32]:
        """Return the group probabilities (s, k) of a sample in a metric."""
        affinity = sample.graph.weighted(sample.graph.cosine_in(metric, sample.embedding))
        planted = told.planted(sample.places(told.seeds.items), len(sample.rows))
        return self._shared(np.maximum(diffuse(affinity, planted, ALPHA, STEPS), 0), told, sample.rows)

    def _committee(self, sample: _Sample, told: _Told, metric: LearnedMetric) -> Committee | None:
        """Ask a committee for answers that each member has not heard, and for the likeliest groups of other items.

        None where there are no answers to go without.
        """
        items, n_groups = told.seeds.items, told.seeds.n_groups
        parts = members(told.seeds.groups)
        if not parts:
            return None
        free = np.setdiff1d(self._weighed, items)
        fewer = sample if len(self._weighed) == len(self._sampled) else self._sample(self._weighed, items)
        heard = [self._believe(told.seeds.take(np.setdiff1d(np.arange(len(items)), unheard))) for unheard in parts]

        def probabilities(member: _Told, first: NDArray[np.float64]) -> NDArray[np.float32]:
            return raised(self._proba(fewer, member, self._fit_metric(fewer, member, first)), MEMBER_POWER)

        # To a diffusion a sample is one block of rows, no work for two threads; two members are.
        with ThreadPoolExecutor(THREADS) as pool:
            shown = pool.submit(self._proba, sample, told, metric)
            found = list(pool.map(probabilities, heard, [self._first_labels(member) for member in heard]))
        labels = shown.result()[sample.places(free)].argmax(axis=1)[:, None]
        answered, free = fewer.places(items), fewer.places(free)
        predicted, sureness = np.ones((len(items), n_groups)), []
        for unheard, proba in zip(parts, found, strict=True):
            predicted[unheard] = proba[answered[unheard]]
            sureness.append(np.take_along_axis(proba[free], labels, axis=1))
        met = 1 - share_unmet(told.seeds.groups, told.believed)
        dealt = np.sort(np.concatenate(parts))
        return Committee(dealt, predicted[dealt], met * float(np.mean(sureness)) if len(free) else None)

    def _first_labels(self, told: _Told) -> NDArray[np.float64]:
        """Return what graph and head, mixed as the answers advise, make of the weighed items (s, k)."""
        seeds, posterior = told.seeds, told.posterior
        graph = posterior.soft.T.astype(np.float32) @ self._responses.across(seeds.items[seeds.heard])
        graph = (graph / np.maximum(graph.sum(axis=1, keepdims=True), 1e-9) + 1e-9).T
        head = self._index.embedding[self._weighed] @ posterior.head.coefficients.astype(np.float32)
        log_graph = np.log(graph / graph.sum(axis=1, keepdims=True))
        return softmax(posterior.graph_power * log_graph + posterior.head_scale * head + np.log(posterior.shares))

    def _shared(self, spread: NDArray[np.float32], told: _Told, rows: NDArray[np.int64] | slice) -> NDArray[np.float32]:
        """Set each group's mass to its estimated share of the items, and share out these rows beside other experts."""
        seeds, posterior = told.seeds, told.posterior
        factors = (posterior.shares / np.maximum(spread.sum(axis=0), 1e-9)).astype(np.float32)
        proba: NDArray[np.float32] = spread * factors
        proba += np.float32(1e-12)
        if posterior.coarse_power:
            heard = self._coarse[self._index.cells[seeds.items[seeds.heard]]]
            of_cells = told_of_groups(self._coarse, heard, posterior.soft, posterior.shares)
            proba *= np.exp(posterior.coarse_power * of_cells).astype(np.float32)[self._index.cells[rows]]
        if self.start is not None:
            answered = self.start[self._order[seeds.items[seeds.heard]]]
            proba *= start_prior(self.start[self._order[rows]], answered, posterior.soft, posterior.shares)
        proba /= proba.sum(axis=1, keepdims=True)
        return proba

    def explain(self, item: int) -> list[tuple[int, float]]:
        """Return the answered items that decide an item's group, and their shares."""
        planted = np.zeros((len(self._index), 1), np.float32)
        planted[self._place[item]] = 1
        spread = diffuse(self._learned.affinity, planted, ALPHA, STEPS)[self._planted, 0]
        received = np.maximum(spread, 0).astype(np.float64)
        order = np.argsort(-received, kind="stable")
        items, total = self._order[self._planted], float(received.sum())
        return [(int(items[row]), float(received[row]) / total) for row in order if received[row] > 0]


def _gaps(proba: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return by how much the best group of each item leads the second (n,); by all it has where there is no second."""
    if proba.shape[1] == 1:
        return proba[:, 0].copy()
    top = np.partition(proba, proba.shape[1] - 2, axis=1)[:, -2:]
    gaps: NDArray[np.float32] = top[:, 1] - top[:, 0]
    return gaps


def _joined(proba: NDArray[np.float32], unplaced: Unplaced, error_rate: float) -> NDArray[np.float64]:
    """Return the probabilities (c, k) of components in no group, given those of their items (u, k).

    Their must-links make them one. Each answer that holds one apart from a group is believed as any other; of two
    that are held apart, each is judged by what the other would be without it.
    """
    sizes = np.bincount(unplaced.component, minlength=len(unplaced.against))
    order = np.argsort(unplaced.component, kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes[:-1])]).astype(np.int64)
    logs = np.log(proba.astype(np.float64) + 1e-12)[order]
    together = (np.add.reduceat(logs, starts) if len(logs) else np.zeros_like(unplaced.against)) / sizes[:, None]
    alone = softmax(together + unplaced.against * np.log(error_rate))
    logits = np.log(alone + 1e-12)
    for one, other in (unplaced.apart.T, unplaced.apart.T[::-1]):
        np.add.at(logits, one, np.log1p(-(1 - 2 * error_rate) / (1 - error_rate) * alone[other]))
    return softmax(logits)


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
