"""Whether k groups can hold what counts demand of them, by integer linear programming."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from clusteer.constraints.constraint_set import ConstraintSet
from clusteer.constraints.demands import Demand
from clusteer.constraints.kinds import Balance, Cardinality, ClusterSizes
from clusteer.constraints.satisfaction import ROUNDING, sizes_allowed

SECONDS = 2.0
"""After how long the solver is to give up on a program; it then shows nothing. It looks at the clock now and then."""
VARIABLES = 5_000
"""Programs with more variables are not tried."""
INFEASIBLE = 2
"""What ``milp`` says of a program without a solution."""


def first_unmet(constraints: ConstraintSet, n_clusters: int) -> tuple[Demand, ...]:
    """Return demands that k groups cannot meet together, none of which can be left out; none if not proven.

    What belongs together stays together, and the sets that are kept apart from each other are in groups of their own.
    Other cannot-links count only between a set and those, so that sets of which the program cannot tell one from
    another are one integer variable per group: how many of them it holds. With that exception the answer is exact.

    Parameters
    ----------
    constraints : ConstraintSet
        With its sizes, cardinalities and balances.
    n_clusters : int
        Number of groups k, each with an item.
    """
    demands: list[Demand] = [*constraints.cardinalities, *constraints.balances]
    if constraints.sizes is not None:
        demands.append(constraints.sizes)
    if not demands or not 1 <= n_clusters <= constraints.n_items or len(constraints.groups) > n_clusters:
        return ()
    if constraints.sizes is not None and len(constraints.sizes.shares) != n_clusters:
        return ()
    if not _impossible(constraints, n_clusters, demands):
        return ()
    kept = demands
    for demand in demands:
        without = [other for other in kept if other is not demand]
        if without and _impossible(constraints, n_clusters, without):
            kept = without
    return tuple(kept)


def _impossible(constraints: ConstraintSet, k: int, demands: Sequence[Demand]) -> bool:
    """Whether it is proven that k groups cannot meet the demands."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # Takes longer to load than other checks take to run.

    types = _Types(constraints, k, demands)
    if types.size.size * k > VARIABLES:
        return False
    program = _program(types, constraints, k, demands)
    variables = len(program.most)
    rows, columns, values = (np.concatenate(parts) for parts in zip(*program.entries, strict=True))
    matrix = coo_array((values, (rows, columns)), shape=(len(program.low), variables)).tocsr()
    result = milp(
        np.zeros(variables),
        integrality=np.array(program.whole),
        bounds=Bounds(0, np.array(program.most)),
        constraints=LinearConstraint(matrix, np.array(program.low), np.array(program.high)),
        options={"time_limit": SECONDS},
    )
    return bool(result.status == INFEASIBLE)


class _Types:
    """Sets of items that belong together, as t types of sets that count alike and are kept out of the same groups.

    Attributes
    ----------
    size : (t,) int64
        How many sets are of the type.
    count : (t, s) int64
        How many items of each counted set of items, all items first, a set of the type holds.
    allowed : (t, k) bool
        In which groups it may be. The sets that are kept apart from each other are in the first groups, each in one.
    """

    def __init__(self, constraints: ConstraintSet, k: int, demands: Sequence[Demand]) -> None:
        closure, n, pinned = constraints.closure(), constraints.n_items, constraints.groups
        self._set_of = np.zeros(n, np.int64)
        alone = np.setdiff1d(np.arange(n), closure.items)
        self._set_of[closure.items] = closure.component
        self._set_of[alone] = closure.n_components + np.arange(len(alone))
        sets = closure.n_components + len(alone)
        single = np.zeros(sets, np.int64)  # Sets that are a type of their own, by a number above 0.
        anchors = [demand.group for demand in demands if isinstance(demand, Cardinality) and demand.group is not None]
        named = np.unique([*pinned, *self._set_of[anchors].tolist()]).astype(np.int64)
        single[named] = np.arange(1, len(named) + 1)
        allowed = np.ones((sets, k), bool)
        allowed[list(pinned)] = np.eye(len(pinned), k, dtype=bool)
        place = {component: group for group, component in enumerate(pinned)}
        for pair in closure.apart_pairs.tolist():
            for one, other in (pair, pair[::-1]):
                if one in place:
                    allowed[other, place[one]] = False
        counted = [np.bincount(self._set_of[list(items)], minlength=sets) for items in _counted(demands)]
        table = np.column_stack([single, allowed, np.bincount(self._set_of), *counted])
        types, self._type_of, self.size = np.unique(table, axis=0, return_inverse=True, return_counts=True)
        self.allowed, self.count = types[:, 1 : k + 1].astype(bool), types[:, k + 1 :]

    def of(self, item: int) -> int:
        """Return the type of the set an item is in."""
        return int(self._type_of.ravel()[self._set_of[item]])


