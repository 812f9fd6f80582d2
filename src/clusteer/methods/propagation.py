"""The instant engine: a neighborhood graph and a linear head, mixed as the answers themselves advise. Torch-free."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClusterMixin

from clusteer.constraints import ConstraintSet
from clusteer.core import Clustering, Index, InvalidInputError
from clusteer.core.checks import check_n_clusters
from clusteer.methods.answer_posterior import AnswerPosterior, answer_posterior, softmax
from clusteer.methods.diffusion import NeighborGraph, diffuse
from clusteer.methods.learned_metric import learned_cosine

ALPHA = 0.95
STEPS = 12
METRIC_ROUNDS = 2
ANSWERED_WEIGHT = 5.0
PRIOR_STRENGTH = 2.0


class Propagation(ClusterMixin, BaseEstimator):
    def __init__(self, *, n_clusters: int | None = None, random_state: int = 0) -> None:
        self.n_clusters = n_clusters
        self.random_state = random_state

    def fit_index(self, index: Index, constraints: ConstraintSet | None = None, order: NDArray[np.int64] | None = None) -> Self:
        n = len(index)
        check_n_clusters(self.n_clusters, n)
        if getattr(self, "_index", None) is not index:
            self._index = index
            self._graph = NeighborGraph(index)
            self._plain = self._graph.weighted(self._graph.cosine)
            self._items = np.zeros(0, np.int64)
            self._responses = np.zeros((n, 0), np.float32)
            self._metric_key = b""
        constraints = constraints or ConstraintSet(n)
        closure = constraints.closure()
        order = closure.items if order is None else order
        groups = closure.open_groups(order)
        place = {c: g for g, c in enumerate(groups)}
        a, t = [], []
        for item in order.tolist():
            c = closure.component_of(item)
            if c in place:
                a.append(item); t.append(place[c])
        items, t = np.array(a, np.int64), np.array(t, np.int64)
        if not len(items): 
            raise InvalidInputError("later")
        k = len(groups)
        self._confirmed = np.zeros((len(items), k))
        row_of = {int(x): r for r, x in enumerate(items)}
        seen = {}
        for (i, j), src in zip(constraints.cannot.pairs.tolist(), constraints.cannot.sources):
            for x, y in ((i, j), (j, i)):
                c = place.get(closure.component_of(y))
                if x in row_of and c is not None and c != t[row_of[x]]: seen.setdefault((row_of[x], c), set()).add(src)
        for (r, c), srcs in seen.items(): self._confirmed[r, c] = len(srcs) - 1
        self._respond(items)
        post = self._posterior(items, t, k)
        self.posterior_ = post
        proba = self._spread(items, t, k, post)
        proba[items] = post.soft
        self.proba_ = proba.astype(np.float32); self.labels_ = proba.argmax(1)
        return self

    def _respond(self, items):
        known = len(self._items)
        keep = known if np.array_equal(self._items, items[:known]) else 0
        if not keep: self._responses = self._responses[:, :0]
        for s in range(keep, len(items), 32):
            new = items[s:s+32]
            seeds = np.zeros((len(self._index), len(new)), np.float32); seeds[new, np.arange(len(new))] = 1
            self._responses = np.concatenate([self._responses, np.maximum(diffuse(self._plain, seeds, ALPHA, STEPS),0)], 1)
        self._items = items

    def _posterior(self, items, t, k):
        m = len(items); G = self._responses[:, :m]
        row = G.sum(1); share = (1 / np.maximum(row, 1e-6 * row.max())).astype(np.float32)
        share[row < 1e-6 * row.max()] = 0
        imp = (G.T @ share).astype(np.float64); imp /= imp.sum()
        return answer_posterior(G[items], G.sum(0).astype(np.float64), imp, self._index.embedding[items], t, k, np.ones(m), np.array([np.flatnonzero(t==g)[0] for g in range(k) if (t==g).any()]), self._confirmed[:m])

    def _prior(self, post):
        m, k = post.soft.shape
        pr = m * (post.importance @ post.soft) + PRIOR_STRENGTH
        return pr / pr.sum()

    def _spread(self, items, t, k, post):
        # metric from the prefix
        m = len(items); m0 = 1
        while int(np.ceil(m0 * 1.25)) <= m: m0 = int(np.ceil(m0 * 1.25))
        key = (m0, k, t[:m0].tobytes(), items[:m0].tobytes())
        if key != self._metric_key:
            p0 = self._posterior(items[:m0], t[:m0], k) if m0 < m else post
            G = self._responses[:, :m0]
            mass = G.sum(0) @ p0.soft
            g = (G @ p0.soft.astype(np.float32)) / np.maximum(mass, 1e-9) + 1e-9
            g /= g.sum(1, keepdims=True)
            P = softmax(p0.graph_power * np.log(g) + p0.head_scale * (self._index.embedding @ p0.head.coefficients.astype(np.float32)))
            for _ in range(METRIC_ROUNDS):
                top = np.partition(P, k - 2, axis=1)[:, -2:] if k > 1 else None
                w = (top[:, 1] - top[:, 0]).astype(np.float64) if k > 1 else np.ones(len(P))
                lab = P.argmax(1)
                lab[items[:m0]] = p0.soft.argmax(1); w[items[:m0]] = ANSWERED_WEIGHT
                cos = learned_cosine(self._graph, self._index.embedding, lab, w, k, p0.head_share)
                self._learned = self._graph.weighted(cos)
                P = self._label(items[:m0], p0)
            self._metric_key = key
        return self._label(items, post)

    def _label(self, items, post):
        k = post.soft.shape[1]
        seeds = np.zeros((len(self._index), k), np.float32); seeds[items] = post.soft
        f = np.maximum(diffuse(self._learned, seeds, ALPHA, STEPS), 0)
        f = f / np.maximum(f.sum(0), 1e-9) * self._prior(post) + 1e-12
        return f / f.sum(1, keepdims=True)
