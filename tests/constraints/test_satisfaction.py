import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteer.constraints import (
    Balance,
    Cardinality,
    ClusterSizes,
    Constraint,
    ConstraintSet,
    Difficulty,
    Relation,
    Rule,
    Triplet,
)
from clusteer.constraints.satisfaction import satisfied, sizes_allowed


@pytest.mark.parametrize(
    ("constraint", "labels", "holds"),
    [
        (Triplet(anchor=0, near=1, far=2), [0, 0, 0], True),
        (Triplet(anchor=0, near=1, far=2), [0, 0, 1], True),
        (Triplet(anchor=0, near=1, far=2), [0, 1, 2], True),
        (Triplet(anchor=0, near=1, far=2), [0, 1, 0], False),
        (Difficulty(item=0, value=-1), [0, 1], True),
        (ClusterSizes(shares=(0.25, 0.75)), [0, 0, 0, 1], True),
        (ClusterSizes(shares=(0.25, 0.75)), [1, 0, 1, 1], True),
        (ClusterSizes(shares=(0.25, 0.75)), [0, 0, 1, 1], False),
        (ClusterSizes(shares=(0.25, 0.75)), [0, 1, 1, 1, 0], True),
        (ClusterSizes(shares=(0.25, 0.75)), [0, 0, 0, 0], False),
        (ClusterSizes(shares=(0.4, 0.6)), [0, 1, 2, 1, 0], False),
        (Cardinality(lower=1, upper=2), [0, 1, 1], True),
        (Cardinality(lower=2), [0, 1, 1], False),
        (Cardinality(upper=1), [0, 1, 1], False),
        (Cardinality(lower=2, group=1), [0, 1, 1], True),
        (Cardinality(lower=2, group=0), [0, 1, 1], False),
        (Cardinality(lower=1, items=(0, 1)), [0, 1, 1], True),
        (Cardinality(lower=1, items=(1, 2)), [0, 1, 1], False),
        (Cardinality(upper=1, items=(1, 2)), [0, 1, 1], False),
        (Cardinality(upper=0, items=(1, 2), group=0), [0, 1, 1], True),
        (Balance(parts=((0, 1), (2, 3, 4, 5)), tolerance=0), [0, 1, 0, 0, 1, 1], True),
        (Balance(parts=((0, 1), (2, 3, 4, 5)), tolerance=0.2), [0, 1, 0, 0, 0, 1], False),
        (Balance(parts=((0, 1), (2, 3, 4, 5)), tolerance=0.25), [0, 1, 0, 0, 0, 1], True),
        (Balance(parts=((0, 1, 2), (3,), (4,)), tolerance=0.66), [0, 0, 1, 0, 0], True),
        (Balance(parts=((0,), (1,)), tolerance=0.5), [0, 1, 2], False),
        (Rule(premises=(Relation(0, 1, True),), conclusion=Relation(1, 2, False)), [0, 0, 0], False),
        (Rule(premises=(Relation(0, 1, True),), conclusion=Relation(1, 2, False)), [0, 0, 1], True),
        (Rule(premises=(Relation(0, 1, False),), conclusion=Relation(1, 2, True)), [0, 1, 0], False),
        (
            Rule(premises=(Relation(0, 1, True), Relation(0, 2, False)), conclusion=Relation(1, 2, True)),
            [0, 1, 2],
            True,
        ),
    ],
)
def test_what_each_kind_asks_of_a_labelling(constraint: Constraint, labels: list[int], holds: bool) -> None:
    assert satisfied(constraint, np.array(labels)) is holds
    violated = ConstraintSet.from_stated(len(labels), [constraint]).violated(np.array(labels))
    assert violated == ([] if holds else [constraint])


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 40))
def test_rounded_sizes_are_right_and_none_is_empty(parts: list[int], n: int) -> None:
    sizes = ClusterSizes(shares=tuple(part / sum(parts) for part in parts))
    least, most = sizes_allowed(sizes, n)
    assert (least >= 1).all()
    for part, low, high in zip(sorted(parts), least.tolist(), most.tolist(), strict=True):
        right = [count for count in range(n + 2) if abs(count * sum(parts) - part * n) < sum(parts)]
        assert high - low <= 2
        assert {max(1, min(right)), max(right)} <= {low, high, low + 1, high - 1}
