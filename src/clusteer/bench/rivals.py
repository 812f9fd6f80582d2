"""Cases of kind rivals: every method gets as many human seconds, spent on questions or on pairs drawn at random."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clusteer.bench.named_sets import items_of
from clusteer.bench.session_curve import count_links, session_curve
from clusteer.bench.spec import Case
from clusteer.constraints import from_labels
from clusteer.core import child_seed
from clusteer.methods.baselines import COPKMeans, MPCKMeans, NoAssignmentError, PCKMeans
from clusteer.metrics import accuracy, ari, nmi
from clusteer.neighbors import kmeans
from clusteer.queries import STRATEGIES
from clusteer.queries.costs import SAME_SECONDS
from clusteer.sessions.simulate import default_marks

if TYPE_CHECKING:
    from clusteer.core import Index

BASELINES = {"cop-kmeans": COPKMeans, "pckmeans": PCKMeans, "mpckmeans": MPCKMeans}
METHODS = (*STRATEGIES, "kmeans", *BASELINES)
"""A strategy's name stands for the instant engine with the questions of that strategy."""

Points = list[dict[str, object]]


def measure(case: Case) -> dict[str, object]:
    """Return where a method stands after the seconds of 0, 10, 20, 50, 100, 200, ... pairs.

    The methods on pairs and k-means are given the true number of groups, sessions find it. Of a session that is the
    last state within the seconds. A method that finds no assignment says so under ``failed``.

    Raises
    ------
    UnavailableError
        If the data are missing.
    """
    index, truth = items_of(case)
    pairs = int(float(case["seconds"]) / SAME_SECONDS + 1e-9)
    method, seed, noise = str(case["method"]), int(case["seed"]), float(case["noise"])
    marks = default_marks(pairs)
    if method in BASELINES:
        points = _on_pairs(method, index, truth, marks, noise, seed)
    elif method == "kmeans":
        labels = kmeans(index.embedding, len(np.unique(truth)), seed)
        points = [{"budget": 0.0, "human_seconds": 0.0, "answers": 0, **_scores(truth, labels)}]
    else:
        points = _in_session(method, index, truth, marks, noise, seed)
    return {"items": len(index), "encoder": index.encoder, "points": points}


def _in_session(
    strategy: str, index: "Index", truth: NDArray[np.int64], marks: tuple[int, ...], noise: float, seed: int
) -> Points:
    most = marks[-1]
    curve = session_curve(
        index, truth, budget=most, noise=noise, strategy=strategy, seed=seed, marks=range(most + 1)
    )  # fmt: skip
    points: Points = []
    for mark in marks:
        seconds = mark * SAME_SECONDS
        within = [point for point in curve if point["human_seconds"] <= seconds + 1e-6]
        points.append({"budget": seconds, **within[-1]})
    return points


def _on_pairs(
    method: str, index: "Index", truth: NDArray[np.int64], marks: tuple[int, ...], noise: float, seed: int
) -> Points:
    points: Points = []
    for mark in marks:
        links = from_labels(truth, mark, noise=noise, random_state=child_seed(seed, "pairs", mark))
        spent = mark * SAME_SECONDS
        point: dict[str, object] = {"budget": spent, "human_seconds": spent, "answers": mark, **count_links(links)}
        estimator = BASELINES[method](n_clusters=len(np.unique(truth)), random_state=seed)
        try:
            labels = estimator.fit(index.embedding, constraints=links).labels_
        except NoAssignmentError as fault:
            points.append(point | {"failed": str(fault)})
        else:
            points.append(point | _scores(truth, labels))
    return points


def _scores(truth: NDArray[np.int64], labels: NDArray[np.int64]) -> dict[str, float]:
    return {"acc": accuracy(truth, labels), "nmi": nmi(truth, labels), "ari": ari(truth, labels)}
