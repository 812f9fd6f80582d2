from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
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
    Relation,
    Rule,
    Triplet,
    infeasible,
)
from clusteer.constraints.satisfaction import satisfied
from tests.constraints.naive import LABELLINGS, N, Pairs, pairs, rules, triplets

some = st.lists(st.integers(0, N - 1), min_size=1, max_size=N, unique=True).map(tuple)
cardinalities = st.builds(
    lambda bounds, items, group: Cardinality(lower=min(bounds), upper=max(bounds), items=items, group=group),
    st.tuples(st.integers(0, 4), st.integers(0, 5)),
    st.none() | some,
    st.none() | st.integers(0, N - 1),
)
balances = st.builds(
    lambda items, cut, tolerance: Balance(parts=(tuple(items[:cut]), tuple(items[cut:])), tolerance=tolerance),
    st.permutations(range(N)).flatmap(lambda items: st.integers(4, N).map(lambda many: items[:many])),
    st.integers(1, 3),
    st.sampled_from([0, 0.25, 0.5, 1]),
)
sizes = st.lists(st.integers(1, 5), min_size=1, max_size=4).map(
    lambda parts: ClusterSizes(shares=tuple(part / sum(parts) for part in parts))
)
demands = st.lists(st.one_of(cardinalities, balances, sizes), max_size=3)


def possible(constraints: ConstraintSet, n_clusters: int | None) -> bool:
    return any(
        (n_clusters is None or labels.max() + 1 == n_clusters) and all(satisfied(c, labels) for c in constraints)
        for labels in LABELLINGS
    )


def stated(must: Pairs, cannot: Pairs, others: list[Constraint]) -> ConstraintSet:
    links = ConstraintSet.from_pairs(N, must, cannot)
    return ConstraintSet.from_stated(N, [*links, *others])


@settings(max_examples=150)
@given(pairs, pairs, demands, rules, triplets, st.none() | st.integers(1, N + 1))
def test_nothing_is_found_where_a_grouping_meets_everything(
    must: Pairs, cannot: Pairs, demands: list[Constraint], rules: list[Rule], triplets: list[Triplet], k: int | None
) -> None:
    constraints = stated(must, cannot, [*demands, *rules, *triplets])
    found = [one for one in infeasible(constraints, k) if not one.sentence.startswith("no distances")]
    if found:
        assert not possible(constraints, k)


@settings(max_examples=150)
@given(pairs, st.sampled_from([[], [(0, 1)], [(0, 1), (2, 0), (1, 2)]]), demands, st.integers(1, N))
def test_something_is_found_where_no_grouping_meets_counts_and_sets_of_which_each_is_apart_from_each(
    must: Pairs, cannot: Pairs, demands: list[Constraint], k: int
) -> None:
    constraints = stated(must, cannot, demands)
    if not constraints.conflicts():
        assert bool(infeasible(constraints, k)) == (not possible(constraints, k))


def sentences(constraints: ConstraintSet, n_clusters: int | None = None) -> list[str]:
    return [found.sentence for found in infeasible(constraints, n_clusters, "abcdefghijklmnopqrstuvwxyz".__getitem__)]


def upper(most: int, **fields: object) -> Cardinality:
    return Cardinality(upper=most, **fields)  # type: ignore[arg-type]  # fields as the test names them


def lower(least: int, **fields: object) -> Cardinality:
    return Cardinality(lower=least, **fields)  # type: ignore[arg-type]  # fields as the test names them


