from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteer.core.errors import InvalidInputError
from clusteer.metrics import accuracy, ari, nmi, nmi_geometric, pair_f, rand

labelings = st.integers(1, 12).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(0, 3), min_size=n, max_size=n) for _ in range(2)])
)


def naive_accuracy(truth: list[int], labels: list[int]) -> float:
    """Try every one-to-one matching of four groups."""
    return max(
        sum(matching[label] == true for true, label in zip(truth, labels, strict=True)) / len(truth)
        for matching in permutations(range(4))
    )


@given(labelings)
def test_equal_to_naive_loops(pair: tuple[list[int], list[int]]) -> None:
    truth, labels = pair
    assert accuracy(truth, labels) == pytest.approx(naive_accuracy(truth, labels))
    together = [(truth[i] == truth[j], labels[i] == labels[j]) for i, j in combinations(range(len(truth)), 2)]
    assert rand(truth, labels) == (pytest.approx(sum(a == b for a, b in together) / len(together)) if together else 1.0)
    both, either = sum(a and b for a, b in together), sum(a + b for a, b in together)
    assert pair_f(truth, labels) == (pytest.approx(2 * both / either) if either else 1.0)


@given(labelings)
def test_names_and_order_do_not_matter(pair: tuple[list[int], list[int]]) -> None:
    truth, labels = map(np.array, pair)
    order = np.random.default_rng(len(truth)).permutation(len(truth))
    renamed = np.array(["d", "a", "c", "b"])[labels]
    for metric in (accuracy, nmi, nmi_geometric, ari, rand, pair_f):
        assert metric(truth[order], renamed[order]) == pytest.approx(metric(truth, labels))
        assert metric(truth, truth) == pytest.approx(1)


def test_differing_numbers_of_groups() -> None:
    assert accuracy([0, 0, 1, 1], [0, 0, 0, 0]) == 0.5
    assert accuracy([0, 0, 0, 0], [0, 1, 2, 3]) == 0.25
    assert nmi([0, 0, 1, 1], [0, 0, 0, 0]) == 0
    assert ari([0, 0, 1, 1], [0, 1, 0, 1]) == pytest.approx(-0.5)


def test_large_counts_do_not_overflow() -> None:
    truth = np.zeros(200_000, np.int32)
    assert rand(truth, truth) == pair_f(truth, truth) == 1


def test_lengths_must_agree() -> None:
    with pytest.raises(InvalidInputError, match=r"labels has shape \(2,\) but there are 3 items"):
        accuracy([0, 1, 1], [0, 1])
    with pytest.raises(InvalidInputError, match="truth"):
        nmi([[0, 1]], [0, 1])


def test_the_geometric_mean_is_at_most_the_arithmetic_one() -> None:
    truth, labels = [0, 0, 0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, 2, 3, 3]
    assert nmi_geometric(truth, labels) > nmi(truth, labels)
    # H(truth) = 1.5, H(labels) = 2 and their mutual information 1.5 bits.
    assert nmi_geometric(truth, labels) == pytest.approx(1.5 / (1.5 * 2) ** 0.5)
    assert nmi(truth, labels) == pytest.approx(1.5 / 1.75)
