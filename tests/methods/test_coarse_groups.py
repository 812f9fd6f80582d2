"""What coarse groups say is counted item by item, holds without an item's own answer, and serves what follows them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.core import Index
from clusteer.methods.coarse_groups import GRANTED, NUMBERS, coarse_groups, told_of_groups, told_without_own
from clusteer.methods.propagation import Propagation
from clusteer.neighbors import build_index
from tests.blobs import blobs, told

Matrix = NDArray[np.float64]


def some(seed: int, m: int, k: int, number: int) -> tuple[NDArray[np.int64], Matrix, Matrix]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, number, (m, 2)), rng.dirichlet(np.ones(k), m), rng.dirichlet(np.ones(k))


@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(1, 4), st.integers(1, 5))
def test_a_group_is_what_its_answered_items_are_believed_to_be(seed: int, m: int, k: int, number: int) -> None:
    answered, soft, shares = some(seed, m, k, number)
    groups = np.stack([np.arange(number), np.arange(number)[::-1]], axis=1)
    told = told_of_groups(groups, answered, soft, shares)
    for row, pair in enumerate(groups):
        for group in range(k):
            wanted = 0.0
            for partition, coarse in enumerate(pair):
                inside = [i for i in range(m) if answered[i, partition] == coarse]
                seen = sum(soft[i, group] for i in inside) + GRANTED * shares[group]
                wanted += np.log(seen / (len(inside) + GRANTED)) / 2
            assert told[row, group] == pytest.approx(wanted)


@given(st.integers(0, 2**32 - 1), st.integers(2, 9), st.integers(1, 4), st.integers(1, 5))
def test_its_own_answer_tells_nothing_of_an_item(seed: int, m: int, k: int, number: int) -> None:
    answered, soft, shares = some(seed, m, k, number)
    own = np.tile(shares, (m, 1))
    before = told_without_own(answered, soft, own)
    soft[0] = np.eye(k)[0]
    assert told_without_own(answered, soft, own)[0] == pytest.approx(before[0])


@pytest.mark.parametrize("n", [1, 2, 5, 60, 900])
def test_every_item_has_a_coarse_group_however_few_there_are(n: int) -> None:
    index = build_index(blobs(n, min(n, 3), 6)[0], "given")
    groups = coarse_groups(index)
    assert groups.shape == (index.cells.max() + 1, len(NUMBERS))
    for group, number in zip(groups.T, NUMBERS, strict=True):
        assert set(group) <= set(range(min(number, len(groups))))
    assert np.array_equal(groups, coarse_groups(index))


@pytest.fixture(scope="module")
def eight() -> tuple[Index, NDArray[np.int64]]:
    """Eight loose blobs, and which of them each item is of."""
    features, blob = blobs(800, 8, 12, spread=3.0)
    return build_index(features, "given"), blob


def test_a_criterion_that_joins_coarse_groups_heeds_them_and_one_that_cuts_through_does_not(
    eight: tuple[Index, NDArray[np.int64]],
) -> None:
    index, blob = eight
    rng = np.random.default_rng(0)
    powers = []
    for truth in (blob // 4, rng.integers(0, 2, 800)):
        wrong = rng.permutation(60)[:9]
        fitted = Propagation().fit_index(
            index, told(range(60), truth, {item: 1 - truth[item] for item in wrong.tolist()})
        )
        assert fitted.posterior_ is not None
        powers.append(fitted.posterior_.coarse_power)
    assert powers[0] >= 0.5
    assert powers[1] == 0
