import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clusteer.data.batches import component_batches, linked_batches


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


@given(st.integers(1, 90), st.integers(0, 6), st.integers(1, 30), st.sampled_from([0.0, 0.3, 0.5]), st.integers(0, 99))
def test_every_item_comes_and_none_twice_in_a_batch(n: int, parts: int, size: int, share: float, seed: int) -> None:
    component = np.random.default_rng(seed).integers(-1, parts, n) if parts else np.full(n, -1)
    batches = list(component_batches(component, size, share, np.random.default_rng(seed)))
    assert np.array_equal(np.unique(np.concatenate(batches)), np.arange(n))
    for batch in batches:
        assert len(set(batch.tolist())) == len(batch) <= max(2, size)
    free = np.concatenate([batch[component[batch] < 0] for batch in batches])
    assert len(set(free.tolist())) == len(free)


def test_linked_items_meet_in_an_epoch_beside_others() -> None:
    """Of 50,000 items, 100 pairs: in random batches of 128 a pair would meet once in 390 epochs."""
    component = np.full(50_000, -1)
    component[:200] = np.repeat(np.arange(100), 2)
    batches = list(component_batches(component, 128, 0.25, np.random.default_rng(0)))
    met = {one for batch in batches for one in range(100) if {2 * one, 2 * one + 1} <= set(batch.tolist())}
    assert len(met) == 100
    assert {(component[batch] >= 0).sum() for batch in batches} == {32}


def test_a_large_component_is_split_anew_each_time() -> None:
    component = np.zeros(40, np.int64)
    rng = np.random.default_rng(0)
    one, two = (next(iter(component_batches(component, 10, 0.5, rng))) for _ in range(2))
    assert len(one) == len(two) == 10
    assert set(one.tolist()) != set(two.tolist())
