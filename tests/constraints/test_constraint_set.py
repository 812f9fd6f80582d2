import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteer.constraints import (
    Balance,
    CannotLink,
    Cardinality,
    ClusterSizes,
    Constraint,
    ConstraintSet,
    Difficulty,
    Member,
    MustLink,
    Rejection,
    Relation,
    Rule,
    Triplet,
)
from clusteer.core import InvalidInputError
from tests.constraints.naive import N, Pairs, pairs, satisfies


def example() -> ConstraintSet:
    return ConstraintSet(
        6,
        (MustLink(first=0, second=1, weight=0.5, source="a1"),),
        (CannotLink(first=0, second=2, source="a2"),),
        (Member(item=3, exemplars=(0, 5), source="a3"),),
        (Rejection(item=4, exemplars=(2, 5), weight=0.25, source="a4"),),
    )


def test_all_four_kinds_read_as_links_of_the_leader_in_the_order_stated() -> None:
    constraints = example()
    assert len(constraints) == 4
    assert constraints.must.pairs.tolist() == [[0, 1], [3, 0]]
    assert constraints.must.weights.tolist() == [0.5, 1.0]
    assert constraints.must.sources == ("a1", "a3")
    assert constraints.cannot.pairs.tolist() == [[0, 2], [4, 2]]
    assert constraints.cannot.weights.tolist() == [1.0, 0.25]
    assert constraints.cannot.sources == ("a2", "a4")
    assert len(constraints.must) == len(constraints.cannot) == 2
    assert constraints.closure().component_of(5) is None


def test_links_are_arrays_that_nobody_can_change_and_an_empty_set_has_the_same_shapes() -> None:
    for links in (example().must, ConstraintSet(6).must, ConstraintSet(6).cannot):
        assert (links.pairs.shape, links.weights.shape) == ((len(links), 2), (len(links),))
        assert (links.pairs.dtype, links.weights.dtype) == (np.dtype(np.int64), np.dtype(np.float64))
        assert not links.pairs.flags.writeable
        assert not links.weights.flags.writeable
    assert ConstraintSet(6).conflicts() == []
    assert ConstraintSet(6).violated(np.zeros(6, np.int64)) == []


def test_with_returns_a_new_set_and_the_closure_is_computed_once() -> None:
    before = example()
    after = before.with_(must_link=[(4, 5)], cannot_link=np.array([[4, 0]]))
    assert (len(before), len(after)) == (4, 6)
    assert after.must_links == (*before.must_links, MustLink(first=4, second=5))
    assert after.cannot_links == (*before.cannot_links, CannotLink(first=4, second=0))
    assert (after.members, after.rejections) == (before.members, before.rejections)
    assert before.closure() is before.closure()
    assert before.closure().same(4, 5) is None
    assert after.closure().same(4, 5) is True
    assert example() == example()


def test_pairs_may_come_from_any_iterable() -> None:
    from_generator = ConstraintSet.from_pairs(3, ((i, i + 1) for i in range(2)), {(0, 2)})
    assert from_generator == ConstraintSet.from_pairs(3, np.array([[0, 1], [1, 2]], np.int32), [(0, 2)])
    assert type(from_generator.must_links[0].first) is int
    assert len(ConstraintSet.from_pairs(3, np.zeros((0, 2), np.int64))) == 0


@given(pairs, pairs, st.lists(st.integers(0, 3), min_size=N, max_size=N))
def test_violated_lists_exactly_the_links_a_labelling_breaks(must: Pairs, cannot: Pairs, labels: list[int]) -> None:
    violated = ConstraintSet.from_pairs(N, must, cannot).violated(np.array(labels))
    assert violated == [
        *(MustLink(first=i, second=j) for i, j in must if not satisfies(labels, [(i, j)], [])),
        *(CannotLink(first=i, second=j) for i, j in cannot if not satisfies(labels, [], [(i, j)])),
    ]


def test_members_and_rejections_are_violated_by_the_label_of_their_leader() -> None:
    constraints = example()
    assert constraints.violated(np.array([0, 0, 1, 0, 0, 7])) == []
    broken = constraints.violated(np.array([0, 1, 0, 1, 0, 1]))
    assert broken == [
        *constraints.must_links, *constraints.cannot_links, *constraints.members, *constraints.rejections
    ]  # fmt: skip


def test_a_labelling_of_another_length_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"labels has shape \(5,\) but there are 6 items"):
        example().violated(np.zeros(5, np.int64))


