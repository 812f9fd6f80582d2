import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.core import Clustering, Index


def make(proba: NDArray[np.float32], labels: NDArray[np.int64]) -> Clustering:
    n = len(proba)
    index = Index(
        embedding=np.ones((n, 1), np.float32),
        neighbors=np.zeros((n, 0), np.int32),
        distances=np.zeros((n, 0), np.float32),
        density=np.ones(n, np.float32),
        cells=np.zeros(n, np.int32),
        encoder="given",
        mean=np.zeros(1, np.float32),
        components=np.ones((1, 1), np.float32),
    )
    return Clustering(labels, proba, index, "given")


@given(st.integers(1, 12), st.integers(1, 6), st.integers(0, 2**32 - 1), st.booleans())
def test_confidence_and_margin_agree_with_loops(n: int, k: int, seed: int, tied: bool) -> None:
    rng = np.random.default_rng(seed)
    proba = (rng.integers(1, 3, (n, k)) if tied else rng.random((n, k)) + 1e-3).astype(np.float32)
    proba /= proba.sum(axis=1, keepdims=True)
    labels = rng.integers(0, k, n)  # an answered item may sit in a group that is not its likeliest
    clustering = make(proba, labels)
    before = proba.copy()

    confidence, margin = clustering.confidence, clustering.margin()

    assert confidence.tolist() == [proba[i, labels[i]] for i in range(n)]
    for i in range(n):
        ranked = sorted(proba[i].tolist(), reverse=True)
        assert margin[i] == (np.float32(ranked[0]) - np.float32(ranked[1]) if k > 1 else 1)
    assert confidence.dtype == margin.dtype == np.float32
    assert (proba == before).all()


def test_empty_groups_count() -> None:
    clustering = make(np.array([[0.5, 0.25, 0.25]], np.float32), np.array([0]))
    assert clustering.n_clusters == 3
    assert (clustering.round, clustering.answers_upto) == (0, 0)
