from itertools import combinations

import pytest

from clusteer.bench.session_curve import count_links, session_curve
from clusteer.constraints import ConstraintSet, from_labels
from tests.blobs import blob_index, blobs, told


@pytest.mark.parametrize("n_pairs", [0, 1, 30, 150])
def test_known_pairs_are_those_the_closure_answers(n_pairs: int) -> None:
    truth = blobs(40)[1]
    links = from_labels(truth, n_pairs)
    known = sum(links.closure().same(i, j) is not None for i, j in combinations(range(40), 2))
    assert count_links(links) == {"links": n_pairs, "pairs_known": known}


def test_answers_about_groups_count_every_link_they_state() -> None:
    truth = blobs(120)[1]
    constraints = told(range(5), truth)  # a pair apart, then "none" of two, "none" of three, and the first of four
    assert count_links(constraints) == {"links": 1 + 2 + 3 + 1, "pairs_known": 10}


def test_many_items_in_one_component_are_counted_not_written_out() -> None:
    n = 200_000
    chain = ConstraintSet.from_pairs(n, [(i, i + 1) for i in range(n - 2)], [(0, n - 1)])
    assert count_links(chain)["pairs_known"] == (n - 1) * (n - 2) // 2 + n - 1


def test_a_session_is_measured_with_its_links() -> None:
    index, truth = blob_index(120), blobs(120)[1]
    points = session_curve(index, truth, budget=12, noise=0.0, strategy="margin", seed=0, marks=(0, 5, 12))
    assert [point["answers"] for point in points] == [0, 5, 12]
    assert points[0]["links"] == points[0]["pairs_known"] == 0
    assert points[-1]["links"] >= 12
    # Every item answered about is in a group and the groups are apart, so of all pairs of them the answer is known.
    touched = 13
    assert points[-1]["pairs_known"] == touched * (touched - 1) // 2
    assert points[-1]["acc"] > 0.9
