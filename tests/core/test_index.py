import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.core import Index
from clusteer.core.index import unit_rows


def build(features: NDArray[np.float32], d: int) -> Index:
    """Follow the definitions in Index, naively and in double precision."""
    n = len(features)
    units = features.astype(np.float64) / np.linalg.norm(features.astype(np.float64), axis=1, keepdims=True)
    mean = units.mean(axis=0)
    components = np.linalg.svd(units - mean, full_matrices=False)[2][:d].T
    projected = (units - mean) @ components
    embedding = projected / np.linalg.norm(projected, axis=1, keepdims=True)
    gaps = np.linalg.norm(embedding[:, None] - embedding[None], axis=2)
    np.fill_diagonal(gaps, np.inf)
    neighbors = gaps.argsort(axis=1)[:, :3]
    distances = np.take_along_axis(gaps, neighbors, axis=1)
    return Index(
        embedding=embedding.astype(np.float32),
        neighbors=neighbors.astype(np.int32),
        distances=distances.astype(np.float32),
        density=(1 / distances.mean(axis=1)).astype(np.float32),
        cells=np.zeros(n, np.int32),
        encoder="given",
        mean=mean.astype(np.float32),
        components=components.astype(np.float32),
    )


def test_an_index_projects_its_own_items_onto_their_embedding() -> None:
    features = np.random.default_rng(0).normal(1, 2, (40, 9)).astype(np.float32)
    index = build(features, 4)
    assert len(index) == 40
    projected = index.project(features)
    assert projected.dtype == np.float32
    np.testing.assert_allclose(projected, index.embedding, atol=2e-6)


def test_projection_does_not_depend_on_the_length_of_features_or_on_the_other_rows() -> None:
    features = np.random.default_rng(1).normal(size=(30, 6)).astype(np.float32)
    index = build(features, 3)
    np.testing.assert_allclose(index.project(features[4:5] * 8), index.embedding[4:5], atol=2e-6)
    assert index.project(features[:0]).shape == (0, 3)


@given(st.integers(1, 8), st.integers(1, 8), st.integers(-38, 36), st.integers(0, 2**32 - 1))
def test_rows_of_any_magnitude_get_length_one(n: int, d: int, magnitude: int, seed: int) -> None:
    rows = (np.random.default_rng(seed).uniform(1, 2, (n, d)) * 10.0**magnitude).astype(np.float32)
    before = rows.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        units = unit_rows(rows)
    exact = before.astype(np.float64) / np.linalg.norm(before.astype(np.float64), axis=1, keepdims=True)
    assert units.dtype == np.float32
    np.testing.assert_allclose(units, exact, rtol=1e-5)
    assert (rows == before).all()


def test_a_zero_row_stays_zero_and_whole_numbers_are_welcome() -> None:
    units = unit_rows(np.array([[0, 0], [3, 4]]).astype(np.float64))
    assert units.tolist() == pytest.approx(np.array([[0, 0], [0.6, 0.8]]))
