"""What cases of kind mining start from: k-means on features, or contrastive clustering of pictures or their views."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from clusteer.bench.named_sets import items_of
from clusteer.bench.spec import Case
from clusteer.core import child_seed
from clusteer.data import load
from clusteer.encoders import encode_views
from clusteer.methods.contrastive import ContrastiveClustering
from clusteer.methods.idc import Init
from clusteer.neighbors import build_index, kmeans

if TYPE_CHECKING:
    from clusteer.core import Index

VIEWS = 5
"""Views of each picture that are encoded, the plain one first."""
PICTURES: dict[str, Any] = {"recipe": "mild", "max_epochs": 30, "boost_epochs": 5, "entropy_weight": 2.0}
"""How pictures of digits are clustered."""


@dataclass(frozen=True)
class Start:
    """A clustering, and what it was made of.

    Attributes
    ----------
    index : Index
        In which items are picked.
    truth, labels : (n,) int64
        Classes, and clusters.
    items : array
        What IDC is given.
    init : labels or clusterer
        What IDC is to mend.
    settings : mapping
        Settings of IDC for such items, where they are not its own.
    seconds : float
        How long it took.
    """

    index: "Index"
    truth: NDArray[np.int64]
    labels: NDArray[np.int64]
    items: NDArray[np.floating[Any]]
    init: Init
    settings: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0


def start_of(case: Case) -> Start:
    """Return where a case starts.

    Raises
    ------
    UnavailableError
        If the data are missing.
    """
    index, truth = items_of(case)
    seed, k = int(str(case["seed"])), len(np.unique(truth))
    began = time.perf_counter()
    if case["start"] == "k-means":
        labels = kmeans(index.embedding, k, child_seed(seed, "start"))
        return Start(index, truth, labels, index.embedding, labels, seconds=time.perf_counter() - began)
    place = (str(case["dataset"]), str(case["split"]), str(case["encoder"]), int(str(case["items"])))
    model, items, seconds = _contrastive(place, k, seed)
    settings = {"recipe": PICTURES["recipe"], "start_epochs": 5} if items.ndim == 4 else {}
    made = build_index(model.transform(items), index.encoder)
    return Start(made, truth, model.labels_, items, model, settings, seconds)


@cache
def _contrastive(
    place: tuple[str, str, str, int], k: int, seed: int
) -> tuple[ContrastiveClustering, NDArray[np.floating[Any]], float]:
    """Cluster the pictures of a set as they are, or their views under an encoder."""
    dataset, split, encoder, most = place
    images = load(dataset, split)
    rows = np.linspace(0, len(images) - 1, min(most or len(images), len(images))).astype(np.int64)
    items: NDArray[np.floating[Any]]
    if encoder == "pixels":
        assert images.pictures is not None
        items = np.stack([np.asarray(images.pictures.image(row).convert("L"), np.float32) for row in rows.tolist()])
        items = items[:, None] / 255
        model = ContrastiveClustering(n_clusters=k, network=_network, random_state=seed, **PICTURES)
    else:
        items = encode_views(images, encoder, VIEWS)[:, rows]
        model = ContrastiveClustering(n_clusters=k, random_state=seed)
    began = time.perf_counter()
    model.fit(items)
    return model, items, time.perf_counter() - began


def _network(channels: int) -> nn.Module:
    """Return three blocks of convolution for pictures of 28 pixels."""
    blocks: list[nn.Module] = []
    for fan_in, fan_out in ((channels, 16), (16, 32), (32, 64)):
        blocks += [nn.Conv2d(fan_in, fan_out, 3, padding=1), nn.MaxPool2d(2), nn.ReLU()]
    return nn.Sequential(*blocks, nn.Flatten(), nn.Linear(64 * 9, 256), nn.ReLU())
