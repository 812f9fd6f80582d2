from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clusteer.constraints import ConstraintSet, from_labels
from clusteer.constraints.two_groups import with_two_groups


def test_what_is_apart_from_the_same_is_together() -> None:
    told = with_two_groups(ConstraintSet.from_pairs(9, [(0, 1)], [(1, 2), (2, 3), (5, 6)])).closure()
    assert told.same(0, 3) is True
    assert told.same(0, 2) is False
    assert told.same(5, 6) is False
    assert told.same(0, 5) is None


def test_what_two_groups_cannot_be_is_left_alone() -> None:
    stated = ConstraintSet.from_pairs(9, [], [(0, 1), (1, 2), (0, 2), (2, 3), (5, 6), (6, 7)])
    told = with_two_groups(stated).closure()
    assert told.same(1, 3) is None
    assert told.same(0, 2) is False
    assert told.same(5, 7) is True
    assert len(with_two_groups(ConstraintSet(3))) == 0


@given(st.integers(2, 12), st.integers(0, 20), st.integers(0, 99))
def test_all_that_two_groups_imply_is_known_and_right(n: int, m: int, seed: int) -> None:
    truth = np.random.default_rng(seed).integers(0, 2, n)
    stated = from_labels(truth, min(m, n * (n - 1) // 2), random_state=seed)
    told = with_two_groups(stated).closure()
    graph = {item: set() for item in range(n)}  # type: dict[int, set[int]]
    for first, second in np.concatenate([stated.must.pairs, stated.cannot.pairs]).tolist():
        graph[first].add(second)
        graph[second].add(first)
    for first, second in combinations(range(n), 2):
        reached, waiting = {first}, [first]
        while waiting:
            for other in graph[waiting.pop()] - reached:
                reached.add(other)
                waiting.append(other)
        assert told.same(first, second) == ((truth[first] == truth[second]) if second in reached else None)
