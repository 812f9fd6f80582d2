"""A small world for the tests of sessions: blobs, a nearest-answer engine, a strategy that draws uniformly."""

from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints.constraint_set import ConstraintSet
from clusteer.core.clustering import Clustering
from clusteer.core.index import Index, unit_rows
from clusteer.core.questions import History, Question
from clusteer.data.images import ImageSet
from clusteer.queries import STRATEGIES
from clusteer.sessions.registry import METHODS
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store


def blobs(n: int = 40, k: int = 4, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Features (n, 8) in k groups, and the groups."""
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % k
    centers = rng.normal(size=(k, 8)) * 4
    return (centers[truth] + rng.normal(size=(n, 8))).astype(np.float32), truth.astype(np.int64)


def small_index(features: NDArray[np.float32], q: int = 5) -> Index:
    """The Index of features by plain loops over all pairs."""
    rows = unit_rows(features)
    mean = rows.mean(axis=0).astype(np.float32)
    components = np.eye(features.shape[1], dtype=np.float32)
    embedding = unit_rows((rows - mean) @ components)
    apart = np.linalg.norm(embedding[:, None] - embedding[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    neighbors = np.argsort(apart, axis=1)[:, :q].astype(np.int32)
    distances = np.take_along_axis(apart, neighbors.astype(np.int64), axis=1).astype(np.float32)
    density = (1 / (distances.mean(axis=1) + 1e-6)).astype(np.float32)
    cells = (np.arange(len(rows)) % 4).astype(np.int32)
    return Index(embedding, neighbors, distances, density, cells, "test", mean, components)


class Nearest:
    """Each item joins the open group of the nearest item in one; no answers, one group."""

    fits = 0
    unmet_ = ()

    def __init__(self, *, n_clusters: int | None = None, random_state: int = 0, **ignored: bool) -> None:
        self.n_clusters = n_clusters
        self.random_state = random_state

    def fit_index(self, index: Index, constraints: ConstraintSet | None = None) -> Self:
        type(self).fits += 1
        self.index_ = index
        constraints = constraints or ConstraintSet(len(index))
        members = constraints.closure().members
        self.seeds_ = {int(i): g for g, c in enumerate(constraints.groups) for i in members[c]} or {0: 0}
        items = np.array(list(self.seeds_))
        nearest = (index.embedding @ index.embedding[items].T).argmax(axis=1)
        self.labels_ = np.array(list(self.seeds_.values()))[nearest].astype(np.int64)
        k = max(max(self.seeds_.values()) + 1, self.n_clusters or 0)
        self.proba_ = np.full((len(index), k), 0.1 / k, np.float32)
        self.proba_[np.arange(len(index)), self.labels_] += 0.9
        return self

    def clustering(self, round: int, answers_upto: int) -> Clustering:
        return Clustering(self.labels_, self.proba_, self.index_, "nearest", round, answers_upto)

    def explain(self, item: int) -> list[tuple[int, float]]:
        near = [(seed, float(self.index_.embedding[item] @ self.index_.embedding[seed])) for seed in self.seeds_]
        return sorted(near, key=lambda pair: -pair[1])[:3]

    def predict_proba(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        items = np.array(list(self.seeds_))
        nearest = (self.index_.project(X) @ self.index_.embedding[items].T).argmax(axis=1)
        proba = np.full((len(X), self.proba_.shape[1]), 0.1 / self.proba_.shape[1], np.float32)
        proba[np.arange(len(X)), np.array(list(self.seeds_.values()))[nearest]] += 0.9
        return proba

    def state(self, rows: NDArray[np.int64]) -> dict[str, NDArray[np.number]]:
        place = {int(row): number for number, row in enumerate(rows)}
        seeds = [(place[item], group) for item, group in self.seeds_.items() if item in place]
        return {"seeds": np.array(seeds, np.int64), "proba": self.proba_[rows]}

    @classmethod
    def from_state(cls, state: dict[str, NDArray[np.generic]], index: Index) -> Self:
        engine = cls()
        engine.index_, engine.proba_ = index, state["proba"].astype(np.float32)
        engine.seeds_ = {int(item): int(group) for item, group in state["seeds"]}
        return engine


class Uniform:
    """``member`` questions about items drawn uniformly; the groups on offer are those open."""

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        closure = constraints.closure()
        options = tuple((leader,) for leader in constraints.leaders)
        if not options:
            options = ((0,),)
        taken = {*history.deferred, *history.barred, *closure.items.tolist(), *(o[0] for o in options)}
        free = [item for item in range(constraints.n_items) if item not in taken]
        drawn = np.random.default_rng(seed).permutation(free)[:n]
        return [Question("", "member", (int(i),), options, exhaustive=True, why="drawn at random") for i in drawn]


METHODS["nearest"] = f"{__name__}:Nearest"
STRATEGIES["drawn"] = f"{__name__}:Uniform"


def make_session(
    home: Path, name: str = "mine", n: int = 40, budget: int | None = None, url: str | None = None
) -> tuple[Session, NDArray[np.int64]]:
    """A new session over blobs, and their groups."""
    features, truth = blobs(n)
    images = ImageSet.from_features("blobs", features)
    store = Store(home, url)
    session = Session.create(
        name, images, small_index(features), store=store, method="nearest", strategy="drawn", budget=budget
    )
    return session, truth
