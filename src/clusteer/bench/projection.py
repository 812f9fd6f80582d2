"""Cases of kind projection: a plane map of codes before and after a deep method was told an orientation.

Beside the map stands what it shows as a number: how many of the ten nearest codes of an item are of its own class, by
each criterion of the set. Only items of the test split are shown, about which nothing was asked.
"""

import numpy as np
from numpy.typing import NDArray
from sklearn.manifold import TSNE
from sklearn.neighbors import NearestNeighbors

from clusteer.bench.rounds import items_of_rounds, run_rounds
from clusteer.bench.spec import Case
from clusteer.core.seeds import child_seed
from clusteer.data import load

NEAREST = 10


def measure(case: Case) -> dict[str, object]:
    """Ask, answer and fit as a case of kind rounds does, or nothing where the method is "none", and map the codes.

    Raises
    ------
    UnavailableError
        If the data are missing.
    """
    items = items_of_rounds(case)
    codes, test_acc = items[2], None
    if case["method"] != "none":
        for estimator, point in run_rounds(case, items):
            codes, test_acc = estimator.transform(items[2]), point["test_acc"]
    rows = np.linspace(0, len(codes) - 1, min(int(str(case["shown"])), len(codes))).astype(np.int64)
    truths = {name: np.asarray(truth)[rows] for name, truth in load(str(case["dataset"]), "test").truths.items()}
    seed = child_seed(int(str(case["seed"])), "projection")
    places = TSNE(init="pca", random_state=seed).fit_transform(codes[rows])
    return {
        "items": len(items[1]),
        "test_acc": test_acc,
        "near": {name: near(codes[rows], truth) for name, truth in truths.items()},
        "places": [[round(float(x), 1), round(float(y), 1)] for x, y in places],
        "classes": truths["class"].tolist(),
    }


def near(codes: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    """Return the share of the ten nearest codes of each item that are of its class."""
    found = NearestNeighbors(n_neighbors=min(NEAREST, len(codes) - 1)).fit(codes).kneighbors(return_distance=False)
    return float((truth[found] == truth[:, None]).mean())
