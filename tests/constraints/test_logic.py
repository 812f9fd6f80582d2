from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteer.constraints import (
    CannotLink,
    ConstraintSet,
    Declared,
    MustLink,
    Relation,
    Rule,
    Triplet,
    from_answers,
)
from clusteer.constraints.satisfaction import satisfied
from tests.constraints.naive import LABELLINGS, N, Pairs, moment, pairs, relations, rules, triplets


def together(first: int, second: int) -> Relation:
    return Relation(first, second, together=True)


def apart(first: int, second: int) -> Relation:
    return Relation(first, second, together=False)


def stated(must: Pairs, cannot: Pairs, rules: list[Rule], triplets: list[Triplet]) -> ConstraintSet:
    return replace(ConstraintSet.from_pairs(N, must, cannot), rules=tuple(rules), triplets=tuple(triplets))


def naive(constraints: ConstraintSet) -> set[tuple[Relation, str]]:
    """What rules and triplets conclude, step by step over a fresh closure; of conclusions known already, none."""
    found: set[tuple[Relation, str]] = set()
    while True:
        closure = constraints.closure()
        triplets = (Rule(premises=(apart(t.near, t.far),), conclusion=apart(t.anchor, t.far), source=t.source)
                    for t in constraints.triplets)  # fmt: skip
        new = {
            (rule.conclusion, rule.source)
            for rule in (*constraints.rules, *triplets)
            if all(closure.same(*premise.pair) is premise.together for premise in rule.premises)
            and closure.same(*rule.conclusion.pair) is not rule.conclusion.together
        } - found
        if not new:
            return found
        found |= new
        concluded = [relation for relation, _ in new]
        constraints = constraints.with_(
            [c.pair for c in concluded if c.together], [c.pair for c in concluded if not c.together]
        )


def links(before: ConstraintSet, after: ConstraintSet) -> list[tuple[Relation, str]]:
    added: list[MustLink | CannotLink] = [
        *after.must_links[len(before.must_links) :],
        *after.cannot_links[len(before.cannot_links) :],
    ]
    return [(Relation(link.first, link.second, isinstance(link, MustLink)), link.source) for link in added]


@given(pairs, pairs, rules, triplets)
def test_each_deduced_link_holds_in_every_labelling_that_does_what_was_stated(
    must: Pairs, cannot: Pairs, rules: list[Rule], triplets: list[Triplet]
) -> None:
    constraints = stated(must, cannot, rules, triplets)
    deduced = constraints.deduced()
    assert deduced.must_links[: len(must)] == constraints.must_links
    assert deduced.cannot_links[: len(cannot)] == constraints.cannot_links
    possible = [labels for labels in LABELLINGS if all(satisfied(constraint, labels) for constraint in constraints)]
    for labels in possible:
        assert deduced.violated(labels) == []
    if deduced.conflicts():
        assert not possible


@given(pairs, pairs, rules, triplets)
def test_where_nothing_conflicts_all_that_premises_meet_is_deduced(
    must: Pairs, cannot: Pairs, rules: list[Rule], triplets: list[Triplet]
) -> None:
    constraints = stated(must, cannot, rules, triplets)
    deduced = constraints.deduced()
    if not deduced.conflicts():
        found = links(constraints, deduced)
        assert set(found) == naive(constraints)
        closure = deduced.closure()
        for rule in rules:
            if all(closure.same(*premise.pair) is premise.together for premise in rule.premises):
                assert closure.same(*rule.conclusion.pair) is rule.conclusion.together


@given(pairs, pairs, rules, triplets)
def test_deducing_again_adds_nothing(must: Pairs, cannot: Pairs, rules: list[Rule], triplets: list[Triplet]) -> None:
    deduced = stated(must, cannot, rules, triplets).deduced()
    assert deduced.deduced() == deduced


