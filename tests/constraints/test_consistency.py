import numpy as np
from hypothesis import given
from scipy.sparse.csgraph import shortest_path

from clusteer.constraints import CannotLink, Conflict, ConstraintSet, Member, MustLink, Rejection
from tests.constraints.naive import N, Pairs, labellings, pairs, satisfies


def stated(must: Pairs, cannot: Pairs) -> ConstraintSet:
    return ConstraintSet(
        N,
        tuple(MustLink(first=i, second=j, source=f"m{row}") for row, (i, j) in enumerate(must)),
        tuple(CannotLink(first=i, second=j, source=f"c{row}") for row, (i, j) in enumerate(cannot)),
    )


@given(pairs, pairs)
def test_there_is_a_conflict_exactly_when_no_labelling_satisfies_the_links(must: Pairs, cannot: Pairs) -> None:
    possible = any(satisfies(labels, must, cannot) for labels in labellings())
    assert bool(stated(must, cannot).conflicts()) == (not possible)


@given(pairs, pairs)
def test_each_conflict_is_a_shortest_path_of_real_links_with_their_sources(must: Pairs, cannot: Pairs) -> None:
    conflicts = stated(must, cannot).conflicts()
    linked = np.zeros((N, N))
    for i, j in must:
        linked[i, j] = 1
    steps = shortest_path(linked, directed=False, unweighted=True)

    assert sorted(c.apart for c in conflicts) == sorted(f"c{r}" for r, (i, j) in enumerate(cannot) if steps[i, j] < N)
    assert [len(c.items) for c in conflicts] == sorted(len(c.items) for c in conflicts)
    for conflict in conflicts:
        first, last = cannot[int(conflict.apart[1:])]
        assert (conflict.items[0], conflict.items[-1]) == (first, last)
        assert len(conflict.together) == len(conflict.items) - 1 == steps[first, last]
        for step, source in zip(zip(conflict.items, conflict.items[1:], strict=False), conflict.together, strict=True):
            assert set(step) == set(must[int(source[1:])])
        assert conflict.sources == (*conflict.together, conflict.apart)


@given(pairs, pairs)
def test_leaving_out_the_cannot_links_of_all_conflicts_leaves_none(must: Pairs, cannot: Pairs) -> None:
    wrong = {int(conflict.apart[1:]) for conflict in stated(must, cannot).conflicts()}
    assert stated(must, [pair for row, pair in enumerate(cannot) if row not in wrong]).conflicts() == []


def test_members_and_rejections_conflict_through_their_leaders() -> None:
    constraints = ConstraintSet(
        9,
        members=(Member(item=0, exemplars=(1, 5), source="a1"), Member(item=2, exemplars=(1,), source="a2")),
        rejections=(Rejection(item=2, exemplars=(0, 6), source="a3"), Rejection(item=2, exemplars=(5,), source="a4")),
    )
    assert constraints.conflicts() == [Conflict((2, 1, 0), ("a2", "a1"), "a3")]


def test_an_answer_that_is_part_of_a_conflict_twice_is_named_once() -> None:
    assert Conflict((0, 1, 2), ("a1", "a1"), "a2").sources == ("a1", "a2")


def test_a_long_path_is_found_among_many_links_that_contradict_nothing() -> None:
    chain = [(i, i + 1) for i in range(20_000)]
    pairs_elsewhere = [(i, i + 1) for i in range(30_000, 130_000, 2)]
    kept = [(i, i + 2) for i in range(30_000, 129_000, 2)]
    constraints = ConstraintSet.from_pairs(130_001, chain + pairs_elsewhere, [*kept, (0, 20_000), (5, 4)])
    assert [c.items for c in constraints.conflicts()] == [(5, 4), tuple(range(20_001))]
    assert ConstraintSet.from_pairs(130_001, chain + pairs_elsewhere, kept).conflicts() == []
