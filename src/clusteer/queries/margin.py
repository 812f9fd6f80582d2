"""Margin with diversity: ask where the best two groups are close, once per region of doubt."""

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from clusteer.constraints import ConstraintSet
from clusteer.core import Clustering, History, Question, child_seed
from clusteer.queries.cold_start import first_question, representatives
from clusteer.queries.member import candidates, member_question, open_options

COLD = 10
SHORTLIST = 400
REGIONS = 10


class Margin:
    """Start with representative items, then ask at the heart of the largest regions of doubt."""

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        """Return at most ``n`` questions, best first; O(items) for the shortlist, then some hundred rows."""
        allowed = candidates(clustering, constraints, history)
        options = open_options(clustering, constraints, history)
        if not options:
            question = first_question(clustering.index, allowed, seed)
            return [] if question is None else [question]
        answered = len(constraints.closure().items)
        may = np.zeros(len(clustering.labels), bool)
        may[allowed] = True
        if answered < COLD:
            cold = [int(item) for item in representatives(clustering.index, COLD, seed) if may[item]][:n]
            if cold:
                why = "A typical item of a region nothing is known of yet."
                return [member_question(item, options, clustering, 1.0, why) for item in cold]
        doubt = 1 - clustering.margin()
        doubt[~may] = -1
        shortlist = _largest(doubt, min(SHORTLIST, len(allowed)))
        chosen = _hearts(clustering.index.embedding[shortlist], doubt[shortlist] + 1e-6, max(n, REGIONS), seed, answered)
        return [
            member_question(int(shortlist[row]), options, clustering, score, _why(clustering, int(shortlist[row])))
            for row, score in chosen[:n]
        ]


def _largest(values: NDArray[np.float32], n: int) -> NDArray[np.int64]:
    if n == 0:
        return np.zeros(0, np.int64)
    top = np.argpartition(-values, n - 1)[:n]
    return top[np.lexsort((top, -values[top]))].astype(np.int64)


def _hearts(
    points: NDArray[np.float32], doubt: NDArray[np.float32], regions: int, seed: int, round_: int
) -> list[tuple[int, float]]:
    """Return (row, summed doubt) of the item nearest the centre of each region, most doubt first."""
    if len(points) <= regions:
        return [(row, float(doubt[row])) for row in range(len(points))]
    with threadpool_limits(1):
        found = KMeans(regions, n_init=1, random_state=child_seed(seed, "margin", round_)).fit(points, sample_weight=doubt)
    hearts = []
    for region in range(regions):
        rows = np.flatnonzero(found.labels_ == region)
        if len(rows):
            near = ((points[rows] - found.cluster_centers_[region]) ** 2).sum(axis=1)
            hearts.append((int(rows[np.argmin(near)]), float(doubt[rows].sum())))
    return sorted(hearts, key=lambda heart: -heart[1])


def _why(clustering: Clustering, item: int) -> str:
    if clustering.n_clusters == 1:
        return "So far there is one group; does this item open another?"
    first, second = np.argsort(-clustering.proba[item], kind="stable")[:2]
    p, q = clustering.proba[item, first], clustering.proba[item, second]
    return f"The model wavers between group {first + 1} ({p:.0%}) and group {second + 1} ({q:.0%}) here and around."