@given(pairs, pairs, rules, triplets, st.randoms(use_true_random=False))
def test_the_order_of_links_rules_and_triplets_does_not_matter(
    must: Pairs, cannot: Pairs, rules: list[Rule], triplets: list[Triplet], random: np.random.Generator
) -> None:
    one = stated(must, cannot, rules, triplets)
    mixed = [list(part) for part in (must, cannot, rules, triplets)]
    for part in mixed:
        random.shuffle(part)
    other = stated(*mixed)  # type: ignore[arg-type]  # four lists of four types
    assert sorted(map(str, links(one, one.deduced()))) == sorted(map(str, links(other, other.deduced())))


def test_a_chain_of_rules_fires_to_its_end_and_names_its_rules() -> None:
    rules = [
        Rule(premises=(together(2, 3), apart(0, 5)), conclusion=apart(4, 5), source="d2"),
        Rule(premises=(together(0, 1),), conclusion=together(2, 3), weight=0.5, source="d1"),
        Rule(premises=(apart(0, 1),), conclusion=together(0, 4), source="d3"),
    ]
    deduced = stated([(0, 1)], [(1, 5)], rules, []).deduced()
    assert deduced.must_links[1:] == (MustLink(first=2, second=3, weight=0.5, source="d1"),)
    assert deduced.cannot_links[1:] == (CannotLink(first=4, second=5, source="d2"),)


def test_a_triplet_whose_near_and_far_are_apart_keeps_the_anchor_from_the_far_one() -> None:
    triplet = Triplet(anchor=0, near=1, far=2, weight=0.25, source="a7")
    assert stated([], [], [], [triplet]).deduced() == stated([], [], [], [triplet])
    deduced = stated([(1, 3)], [(3, 2)], [], [triplet]).deduced()
    assert deduced.cannot_links[1:] == (CannotLink(first=0, second=2, weight=0.25, source="a7"),)
    assert deduced.deduced() is deduced


def test_a_rule_that_contradicts_the_links_is_a_conflict_with_its_id() -> None:
    rule = Rule(premises=(together(0, 1),), conclusion=apart(0, 2), source="d4")
    (conflict,) = stated([(0, 1), (1, 2)], [], [rule], []).deduced().conflicts()
    assert (conflict.items, conflict.apart) == ((0, 1, 2), "d4")


def test_five_thousand_rules_in_one_chain_are_followed() -> None:
    rules = [Rule(premises=(together(i, i + 1),), conclusion=together(i + 1, i + 2)) for i in range(5_000)]
    constraints = replace(ConstraintSet.from_pairs(5_002, [(0, 1)]), rules=tuple(rules[::-1]))
    assert constraints.deduced().closure().n_components == 1


@settings(max_examples=50)
@given(st.lists(st.one_of(relations, rules.map(tuple), triplets.map(tuple)), max_size=12))
def test_one_more_statement_renumbers_no_group_of_what_is_deduced(
    statements: list[Relation | tuple[Rule, ...] | tuple[Triplet, ...]],
) -> None:
    declared: list[Declared] = []
    for statement in statements:
        for one in statement if isinstance(statement, tuple) else (statement,):
            declared.append(Declared(f"d{len(declared)}", *form(one), moment(len(declared))))

    def groups(upto: int) -> tuple[list[set[int]], bool]:
        constraints = from_answers([], N, declared=declared[:upto]).deduced()
        members = constraints.closure().members
        return [set(members[group].tolist()) for group in constraints.groups], bool(constraints.conflicts())

    for upto in range(1, len(declared) + 1):
        (old, _), (new, contradicted) = groups(upto - 1), groups(upto)
        assert contradicted or (len(new) >= len(old) and all(a <= b for a, b in zip(old, new, strict=False)))


def form(statement: Relation | Rule | Triplet) -> tuple[str, dict[str, object]]:
    match statement:
        case Relation():
            return ("must_link" if statement.together else "cannot_link"), {"items": list(statement.pair)}
        case Triplet():
            return "triplet", {"anchor": statement.anchor, "near": statement.near, "far": statement.far}
        case Rule():
            premises = [{"items": list(p.pair), "together": p.together} for p in statement.premises]
            then = {"items": list(statement.conclusion.pair), "together": statement.conclusion.together}
            return "rule", {"if": premises, "then": then}
