"""What a strategy is given at some point of a session, made without a method."""

from collections.abc import Iterable

import numpy as np

from clusteer.constraints import ConstraintSet
from clusteer.core import Clustering, Index
from tests.blobs import blob_index, blobs, told

INDEX = blob_index(n=400)
TRUTH = blobs(400)[1]


def clustering_of(index: Index, constraints: ConstraintSet) -> Clustering:
    """Each item goes with the open group of the leader it is most like; without any, all are one."""
    leaders = list(constraints.leaders) or [0]
    scores = np.exp(4 * index.embedding @ index.embedding[leaders].T)
    proba = (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32)
    return Clustering(proba.argmax(axis=1).astype(np.int64), proba, index, "nearest leader", round=2)


def world(items: Iterable[int]) -> tuple[Clustering, ConstraintSet]:
    """Clustering and constraints once these items, at least two, were answered about."""
    constraints = told(items, TRUTH)
    return clustering_of(INDEX, constraints), constraints