@pytest.mark.parametrize(
    ("n", "others", "k", "expected"),
    [
        (812, [upper(200, source="d1")], 3, "3 groups of at most 200 cannot hold 812 items (d1)"),
        (812, [lower(300, source="d2")], 3, "3 groups of at least 300 need 900 items, but there are 812 (d2)"),
        (
            9,
            [upper(1, items=(0, 1, 2, 3, 4))],
            4,
            "4 groups with at most 1 each cannot hold all of the 5 items a, b, c and 2 more",
        ),
        (9, [lower(2, items=(0, 1, 2))], 2, "2 groups cannot each hold at least 2 of the 3 items a, b and c"),
        (
            812,
            [lower(300, source="d1"), upper(400, source="d2")],
            None,
            "each group is to hold at most 400 items, so there are 3 or more, but each group is to hold at least 300 "
            "items, so there are 2 or fewer (d2, d1)",
        ),
        (
            9,
            [lower(4, source="d1"), upper(3, source="d2")],
            None,
            "each group is to hold at least 4 items, but each group is to hold at most 3 items (d1, d2)",
        ),
        (
            9,
            [lower(3, group=0, items=(1, 2, 3)), upper(2, group=0)],
            None,
            "the group of a is to hold at least 3 of the 3 items b, c and d, but the group of a is to hold at most 2 "
            "items",
        ),
        (
            9,
            [lower(4, items=(1, 2, 3), source="d7")],
            None,
            "each group is to hold at least 4 of the 3 items b, c and d, but there are only 3 (d7)",
        ),
        (
            9,
            [upper(2, source="d1"), MustLink(first=2, second=4), MustLink(first=4, second=5)],
            None,
            "each group is to hold at most 2 items, but 3 items belong together with c (d1)",
        ),
        (
            9,
            [Cardinality(upper=0, items=(3,), group=3)],
            None,
            "the group of d is to hold at most 0 of the 1 items d, but 1 of them belong together with d",
        ),
        (5, [], 6, "6 groups cannot hold an item each: there are only 5 items"),
        (
            5,
            [MustLink(first=0, second=1)],
            5,
            "5 groups cannot hold an item each: what belongs together makes 5 items only 4 sets",
        ),
        (
            5,
            [CannotLink(first=0, second=1), CannotLink(first=1, second=2), CannotLink(first=0, second=2)],
            2,
            "3 sets of items, those of a, b and c, are kept apart from each other, but there are to be 2 groups",
        ),
        (
            9,
            [ClusterSizes(shares=(0.5, 0.25, 0.25), source="d1")],
            4,
            "sizes are given for 3 groups, but there are to be 4 (d1)",
        ),
        (
            100,
            [ClusterSizes(shares=(0.3, 0.7), source="d1"), upper(60, source="d2")],
            None,
            "the largest group is to hold 0.7 of 100 items, at least 70, but each group is to hold at most 60 items "
            "(d1, d2)",
        ),
        (
            100,
            [ClusterSizes(shares=(0.3, 0.7), source="d1"), lower(40, source="d2")],
            None,
            "the smallest group is to hold 0.3 of 100 items, at most 30, but each group is to hold at least 40 items "
            "(d1, d2)",
        ),
        (
            8,
            [ClusterSizes(shares=(0.5, 0.5)), *(MustLink(first=0, second=i) for i in range(1, 5))],
            None,
            "the largest group is to hold 0.5 of 8 items, at most 4, but 5 items belong together with a",
        ),
        (
            6,
            [upper(4, source="d1"), *(MustLink(first=i, second=i + 1) for i in (0, 1, 3, 4))],
            3,
            "3 groups cannot hold an item each: what belongs together makes 6 items only 2 sets",
        ),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(n: int, others: list[Constraint], k: int | None, expected: str) -> None:
    assert expected in sentences(ConstraintSet.from_stated(n, others), k)


def test_sets_that_cannot_be_divided_do_not_fit_though_the_items_would() -> None:
    threes: list[Constraint] = [MustLink(first=i, second=i + 1) for i in (0, 1, 3, 4, 6, 7)]
    constraints = ConstraintSet.from_stated(9, [*threes, upper(5, source="d1"), lower(1, source="d2")])
    assert infeasible(constraints, 3) == []
    (found,) = infeasible(constraints, 2)
    assert found.sentence == "no 2 groups meet the links and this: each group is to hold at most 5 items (d1)"
    assert found.sources == ("d1",)


def test_only_the_demands_that_clash_are_named() -> None:
    parts = Balance(parts=((0, 1, 2), (3, 4, 5, 6, 7)), tolerance=0.1, source="d3")
    demands: list[Constraint] = [upper(7, source="d1"), parts, lower(2, source="d2")]
    links: list[Constraint] = [Member(item=0, exemplars=(1,)), MustLink(first=1, second=2)]
    constraints = ConstraintSet.from_stated(9, [*demands, *links])
    assert infeasible(replace(constraints, cardinalities=()), 2) == []
    (found,) = infeasible(constraints, 2)
    assert found.sources == ("d2", "d3")
    assert found.sentence == (
        "no 2 groups meet the links and this: each group is to hold at least 2 items; each group is to hold the same "
        "share, within 0.1, of parts of 3 and 5 items (d2, d3)"
    )


def test_bounds_on_groups_of_items_kept_apart_add_up() -> None:
    constraints = ConstraintSet.from_stated(
        9, [CannotLink(first=0, second=1), lower(5, group=0, source="d1"), lower(5, group=1, source="d2")]
    )
    (found,) = infeasible(constraints, 2)
    assert found.sources == ("d1", "d2")
    assert infeasible(replace(constraints, cannot_links=()), 2) == []


def test_rules_that_force_a_contradiction_are_named_and_stated_conflicts_are_not() -> None:
    rule = Rule(premises=(Relation(0, 1, together=True),), conclusion=Relation(2, 3, together=True), source="d1")
    links: list[Constraint] = [MustLink(first=0, second=1, source="a1"), CannotLink(first=3, second=2, source="a2")]
    assert sentences(ConstraintSet.from_stated(4, links)) == []
    (found,) = infeasible(ConstraintSet.from_stated(4, [*links, rule]), name="wxyz".__getitem__)
    assert found.sentence == "with what rules and triplets imply, z and y belong both together and apart (d1, a2)"
    conflict: list[Constraint] = [*links, CannotLink(first=0, second=1, source="a3")]
    assert sentences(ConstraintSet.from_stated(4, conflict)) == []


def test_comparisons_and_marks_that_contradict_are_named() -> None:
    stated: list[Constraint] = [
        Triplet(anchor=0, near=1, far=2, source="a1"),
        Triplet(anchor=0, near=2, far=1, source="a2"),
        Triplet(anchor=3, near=4, far=5, source="a3"),
        Triplet(anchor=5, near=3, far=4, source="a4"),
        Triplet(anchor=4, near=5, far=3, source="a5"),
        Triplet(anchor=6, near=7, far=8, source="a6"),
        Triplet(anchor=6, near=8, far=9, source="a7"),
        Difficulty(item=1, value=1, source="a8"),
        Difficulty(item=1, value=-0.5, source="d1"),
        Difficulty(item=2, value=0, source="d2"),
        Difficulty(item=2, value=-1, source="d3"),
    ]
    constraints = ConstraintSet.from_stated(10, stated)
    assert sentences(constraints) == [
        "b is marked as easy and as hard (a8, d1)",
        "no distances agree with all of these: a is closer to b than to c and a is closer to c than to b (a1, a2)",
        "no distances agree with all of these: d is closer to e than to f, f is closer to d than to e and e is closer "
        "to f than to d (a3, a4, a5)",
    ]
    assert possible(ConstraintSet.from_stated(N, stated[:2]), None)


def test_a_hundred_thousand_items_are_checked() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 10, 100_000)
    pairs = rng.integers(0, 100_000, (10_000, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    same = truth[pairs[:, 0]] == truth[pairs[:, 1]]
    parts = tuple(tuple(np.flatnonzero(truth % 2 == part).tolist()) for part in (0, 1))
    constraints = replace(
        ConstraintSet.from_pairs(100_000, pairs[same], pairs[~same]),
        cardinalities=(upper(10_500, source="d1"), lower(9_500, source="d2")),
        balances=(Balance(parts=parts, tolerance=0.05, source="d3"),),
    )
    assert infeasible(constraints, 10) == []
    assert [found.sources for found in infeasible(constraints, 9)] == [("d1",)]
