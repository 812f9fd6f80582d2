import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.core.index import unit_rows
from clusteer.methods.learned_metric import DIRECTIONS, RIDGE, SHRINKAGE, LearnedMetric, fit_metric, plain_metric

Matrix = NDArray[np.float64]


def world(n: int, d: int, k: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64], Matrix]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(k, size=n)
    stretched = rng.normal(size=(n, d)) * np.linspace(2, 0.2, d) + rng.normal(size=(k, d))[labels]
    return unit_rows(stretched), labels, rng.uniform(0.1, 1, size=n)


def scatters(embedding: NDArray[np.float32], labels: NDArray[np.int64], weights: Matrix) -> tuple[Matrix, Matrix]:
    """Weighted second moment (d, d) and within-group scatter (d, d), by loops."""
    z, total = embedding.astype(np.float64), weights.sum()
    d = z.shape[1]
    overall, within = np.zeros((d, d)), np.zeros((d, d))
    for group in np.unique(labels):
        rows = np.flatnonzero(labels == group)
        mean = sum(weights[i] * z[i] for i in rows) / weights[rows].sum()
        for i in rows:
            overall += weights[i] * np.outer(z[i], z[i]) / total
            within += weights[i] * np.outer(z[i] - mean, z[i] - mean) / total
    return overall, within


def head_of(
    embedding: NDArray[np.float32], labels: NDArray[np.int64], weights: Matrix, k: int, overall: Matrix
) -> Matrix:
    """Weighted ridge regression (d, k) on centred indicators."""
    z, total, d = embedding.astype(np.float64), weights.sum(), embedding.shape[1]
    shares = np.array([weights[labels == group].sum() / total for group in range(k)])
    right = np.zeros((d, k))
    for i, label in enumerate(labels):
        right += weights[i] * np.outer(z[i], np.eye(k)[label] - shares) / total
    return np.linalg.solve(overall + RIDGE * np.trace(overall) / d * np.eye(d), right)


def learned_cosines(metric: LearnedMetric, embedding: NDArray[np.float32]) -> NDArray[np.float32]:
    n = len(embedding)
    first, second = np.repeat(np.arange(n), n), np.tile(np.arange(n), n)
    coordinates = metric.coordinates(embedding)
    plain = (embedding @ embedding.T).ravel()
    return metric.cosine(plain, coordinates[first], coordinates[second]).reshape(n, n)


def cosines(embedding: NDArray[np.float32], inner: Matrix) -> Matrix:
    products = embedding.astype(np.float64) @ inner @ embedding.T.astype(np.float64)
    lengths = np.sqrt(np.diag(products))
    return products / lengths[:, None] / lengths


@given(st.integers(4, 20), st.integers(1, 6), st.integers(1, 4), st.sampled_from([0.0, 0.3, 1.0]), st.integers(0, 999))
def test_cosines_are_those_of_the_dense_metric(n: int, d: int, k: int, share: float, seed: int) -> None:
    embedding, labels, weights = world(n, d, k, seed)
    overall, within = scatters(embedding, labels, weights)
    shrinkage = max(SHRINKAGE * np.trace(within) / d, 1e-12)
    inner = shrinkage * np.linalg.inv(within + shrinkage * np.eye(d))
    head = head_of(embedding, labels, weights, k, overall)
    length = np.trace(head.T @ overall @ head)
    if length > 1e-12:
        inner += share / length * head @ head.T
    found = learned_cosines(fit_metric(embedding, labels, weights, k, share), embedding)
    assert found == pytest.approx(cosines(embedding, inner), abs=2e-3)


def test_only_the_leading_directions_are_dimmed() -> None:
    d = DIRECTIONS + 8
    embedding, labels, weights = world(100, d, 3, 0)
    _, within = scatters(embedding, labels, weights)
    spread, axes = np.linalg.eigh(within)
    shrinkage = SHRINKAGE * np.trace(within) / d
    inner = np.eye(d)
    for s, axis in list(zip(spread, axes.T, strict=True))[-DIRECTIONS:]:
        inner -= s / (s + shrinkage) * np.outer(axis, axis)
    metric = fit_metric(embedding, labels, weights, 3, 0.0)
    assert metric.dimmed.shape == (d, DIRECTIONS)
    assert metric.coordinates(embedding).shape == (100, DIRECTIONS + 3 + 1)
    assert learned_cosines(metric, embedding) == pytest.approx(cosines(embedding, inner), abs=1e-4)


@given(st.floats(0, 2), st.integers(0, 999))
def test_the_appended_scores_have_the_length_asked_for(share: float, seed: int) -> None:
    embedding, labels, weights = world(30, 5, 3, seed)
    scores = embedding @ fit_metric(embedding, labels, weights, 3, share).raised
    assert np.average((scores**2).sum(axis=1), weights=weights) == pytest.approx(share, rel=1e-3, abs=1e-6)


def test_what_varies_inside_groups_counts_less_and_what_tells_them_apart_more() -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(200) % 2
    embedding = unit_rows(np.stack([rng.normal(size=200), (2 * labels - 1) * 0.3], axis=1))
    plain = embedding @ embedding.T
    learned = learned_cosines(fit_metric(embedding, labels, np.ones(200), 2, 0.5), embedding)
    same = labels[:, None] == labels
    assert learned[same].mean() > plain[same].mean() + 0.2
    assert learned[~same].mean() < plain[~same].mean() - 0.2


def test_a_label_without_weight_does_not_matter() -> None:
    embedding, labels, weights = world(30, 5, 3, 0)
    weights[7] = 0
    other = labels.copy()
    other[7] = (labels[7] + 1) % 3
    one, two = fit_metric(embedding, labels, weights, 3, 0.5), fit_metric(embedding, other, weights, 3, 0.5)
    assert np.array_equal(one.dimmed, two.dimmed)
    assert np.array_equal(one.raised, two.raised)


def test_an_empty_group_changes_nothing() -> None:
    embedding, labels, weights = world(30, 5, 3, 0)
    three, four = fit_metric(embedding, labels, weights, 3, 0.5), fit_metric(embedding, labels, weights, 4, 0.5)
    assert (four.raised[:, 3] == 0).all()
    assert learned_cosines(four, embedding) == pytest.approx(learned_cosines(three, embedding), abs=1e-5)


def test_one_group_raises_nothing() -> None:
    embedding, _, weights = world(30, 5, 1, 0)
    assert (fit_metric(embedding, np.zeros(30, np.int64), weights, 1, 0.5).raised == 0).all()


def test_items_all_alike_have_a_metric_too() -> None:
    for row in (np.zeros(3), np.array([1, 0, 0])):
        embedding = np.tile(row, (4, 1)).astype(np.float32)
        metric = fit_metric(embedding, np.array([0, 1, 0, 1]), np.ones(4), 2, 0.5)
        assert np.isfinite(learned_cosines(metric, embedding)).all()


def test_the_plain_metric_changes_nothing() -> None:
    embedding, _, _ = world(10, 5, 2, 0)
    assert np.array_equal(learned_cosines(plain_metric(5), embedding), embedding @ embedding.T)