def _counted(demands: Sequence[Demand]) -> list[tuple[int, ...]]:
    """Return the sets of items that demands count, all items left out."""
    counted: list[tuple[int, ...]] = []
    for demand in demands:
        if isinstance(demand, Balance):
            counted += demand.parts
        elif isinstance(demand, Cardinality) and demand.items is not None:
            counted.append(demand.items)
    return counted


class _Program:
    """Variables from 0 to ``most``, whole or not, and rows of them that lie between ``low`` and ``high``."""

    def __init__(self) -> None:
        self.most: list[float] = []
        self.whole: list[bool] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.entries: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = []

    def variables(self, most: NDArray[np.float64], *, whole: bool) -> NDArray[np.int64]:
        """Add variables and return their numbers, in the shape of ``most``."""
        numbers = len(self.most) + np.arange(most.size).reshape(most.shape)
        self.most += most.ravel().tolist()
        self.whole += [whole] * most.size
        return numbers

    def row(self, low: float, high: float, *terms: tuple[NDArray[np.int64], NDArray[np.float64] | float]) -> None:
        """Add a row: the sum of the variables of each term times its factors."""
        for columns, factors in terms:
            row = np.full(columns.size, len(self.low))
            self.entries.append((row, columns.ravel(), np.broadcast_to(factors, columns.shape).ravel()))
        self.low.append(low)
        self.high.append(high)


def _program(types: _Types, constraints: ConstraintSet, k: int, demands: Sequence[Demand]) -> _Program:
    """Return the program: its first variables (t, k) are how many sets of each type each group holds."""
    program, n = _Program(), constraints.n_items
    held = program.variables(np.where(types.allowed, types.size[:, None], 0).astype(np.float64), whole=True)
    for of_type, size in zip(held, types.size.tolist(), strict=True):
        program.row(size, size, (of_type, 1.0))
    count = types.count.astype(np.float64).T
    for group in range(k):
        program.row(1, n, (held[:, group], count[0]))
    for group in range(len(constraints.groups), k - 1):  # Groups without a set of their own: larger ones first.
        program.row(0, n, (held[:, group], count[0]), (held[:, group + 1], -count[0]))
    others = iter(count[1:])
    for demand in demands:
        match demand:
            case Cardinality():
                items = count[0] if demand.items is None else next(others)
                total = n if demand.items is None else len(demand.items)
                anchor = None if demand.group is None else types.of(demand.group)
                _bound(program, held, items, total, demand, anchor)
            case Balance():
                share = program.variables(np.ones(k), whole=False)
                for part in demand.parts:
                    items = next(others) / len(part)
                    for group in range(k):
                        terms = (held[:, group], items), (share[[group]], -1.0)
                        program.row(0, demand.tolerance + ROUNDING, *terms)
            case ClusterSizes():
                _size(program, held, count[0], demand, n)
    return program


def _bound(
    program: _Program,
    held: NDArray[np.int64],
    items: NDArray[np.float64],
    total: int,
    bound: Cardinality,
    anchor: int | None,
) -> None:
    """Add the rows of a cardinality; those of a single group bind only where the set of type ``anchor`` is."""
    low, high = bound.lower or 0, total if bound.upper is None else min(total, bound.upper)
    for group in held.T:
        if anchor is None:
            program.row(low, high, (group, items))
        else:
            here = group[[anchor]]
            program.row(0, total, (group, items), (here, -low))
            program.row(0, total, (group, items), (here, total - high))


def _size(
    program: _Program, held: NDArray[np.int64], items: NDArray[np.float64], sizes: ClusterSizes, n_items: int
) -> None:
    """Add the rows of sizes: each group has one of them, and each is had by one."""
    least, most = (part.astype(np.float64) for part in sizes_allowed(sizes, n_items))
    k = held.shape[1]
    has = program.variables(np.ones((k, k)), whole=True)
    for group in range(k):
        program.row(1, 1, (has[group], 1.0))
        program.row(1, 1, (has[:, group], 1.0))
        program.row(0, n_items, (held[:, group], items), (has[group], -least))
        program.row(-n_items, 0, (held[:, group], items), (has[group], -most))
