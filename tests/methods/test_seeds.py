from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteer.constraints import ConstraintSet, Member, MustLink, Rejection, from_answers
from clusteer.core import Answer, Question
from clusteer.methods.seeds import HEARD, Seeds, read_seeds
from tests.blobs import NOWHERE, answers_about, told
from tests.methods.made_seeds import seeds_in

N = 6
TRUTH = np.array([0, 0, 1, 1, 2, 2, 0, 1])

pairs = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)).filter(lambda pair: pair[0] != pair[1]))


def placed(seeds: Seeds) -> dict[int, int]:
    return dict(zip(seeds.items.tolist(), seeds.groups.tolist(), strict=True))


def loose_components(seeds: Seeds) -> list[tuple[list[int], list[float]]]:
    """The items of each component in no group, and how many answers hold it apart from each group."""
    loose = seeds.unplaced
    return [
        (loose.items[loose.component == number].tolist(), against)
        for number, against in enumerate(loose.against.tolist())
    ]


def test_without_answers_there_are_none() -> None:
    seeds = read_seeds(ConstraintSet(5))
    assert (len(seeds.items), seeds.n_groups, loose_components(seeds)) == (0, 0, [])


def test_answers_seed_groups_in_the_order_they_opened() -> None:
    seeds = read_seeds(told([4, 2, 3, 0, 5, 1], TRUTH))
    assert seeds.items.tolist() == [4, 2, 3, 0, 5, 1]
    assert seeds.groups.tolist() == [0, 1, 1, 2, 0, 2]
    assert seeds.n_groups == 3
    assert (seeds.weights == 1).all()
    assert (seeds.repeated == 0).all()
    assert loose_components(seeds) == []


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
    unplaced = [item for items, _ in loose_components(seeds) for item in items]
    assert sorted([*seeds.items.tolist(), *unplaced]) == closure.items.tolist()
    numbers = []
    for items, against in loose_components(seeds):
        assert len({closure.component_of(item) for item in items}) == 1
        component = closure.component_of(items[0])
        assert component is not None
        assert [count > 0 for count in against] == [closure.apart(component, group) for group in kept]
        numbers.append(component)
    found = {tuple(sorted((numbers[one], numbers[other]))) for one, other in seeds.unplaced.apart.tolist()}
    assert found == {tuple(pair) for pair in closure.apart_pairs.tolist() if set(pair) <= set(numbers)}


def test_the_groups_with_most_items_are_kept_and_the_earlier_of_equal_ones() -> None:
    constraints = told([0, 2, 4, 3, 5], TRUTH)
    assert placed(read_seeds(constraints, 1)) == {2: 0, 3: 0}
    two = read_seeds(constraints, 2)
    assert placed(two) == {2: 0, 3: 0, 4: 1, 5: 1}
    assert loose_components(two) == [([0], [1, 1])]
    assert placed(read_seeds(told([0, 2, 4], TRUTH), 2)) == {0: 0, 2: 1}
    assert loose_components(read_seeds(constraints, 3)) == []


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


def test_said_once_more_to_be_of_its_group_is_so_much_more_apart_from_each_other() -> None:
    question = Question("", "member", (4,), ((0,), (2,)))
    said = [
        Answer(Question("", "same", (0, 2)), "different", id="a1"),
        *(Answer(question, "2", id=f"a{number}") for number in (2, 3, 4)),
    ]
    seeds = read_seeds(from_answers(said, 8))
    repeated = dict(zip(seeds.items.tolist(), seeds.repeated.tolist(), strict=True))
    assert repeated == {0: [0, 0], 2: [0, 0], 4: [2, 0]}


def test_what_was_overruled_still_speaks_for_the_other_group() -> None:
    said = [
        Answer(Question("", "same", (0, 2)), "different", id="a1"),
        Answer(Question("", "member", (4,), ((0,), (2,))), "2", id="a2"),
    ]
    before = (Member(item=4, exemplars=(0,)), Member(item=4, exemplars=(7,)), Member(item=6, exemplars=(0,)))
    seeds = read_seeds(replace(from_answers(said, 8), overruled=before))
    repeated = dict(zip(seeds.items.tolist(), seeds.repeated.tolist(), strict=True))
    assert repeated == {0: [0, 0], 2: [0, 0], 4: [-1, 0]}
    assert seeds.overruled == 3


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
    assert loose_components(seeds) == [([3, 4], [0, 1, 0])]


@pytest.mark.parametrize("m", range(7))
def test_the_first_seeds_are_cut_alike(m: int) -> None:
    seeds = read_seeds(told([4, 2, 3, 0, 5, 1], TRUTH))
    early = seeds.take(slice(m))
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


@pytest.mark.parametrize("m", [0, 1, HEARD - 1, HEARD])
def test_all_of_so_many_seeds_are_heard(m: int) -> None:
    assert np.array_equal(seeds_in(np.zeros(m, np.int64), 1).heard, np.arange(m))


def test_of_more_the_first_and_the_last_are_heard() -> None:
    heard = seeds_in(np.zeros(HEARD + 300, np.int64), 1).heard
    assert len(heard) == HEARD
    assert np.array_equal(heard[: HEARD // 2], np.arange(HEARD // 2))
    assert np.array_equal(heard[HEARD // 2 :], np.arange(HEARD // 2 + 300, HEARD + 300))


def test_items_get_new_numbers_and_nothing_else_changes() -> None:
    constraints = ConstraintSet.from_pairs(8, [(3, 4)], [(0, 1), (1, 2), (0, 2), (3, 1)])
    seeds, place = read_seeds(constraints), np.array([7, 6, 5, 4, 3, 2, 1, 0])
    moved = seeds.renumbered(place)
    assert moved.items.tolist() == [7, 6, 5]
    assert loose_components(moved) == [([4, 3], [0, 1, 0])]
    assert np.array_equal(moved.groups, seeds.groups)