@pytest.mark.parametrize("item", [-1, 6])
def test_an_item_outside_the_collection_is_named_with_the_kind(item: int) -> None:
    sentence = rf" names item {item} but there are 6 items \(0 to 5\); build the constraints for exactly these items"
    with pytest.raises(InvalidInputError, match="MustLink" + sentence):
        ConstraintSet(6, must_links=(MustLink(first=0, second=item),))
    with pytest.raises(InvalidInputError, match="CannotLink" + sentence):
        ConstraintSet(6, cannot_links=(CannotLink(first=item, second=0),))
    with pytest.raises(InvalidInputError, match="Member" + sentence):
        ConstraintSet(6, members=(Member(item=0, exemplars=(1, item)),))
    with pytest.raises(InvalidInputError, match="Rejection" + sentence):
        ConstraintSet(6, rejections=(Rejection(item=item, exemplars=(1,)),))


def test_an_item_linked_with_itself_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="MustLink links item 2 with itself; name two different items"):
        ConstraintSet.from_pairs(6, [(0, 1), (2, 2)])
    with pytest.raises(InvalidInputError, match="CannotLink links item 2 with itself"):
        ConstraintSet.from_pairs(6, [], [(2, 2)])
    with pytest.raises(InvalidInputError, match="Member links item 3 with itself"):
        ConstraintSet(6, members=(Member(item=3, exemplars=(1, 3)),))


def test_a_statement_about_a_group_shows_an_exemplar() -> None:
    with pytest.raises(InvalidInputError, match="Member of item 3 shows no exemplar; give one"):
        ConstraintSet(6, members=(Member(item=3, exemplars=()),))
    with pytest.raises(InvalidInputError, match="Rejection of item 3 shows no exemplar; give one"):
        ConstraintSet(6, rejections=(Rejection(item=3, exemplars=()),))


@pytest.mark.parametrize(
    ("given_pairs", "sentence"),
    [
        ([(0, 9)], r"must_link names item 9 but there are 6 items \(0 to 5\)"),
        ([(0, 1.5)], "must_link names items by values of type float64; give whole item numbers"),
        ([(0, 1, 2)], r"must_link has shape \(1, 3\); needed is \(pairs, 2\)"),
        ([0, 1], r"must_link has shape \(2,\); needed is \(pairs, 2\)"),
        ([(0, 1), (2,)], "must_link does not make one array"),
    ],
)
def test_what_is_not_pairs_of_items_is_refused(given_pairs: Pairs, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        ConstraintSet.from_pairs(6, given_pairs)


def test_a_hundred_thousand_pairs_keep_their_order() -> None:
    drawn = np.random.default_rng(0).integers(0, 50_000, (100_000, 2))
    drawn = drawn[drawn[:, 0] != drawn[:, 1]]
    constraints = ConstraintSet.from_pairs(50_000, drawn, [])
    assert (constraints.must.pairs == drawn).all()
    assert constraints.conflicts() == []


def test_of_several_sizes_the_last_holds_and_every_kind_is_counted_and_read() -> None:
    stated: list[Constraint] = [
        ClusterSizes(shares=(1.0,)),
        Rule(premises=(Relation(0, 1, together=True),), conclusion=Relation(1, 2, together=False)),
        ClusterSizes(shares=(0.5, 0.5)),
        MustLink(first=0, second=1),
        Triplet(anchor=0, near=1, far=2),
    ]
    constraints = ConstraintSet.from_stated(6, stated)
    assert constraints.sizes == stated[2]
    assert list(constraints) == [stated[3], stated[4], stated[2], stated[1]]
    assert len(constraints) == 4
    assert ConstraintSet.from_stated(6, constraints) == constraints


@pytest.mark.parametrize(
    "stated",
    [
        Triplet(anchor=0, near=1, far=6),
        Difficulty(item=6, value=1),
        Cardinality(upper=2, items=(0, 6)),
        Cardinality(upper=2, group=6),
        Balance(parts=((0,), (1, 6)), tolerance=0),
        Rule(premises=(Relation(0, 6, together=True),), conclusion=Relation(1, 2, together=False)),
        Rule(premises=(Relation(0, 1, together=True),), conclusion=Relation(6, 2, together=False)),
    ],
)
def test_an_item_outside_the_collection_is_refused_in_every_kind(stated: Constraint) -> None:
    with pytest.raises(InvalidInputError, match=f"{type(stated).__name__} names item 6 but there are 6 items"):
        ConstraintSet.from_stated(6, [stated])
