"""What cases of kind mining start from: k-means on features, or contrastive clustering of pictures or their views.

``k-means, pictures`` is k-means on features, of which IDC is given the pictures and a network.
"""

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
from clusteer.data import ImageSet, load
from clusteer.encoders import encode_views
from clusteer.encoders.cnn import cnn_encoder
from clusteer.methods.contrastive import ContrastiveClustering
from clusteer.methods.idc import Init
from clusteer.neighbors import build_index, kmeans

if TYPE_CHECKING:
    from clusteer.core import Index

VIEWS = 5
"""Views of each picture that are encoded, the plain one first."""
PICTURES: dict[str, Any] = {"recipe": "mild", "max_epochs": 30, "boost_epochs": 5, "entropy_weight": 2.0}
"""How pictures of digits are clustered."""
OF_PICTURES: dict[str, Any] = {"recipe": "mild", "start_epochs": 10, "sure_batch_size": 200}
"""How IDC learns from them; tried on 2,000 training images of MNIST."""


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
    place = (str(case["dataset"]), str(case["split"]), str(case["encoder"]), int(str(case["items"])))
    began = time.perf_counter()
    if case["start"] != "contrastive":
        labels = kmeans(index.embedding, k, child_seed(seed, "start"))
        seconds = time.perf_counter() - began
        if case["start"] == "k-means":
            return Start(index, truth, labels, index.embedding, labels, seconds=seconds)
        return Start(index, truth, labels, _pictures(place), labels, OF_PICTURES | {"network": _network}, seconds)
    model, items, seconds = _contrastive(place, k, seed)
    settings = OF_PICTURES if items.ndim == 4 else {}
    made = build_index(model.transform(items), index.encoder)
    return Start(made, truth, model.labels_, items, model, settings, seconds)


@cache
def _contrastive(
    place: tuple[str, str, str, int], k: int, seed: int
) -> tuple[ContrastiveClustering, NDArray[np.floating[Any]], float]:
    """Cluster the pictures of a set as they are, or their views under an encoder."""
    items: NDArray[np.floating[Any]]
    if place[2] == "pixels":
        items = _pictures(place)
        model = ContrastiveClustering(n_clusters=k, network=_network, random_state=seed, **PICTURES)
    else:
        images, rows = _rows(place)
        items = encode_views(images, place[2], VIEWS)[:, rows]
        model = ContrastiveClustering(n_clusters=k, random_state=seed)
    began = time.perf_counter()
    model.fit(items)
    return model, items, time.perf_counter() - began


@cache
def _pictures(place: tuple[str, str, str, int]) -> NDArray[np.floating[Any]]:
    """Return grey pictures (n, 1, h, w) in [0, 1]."""
    images, rows = _rows(place)
    assert images.pictures is not None
    grey = [np.asarray(images.pictures.image(row).convert("L"), np.float32) for row in rows.tolist()]
    return np.stack(grey)[:, None] / 255


def _rows(place: tuple[str, str, str, int]) -> tuple[ImageSet, NDArray[np.int64]]:
    """Return the set of a case and the rows of it that are taken, as ``items_of`` takes them."""
    dataset, split, _, most = place
    images = load(dataset, split)
    return images, np.linspace(0, len(images) - 1, min(most or len(images), len(images))).astype(np.int64)


def _network(channels: int) -> nn.Module:
    """Return the network of ADC, with wider codes, none below 0."""
    return nn.Sequential(cnn_encoder(channels, (16, 32, 64, 256)).encoder, nn.ReLU())
