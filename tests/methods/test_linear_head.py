import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.core.index import unit_rows
from clusteer.methods.linear_head import fit_linear_head

Matrix = NDArray[np.float64]

shapes = given(
    st.integers(1, 9),
    st.integers(1, 6),
    st.integers(1, 4),
    st.sampled_from([0.01, 0.1, 1.0]),
    st.integers(0, 2**32 - 1),
)


def drawn(m: int, d: int, k: int, seed: int) -> tuple[NDArray[np.float32], Matrix]:
    rng = np.random.default_rng(seed)
    targets = rng.dirichlet(np.ones(k), size=m)
    return unit_rows(rng.normal(size=(m, d))), targets


def fitted_without(row: int, z: Matrix, centred: Matrix, ridge: float) -> Matrix:
    """The scores of a row under the head that never saw it."""
    kept = [other for other in range(len(z)) if other != row]
    gram = ridge * np.eye(z.shape[1])
    right = np.zeros((z.shape[1], centred.shape[1]))
    for other in kept:
        gram += np.outer(z[other], z[other])
        right += np.outer(z[other], centred[other])
    scores: Matrix = z[row] @ np.linalg.solve(gram, right)
    return scores


@shapes
def test_left_out_scores_are_those_of_m_fits(m: int, d: int, k: int, ridge: float, seed: int) -> None:
    embedding, targets = drawn(m, d, k, seed)
    head = fit_linear_head(embedding, targets, ridge)
    centred = targets - targets.mean(axis=0)
    for row in range(m):
        refitted = fitted_without(row, embedding.astype(np.float64), centred, ridge)
        assert head.left_out[row] == pytest.approx(refitted, abs=1e-8)


@shapes
def test_the_coefficients_are_where_the_gradient_is_zero(m: int, d: int, k: int, ridge: float, seed: int) -> None:
    embedding, targets = drawn(m, d, k, seed)
    z, w = embedding.astype(np.float64), fit_linear_head(embedding, targets, ridge).coefficients
    gradient = z.T @ (z @ w - (targets - targets.mean(axis=0))) + ridge * w
    assert gradient == pytest.approx(np.zeros((d, k)), abs=1e-9)


@shapes
def test_scores_sum_to_nothing_and_rows_may_come_in_any_order(m: int, d: int, k: int, ridge: float, seed: int) -> None:
    embedding, targets = drawn(m, d, k, seed)
    head = fit_linear_head(embedding, targets, ridge)
    assert head.left_out.sum(axis=1) == pytest.approx(np.zeros(m), abs=1e-9)
    order = np.random.default_rng(seed).permutation(m)
    other = fit_linear_head(embedding[order], targets[order], ridge)
    assert other.coefficients == pytest.approx(head.coefficients, abs=1e-9)
    assert other.left_out == pytest.approx(head.left_out[order], abs=1e-9)


def test_a_single_answer_says_nothing() -> None:
    head = fit_linear_head(np.array([[0.6, 0.8]], np.float32), np.ones((1, 1)), 0.1)
    assert (head.coefficients == 0).all()
    assert (head.left_out == 0).all()
