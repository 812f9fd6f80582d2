"""Cases of kind mining_cost: seconds and memory of picking items, beside a plain version in the same run."""

import time

import numpy as np
from numpy.typing import NDArray

from clusteer.bench.environment import peak_megabytes
from clusteer.bench.spec import Case
from clusteer.queries.value_mining import NEIGHBORS, hardness, mine, representativeness

_CLUSTERS = 10
"""Of the mixture that items are drawn from; numbers spread as much within clusters as between, so these overlap."""


def measure(case: Case) -> dict[str, object]:
    """Pick so many items of a mixture; then, where ``plain`` says so, pick them as the paper's algorithm is written."""
    n, d, amount = (int(str(case[name])) for name in ("items", "dimensions", "questions"))
    rng = np.random.default_rng(int(str(case["seed"])))
    centers = rng.normal(size=(_CLUSTERS, d)).astype(np.float32)
    features = rng.normal(size=(n, d)).astype(np.float32)
    features += centers[rng.integers(0, _CLUSTERS, n)]
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    centers /= np.linalg.norm(centers, axis=1, keepdims=True)
    before, began = peak_megabytes(), time.perf_counter()
    picks, _ = mine(features, centers, amount)
    found: dict[str, object] = {
        "seconds": time.perf_counter() - began,
        "megabytes_before": before,
        "peak_megabytes": peak_megabytes(),
    }
    if case["plain"]:
        began = time.perf_counter()
        plain = _plainly(features, centers, amount)
        found |= {"plain_seconds": time.perf_counter() - began, "plain_peak_megabytes": peak_megabytes()}
        found["same_picks"] = float(np.mean(np.isin(picks, plain)))
    return found


def _plainly(features: NDArray[np.float32], centers: NDArray[np.float32], amount: int) -> NDArray[np.int64]:
    """Pick with all pairwise distances at once, and each pick beside all before it anew, as released code does."""
    squared = np.maximum(2 - 2 * (features @ features.T), 0)
    np.fill_diagonal(squared, np.inf)
    nearest = np.partition(squared, NEIGHBORS - 1, axis=1)[:, :NEIGHBORS]
    worth = hardness(features, centers) + representativeness(np.sqrt(nearest.astype(np.float64)))
    picks: list[int] = []
    for _ in range(amount):
        value = worth.copy()
        if picks:
            likeness = (features @ features[picks].T).max(axis=1).astype(np.float64)
            value += np.log(np.maximum(1 - likeness, 1e-6))
        value[picks] = -np.inf
        picks.append(int(value.argmax()))
    return np.array(picks, np.int64)
