import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteer.constraints import ConstraintSet, Member, MustLink, Rejection, from_answers
from clusteer.core import Answer, Question
from clusteer.methods.seeds import Seeds, read_seeds
from tests.blobs import NOWHERE, answers_about, told

N = 6
TRUTH = np.array([0, 0, 1, 1, 2, 2, 0, 1])

pairs = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)).filter(lambda pair: pair[0] != pair[1]))


def placed(seeds: Seeds) -> dict[int, int]:
    return dict(zip(seeds.items.tolist(), seeds.groups.tolist(), strict=True))


def test_without_answers_there_are_none() -> None:
    seeds = read_seeds(ConstraintSet(5))
    assert (len(seeds.items), seeds.n_groups, seeds.unplaced) == (0, 0, ())


def test_answers_seed_groups_in_the_order_they_opened() -> None:
    seeds = read_seeds(told([4, 2, 3, 0, 5, 1], TRUTH))
    assert seeds.items.tolist() == [4, 2, 3, 0, 5, 1]
    assert seeds.groups.tolist() == [0, 1, 1, 2, 0, 2]
    assert seeds.n_groups == 3
    assert (seeds.weights == 1).all()
    assert (seeds.repeated == 0).all()
    assert seeds.unplaced == ()


@given(pairs, pairs, st.none() | st.integers(1, 4))
def test_seeds_say_what_the_closure_says(
    must: list[tuple[int, int]], cannot: list[tuple[int, int]], limit: int | None
) -> None:
    constraints = ConstraintSet.from_pairs(N, must, cannot)
    seeds, closure = read_seeds(constraints, limit), constraints.closure()
    assert seeds.n_groups == min(len(constraints.groups), limit or N)
    components = [closure.component_of(item) for item in seeds.items.tolist()]
    kept = [component for component in constraints.groups if component in components]
    assert len(kept) == seeds.n_groups
    assert seeds.groups.tolist() == [kept.index(component) for component in components if component is not None]
    unplaced = [item for items, _ in seeds.unplaced for item in items.tolist()]
    assert sorted([*seeds.items.tolist(), *unplaced]) == closure.items.tolist()
    for items, against in seeds.unplaced:
        assert len({closure.component_of(item) for item in items.tolist()}) == 1
        component = closure.component_of(int(items[0]))
        assert component is not None
        assert [count > 0 for count in against] == [closure.apart(component, group) for group in kept]


def test_the_groups_with_most_items_are_kept_and_the_earlier_of_equal_ones() -> None:
    constraints = told([0, 2, 4, 3, 5], TRUTH)
    assert placed(read_seeds(constraints, 1)) == {2: 0, 3: 0}
    two = read_seeds(constraints, 2)
    assert placed(two) == {2: 0, 3: 0, 4: 1, 5: 1}
    ((items, against),) = two.unplaced
    assert items.tolist() == [0]
    assert against.tolist() == [1, 1]
    assert placed(read_seeds(told([0, 2, 4], TRUTH), 2)) == {0: 0, 2: 1}
    assert read_seeds(constraints, 3).unplaced == ()


def test_an_item_is_believed_as_its_best_link() -> None:
    constraints = ConstraintSet(
        5,
        must_links=(MustLink(first=0, second=1, weight=0.25), MustLink(first=1, second=2, weight=0.5)),
        rejections=(Rejection(item=3, exemplars=(0,), weight=0.125),),
        members=(Member(item=4, exemplars=(3,), weight=0.75),),
    )
    seeds = read_seeds(constraints)
    weights = dict(zip(seeds.items.tolist(), seeds.weights.tolist(), strict=True))
    assert weights == {0: 0.25, 1: 0.5, 2: 0.5, 3: 0.75, 4: 0.75}
    assert read_seeds(ConstraintSet.from_pairs(3, [], [(0, 1)])).weights.tolist() == [1, 1]


def test_answers_beyond_the_first_against_a_group_are_counted() -> None:
    answers = [
        Answer(Question("", "same", (0, 2)), "different", id="a1"),
        Answer(Question("", "same", (0, 1)), "same", id="a2"),
        Answer(Question("", "same", (2, 1)), "different", id="a3"),
        Answer(Question("", "member", (4,), ((0,), (2,)), exhaustive=True), "none", id="a4"),
    ]
    seeds = read_seeds(from_answers(answers, 8))
    assert placed(seeds) == {0: 0, 2: 1, 1: 0, 4: 2}
    repeated = dict(zip(seeds.items.tolist(), seeds.repeated.tolist(), strict=True))
    assert repeated == {0: [0, 0, 0], 2: [1, 0, 0], 1: [0, 0, 0], 4: [0, 0, 0]}


def test_one_answer_that_names_a_group_twice_counts_once() -> None:
    stated = (Rejection(item=2, exemplars=(0,), source="a2"), Rejection(item=2, exemplars=(1,), source="a2"))
    seeds = read_seeds(ConstraintSet(3, must_links=(MustLink(first=0, second=1, source="a1"),), rejections=stated))
    assert placed(seeds) == {0: 0, 1: 0, 2: 1}
    assert (seeds.repeated == 0).all()


def test_a_contradiction_does_not_count_against_the_own_group() -> None:
    constraints = ConstraintSet.from_pairs(4, [(0, 1), (1, 2)], [(0, 2), (0, 2), (0, 3)])
    seeds = read_seeds(constraints)
    assert placed(seeds) == {0: 0, 1: 0, 2: 0, 3: 1}
    assert (seeds.repeated == 0).all()


def test_a_component_of_no_group_is_unplaced() -> None:
    constraints = ConstraintSet.from_pairs(8, [(3, 4)], [(0, 1), (1, 2), (0, 2), (3, 1)])
    seeds = read_seeds(constraints)
    assert placed(seeds) == {0: 0, 1: 1, 2: 2}
    ((items, against),) = seeds.unplaced
    assert items.tolist() == [3, 4]
    assert against.tolist() == [0, 1, 0]


@pytest.mark.parametrize("m", range(7))
def test_the_first_seeds_are_cut_alike(m: int) -> None:
    seeds = read_seeds(told([4, 2, 3, 0, 5, 1], TRUTH))
    early = seeds.first(m)
    assert early.n_groups == 3
    for name in ("items", "groups", "weights", "repeated"):
        assert np.array_equal(getattr(early, name), getattr(seeds, name)[:m])


def test_seeds_of_fewer_answers_come_first() -> None:
    answers = answers_about([4, 2, 3, 0, 5, 1, 7, 6], TRUTH, mistaken={5: NOWHERE, 7: 0})
    whole = read_seeds(from_answers(answers, 8))
    for m in range(1, len(answers)):
        early = read_seeds(from_answers(answers[:m], 8))
        assert early.items.tolist() == whole.items[: len(early.items)].tolist()
        assert early.groups.tolist() == whole.groups[: len(early.items)].tolist()
