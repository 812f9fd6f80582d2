"""Cases of kind deep: a deep method on raw pixels of a named set, under one kind of guidance, as its paper has it.

The constraint set changes with the seed, the network and its pretraining do not. Beside the scores stand the raw
answers that were used and the pairs that follow from them; only the former are given to the method.
"""

import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from clusteer.bench import told
from clusteer.bench.environment import peak_megabytes
from clusteer.bench.pretrained import Pretrained, pretrained
from clusteer.bench.session_curve import count_links
from clusteer.bench.spec import Case
from clusteer.constraints import ConstraintSet
from clusteer.core.errors import UnavailableError
from clusteer.data import load
from clusteer.methods.autoencoding import AutoencoderClustering
from clusteer.methods.dcc import DCC, IDEC
from clusteer.methods.spherepair import SpherePair
from clusteer.methods.start import start_centers
from clusteer.metrics import accuracy, ari, nmi, nmi_geometric

NETWORK_SEED = 0
METHODS: dict[str, Callable[..., AutoencoderClustering]] = {
    "dcc": DCC,
    "dcc-robust": DCC,
    "spherepair": SpherePair,
    "spherepair-robust": SpherePair,
    "spherepair-belief": partial(SpherePair, pair_loss="belief"),
}
EMBEDDED_BY = 10_000
"""Pairs that the network is given in whose codes triplets are drawn."""
TWIN_FACTOR = 3
"""How many times as many epochs of pretraining a twin gets; an epoch of it has a sixth of the steps of a whole set."""
_SLACK, _TOLERANCE = 0.05, 0.02
"""Of bounds; and of shares of the two parts, which differ by .04 between the true groups."""

Items = tuple[NDArray[np.float32], NDArray[np.int64]]


def measure(case: Case) -> dict[str, object]:
    """Train once and say how good the groups are, on the items trained on and on the test split.

    Raises
    ------
    UnavailableError
        If the data are missing.
    """
    dataset, method, guidance = str(case["dataset"]), str(case["method"]), str(case["guidance"])
    most, amount = int(str(case["items"])), int(str(case["amount"]))
    noise, seed = float(str(case["noise"])), int(str(case["seed"]))
    X, truth = _items(dataset, "train", most)
    k = len(np.unique(truth))
    start = _start("spherepair" if method.startswith("spherepair") else "idec", dataset, most)
    stated = _stated(guidance, dataset, most, amount, noise, seed)
    if method in ("idec", "k-means"):
        estimator, seconds = _unguided(method, dataset, most)
    else:
        settings: dict[str, Any] = {"wrong_links": noise} if method.endswith("-robust") else {}
        estimator = METHODS[method](
            n_clusters=k, network=start.network, pretrain_epochs=0, random_state=NETWORK_SEED, **settings
        )
        seconds = _fitted(estimator, X, stated)
    labels = estimator.labels_
    others, others_truth = _items(dataset, "test", 0)
    told_pairs = guidance == "pairs"
    point = {
        "answers": len(stated) if guidance != "none" else 0,
        **(count_links(stated) if told_pairs else {}),
        **_scores(truth, labels),
        **{f"test_{name}": value for name, value in _scores(others_truth, estimator.predict(others)).items()},
        "broken": len(stated.violated(labels)),
        "spread": float(np.bincount(labels, minlength=k).std() / (len(labels) / k)),
        "epochs": estimator.n_iter_,
        "seconds": seconds,
        "pretraining_seconds": start.seconds,
        "peak_megabytes": peak_megabytes(),
        "possible_acc": accuracy(truth, told.nearest(truth, stated)),
    }
    return {"items": len(X), "points": [point]}


def _scores(truth: NDArray[np.int64], labels: NDArray[np.int64]) -> dict[str, float]:
    return {
        "acc": accuracy(truth, labels),
        "nmi": nmi(truth, labels),
        "nmi_geometric": nmi_geometric(truth, labels),
        "ari": ari(truth, labels),
    }


