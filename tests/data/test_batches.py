import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clusteer.data.batches import linked_batches


@given(st.integers(0, 60), st.integers(1, 20), st.integers(0, 99))
def test_every_pair_comes_once_with_both_of_its_items(m: int, batch_size: int, seed: int) -> None:
    pairs = np.random.default_rng(seed).integers(0, 30, (m, 2))
    batches = list(linked_batches(pairs, batch_size, np.random.default_rng(seed)))
    assert sorted(row for rows, _ in batches for row in rows.tolist()) == list(range(m))
    for rows, items in batches:
        assert len(rows) <= batch_size
        assert items.tolist() == sorted(set(pairs[rows].ravel().tolist()))


def test_an_item_of_many_pairs_is_in_a_batch_once() -> None:
    star = np.stack([np.zeros(64, np.int64), np.arange(1, 65)], axis=1)
    ((_, items),) = linked_batches(star, 64, np.random.default_rng(0))
    assert len(items) == 65


def test_the_order_depends_on_the_generator_alone() -> None:
    pairs = np.arange(40).reshape(20, 2)
    one, two, other = (list(linked_batches(pairs, 7, np.random.default_rng(seed))) for seed in (0, 0, 1))
    assert all(np.array_equal(a[0], b[0]) for a, b in zip(one, two, strict=True))
    assert not np.array_equal(one[0][0], other[0][0])
