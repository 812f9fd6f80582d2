"""Demands that no grouping meets, in sentences with numbers. Contradicting links are ``ConstraintSet.conflicts``.

Whether links can be met by k groups is NP-complete (Davidson and Ravi, "Clustering with constraints: feasibility
issues and the k-means algorithm", SDM 2005): what is found here cannot be met, but nothing found is no promise.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clusteer.constraints.closure import Closure
from clusteer.constraints.comparisons import contradicting_marks, contradicting_triplets
from clusteer.constraints.constraint_set import ConstraintSet
from clusteer.constraints.counting import first_unmet
from clusteer.constraints.demands import SHOWN, Name, counted, describe, listed, numbered
from clusteer.constraints.kinds import Cardinality
from clusteer.constraints.satisfaction import sizes_allowed


@dataclass(frozen=True)
class Infeasible:
    """Something that cannot be met.

    Attributes
    ----------
    sentence : str
        Why, with numbers and ledger ids.
    sources : tuple of str
        Ledger ids of the statements of which one must change, each once.
    """

    sentence: str
    sources: tuple[str, ...]


def infeasible(constraints: ConstraintSet, n_clusters: int | None = None, name: Name = numbered) -> list[Infeasible]:
    """Return what no grouping of the items can meet; an empty list where nothing was found.

    Parameters
    ----------
    constraints : ConstraintSet
        What is stated. The links that rules and triplets deduce count too.
    n_clusters : int, optional
        Number of groups, each with an item. None leaves it open, or to the sizes where those are given.
    name : callable, optional
        What an item is called.
    """
    deduced = constraints.deduced()
    found = [
        *(_found(sentence, *sources) for sentence, sources in contradicting_marks(constraints.difficulties, name)),
        *(_found(sentence, *sources) for sentence, sources in contradicting_triplets(constraints.triplets, name)),
        *_contradicting_rules(constraints, deduced, name),
    ]
    counts = [
        *_in_one_group(deduced, name),
        *_against_sizes(deduced, name),
        *_number_of_groups(deduced, n_clusters, name),
    ]
    if n_clusters is None and deduced.sizes is not None:
        n_clusters = len(deduced.sizes.shares)
    if not counts and n_clusters is not None and (unmet := first_unmet(deduced, n_clusters)):
        clauses = "; ".join(describe(demand, name) for demand in unmet)
        sentence = f"no {n_clusters} groups meet the links and this: {clauses}"
        counts.append(_found(sentence, *(demand.source for demand in unmet)))
    return [*found, *counts]


def _found(sentence: str, *sources: str) -> Infeasible:
    named = tuple(dict.fromkeys(filter(None, sources)))
    return Infeasible(f"{sentence} ({', '.join(named)})" if named else sentence, named)


def _contradicting_rules(stated: ConstraintSet, deduced: ConstraintSet, name: Name) -> Iterator[Infeasible]:
    """Yield the contradictions that are there only because of what rules and triplets deduce."""
    if deduced is stated:
        return
    known = {(conflict.items[0], conflict.items[-1], conflict.apart) for conflict in stated.conflicts()}
    for conflict in deduced.conflicts():
        first, last = conflict.items[0], conflict.items[-1]
        if (first, last, conflict.apart) not in known:
            yield _found(
                f"with what rules and triplets imply, {name(first)} and {name(last)} belong both together and apart",
                *conflict.sources,
            )


def _in_one_group(constraints: ConstraintSet, name: Name) -> Iterator[Infeasible]:
    """Yield the bounds that not even one group can meet."""
    closure, bounds = constraints.closure(), constraints.cardinalities
    for low in bounds:
        if low.lower is None:
            continue
        if low.lower > (size := _size(low, constraints)):
            yield _found(f"{describe(low, name)}, but there are only {size:,}", low.source)
        for high in bounds:
            if high.upper is not None and low.lower > high.upper and _of_one_group(low, high, closure):
                yield _found(f"{describe(low, name)}, but {describe(high, name)}", low.source, high.source)
    for high in bounds:
        together, item = _most_together(closure, constraints.n_items, high)
        if high.upper is not None and together > high.upper:
            what = "items" if high.items is None else "of them"
            yield _found(
                f"{describe(high, name)}, but {together:,} {what} belong together with {name(item)}", high.source
            )


def _size(cardinality: Cardinality, constraints: ConstraintSet) -> int:
    return constraints.n_items if cardinality.items is None else len(cardinality.items)


def _of_one_group(low: Cardinality, high: Cardinality, closure: Closure) -> bool:
    """Whether there is a group that both bind, and what ``low`` counts is part of what ``high`` counts."""
    if high.items is not None and (low.items is None or not set(low.items) <= set(high.items)):
        return False
    if low.group is None or high.group is None or low.group == high.group:
        return True
    return closure.same(low.group, high.group) is True


def _most_together(closure: Closure, n_items: int, cardinality: Cardinality) -> tuple[int, int]:
    """Return how many of the counted items share a bound group at least, and one item of that group."""
    group = cardinality.group
    items = np.arange(n_items) if cardinality.items is None else np.array(cardinality.items, np.int64)
    if group is not None:
        component = closure.component_of(group)
        together = np.array([group]) if component is None else closure.items[closure.component == component]
        return len(np.intersect1d(items, together)), group
    touched = np.intersect1d(items, closure.items)
    if not len(touched):
        return (1, int(items[0])) if len(items) else (0, 0)
    counts = np.bincount(closure.lift(touched))
    return int(counts.max()), int(touched[closure.lift(touched) == counts.argmax()][0])


def _against_sizes(constraints: ConstraintSet, name: Name) -> Iterator[Infeasible]:
    """Yield the bounds and must-links that the largest or the smallest group cannot meet."""
    sizes = constraints.sizes
    if sizes is None:
        return
    n = constraints.n_items
    least, most = sizes_allowed(sizes, n)
    smallest = f"the smallest group is to hold {min(sizes.shares):.3g} of {n:,} items, at most {most[0]:,}"
    largest = f"the largest group is to hold {max(sizes.shares):.3g} of {n:,} items"
    for bound in constraints.cardinalities:
        if bound.items is None and bound.group is None:
            why = describe(bound, name)
            if bound.upper is not None and least[-1] > bound.upper:
                yield _found(f"{largest}, at least {least[-1]:,}, but {why}", sizes.source, bound.source)
            if bound.lower is not None and most[0] < bound.lower:
                yield _found(f"{smallest}, but {why}", sizes.source, bound.source)
    together, item = _most_together(constraints.closure(), n, Cardinality(upper=0))
    if together > most[-1]:
        why = f"{together:,} items belong together with {name(item)}"
        yield _found(f"{largest}, at most {most[-1]:,}, but {why}", sizes.source)


@dataclass(frozen=True)
class _Limit:
    """A number of groups that there must be at least, or may be at most.

    ``why`` says so; ``against`` says it to someone who wants the k groups that are asked for.
    """

    number: int
    why: str
    against: str
    source: str = ""


def _number_of_groups(constraints: ConstraintSet, n_clusters: int | None, name: Name) -> Iterator[Infeasible]:
    """Yield why there cannot be as many groups as are asked for, or any number of them."""
    k, source, sizes = n_clusters, "", constraints.sizes
    if sizes is not None:
        if k is None:
            k, source = len(sizes.shares), sizes.source
        elif k != len(sizes.shares):
            yield _found(f"sizes are given for {len(sizes.shares)} groups, but there are to be {k}", sizes.source)
    least, most = list(_least(constraints, k, name)), list(_most(constraints, k, name))
    if k is not None:
        broken = [limit for limit in least if limit.number > k] + [limit for limit in most if limit.number < k]
        yield from (_found(limit.against, limit.source, source) for limit in broken)
    low, high = max(least, key=lambda limit: limit.number), min(most, key=lambda limit: limit.number)
    if low.number > high.number:
        yield _found(f"{low.why}, but {high.why}", low.source, high.source)


def _least(constraints: ConstraintSet, k: int | None, name: Name) -> Iterator[_Limit]:
    """Yield how many groups there must be."""
    apart = [name(leader) for leader in constraints.leaders]
    why = f"{len(apart)} sets of items, those of {listed(apart, SHOWN)}, are kept apart from each other"
    yield _Limit(len(apart), why, f"{why}, but there are to be {k} groups")
    for bound in constraints.cardinalities:
        if bound.upper and bound.group is None:
            size, limit = _size(bound, constraints), f"at most {bound.upper:,}"
            number = -(-size // bound.upper)
            against = f"{k} groups of {limit} cannot hold {size:,} items"
            if bound.items is not None:
                against = f"{k} groups with {limit} each cannot hold all {counted(bound, name)}"
            yield _Limit(number, f"{describe(bound, name)}, so there are {number:,} or more", against, bound.source)


def _most(constraints: ConstraintSet, k: int | None, name: Name) -> Iterator[_Limit]:
    """Yield how many groups there may be."""
    closure, n = constraints.closure(), constraints.n_items
    sets = n - len(closure.items) + closure.n_components
    why = f"there are only {n:,} items" if sets == n else f"what belongs together makes {n:,} items only {sets:,} sets"
    yield _Limit(sets, why, f"{k} groups cannot hold an item each: {why}")
    for bound in constraints.cardinalities:
        if bound.lower and bound.group is None and bound.lower <= (size := _size(bound, constraints)):
            number = size // bound.lower
            against = (
                f"{k} groups of at least {bound.lower:,} need {(k or 0) * bound.lower:,} items, but there are {size:,}"
            )
            if bound.items is not None:
                against = f"{k} groups cannot each hold at least {bound.lower:,} {counted(bound, name)}"
            yield _Limit(number, f"{describe(bound, name)}, so there are {number:,} or fewer", against, bound.source)