@cache
def _items(dataset: str, split: str, most: int) -> Items:
    """Return pixels (n, d) and classes of a split, or of ``most`` evenly spaced items of it; 0 for all."""
    try:
        images = load(dataset, split)
    except UnavailableError as fault:
        raise UnavailableError(f"needs {dataset}.npz in the data folder, or a network to fetch it from") from fault
    assert images.pictures is not None
    n = len(images)
    rows = np.linspace(0, n - 1, min(most or n, n)).astype(np.int64)
    pixels = np.stack([np.asarray(images.pictures.image(row).convert("L")).ravel() for row in rows.tolist()])
    return pixels.astype(np.float32), np.asarray(images.truths["class"], np.int64)[rows]


def _fitted(estimator: AutoencoderClustering, X: NDArray[np.float32], stated: ConstraintSet) -> float:
    """Fit and return the seconds that took."""
    began = time.perf_counter()
    estimator.fit(X, constraints=stated)
    return time.perf_counter() - began


@cache
def _unguided(method: str, dataset: str, most: int) -> tuple[AutoencoderClustering, float]:
    """Return IDEC, or k-means on the codes it starts from, and the seconds it took.

    Neither learns from anything that is said, so one fit serves all cases.
    """
    X, truth = _items(dataset, "train", most)
    k, network = len(np.unique(truth)), _start("idec", dataset, most).network
    estimator = IDEC(n_clusters=k, network=network, pretrain_epochs=0, random_state=NETWORK_SEED)
    if method == "idec":
        return estimator, _fitted(estimator, X, ConstraintSet(len(X)))
    seconds = _fitted(estimator.set_params(max_epochs=0), X, ConstraintSet(len(X)))
    codes = torch.tensor(estimator.transform(X))
    estimator.cluster_centers_ = start_centers(codes, k, NETWORK_SEED).numpy()
    estimator.labels_ = estimator.predict(X)
    return estimator, seconds


@cache
def _start(method: str, dataset: str, most: int) -> Pretrained:
    X, truth = _items(dataset, "train", most)
    kind: type[AutoencoderClustering] = SpherePair if method == "spherepair" else IDEC
    estimator = kind(n_clusters=len(np.unique(truth)), max_epochs=0, random_state=NETWORK_SEED)
    if most:
        estimator.set_params(pretrain_epochs=TWIN_FACTOR * estimator.pretrain_epochs)
    return pretrained(estimator, X)


def _stated(guidance: str, dataset: str, most: int, amount: int, noise: float, seed: int) -> ConstraintSet:
    truth = _items(dataset, "train", most)[1]
    n, k = len(truth), len(np.unique(truth))
    match guidance:
        case "none":
            return ConstraintSet(n)
        case "pairs":
            return told.pairs(truth, amount, noise, seed)
        case "marks":
            return told.marks(truth, _codes("idec", dataset, most), seed)
        case "sizes":
            return told.sizes(truth)
        case "triplets":
            return told.triplets(_codes("dcc", dataset, most), amount, seed)
        case "bounds":
            return told.bounds(n, k, _SLACK)
        case "balance":
            return told.balance(told.attribute(truth, seed), _TOLERANCE)
        case "rules":
            return told.rules(truth, amount, seed)
    raise ValueError(f"{guidance!r} is no guidance")


@cache
def _codes(method: str, dataset: str, most: int) -> NDArray[np.float32]:
    """Return the codes (n, d) of the pretrained network, or of DCC with many pairs."""
    X, truth = _items(dataset, "train", most)
    start = _start("idec", dataset, most)
    settings: dict[str, Any] = {
        "n_clusters": len(np.unique(truth)), "network": start.network, "pretrain_epochs": 0,
    }  # fmt: skip
    if method == "idec":
        return IDEC(**settings, max_epochs=0).fit(X).transform(X)
    return DCC(**settings).fit(X, constraints=told.pairs(truth, EMBEDDED_BY, 0.0, NETWORK_SEED)).transform(X)
