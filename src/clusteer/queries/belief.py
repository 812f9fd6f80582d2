"""How likely each item belongs to each open group, as far as the clustering and the answers tell."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints import ConstraintSet
from clusteer.core import Clustering


def group_belief(
    clustering: Clustering, constraints: ConstraintSet, options: Iterable[int]
) -> tuple[list[int], NDArray[np.float32]]:
    """Return which groups on offer, components of the closure, can be told apart, and the belief (n, groups) in each.

    A group is followed to the column of ``proba`` on which most of the belief of its members lies. Of several groups
    on one column only that with most members is returned: the others were opened by mistake, or there are more groups
    than the clustering was allowed. An item known to be apart from a group has -1 there.
    """
    closure = constraints.closure()
    held: dict[int, int] = {}
    for group in options:
        column = int(clustering.proba[closure.members[group]].sum(axis=0).argmax())
        if column not in held or len(closure.members[group]) > len(closure.members[held[column]]):
            held[column] = group
    columns = {group: column for column, group in held.items()}
    groups = sorted(columns, key=constraints.groups.index)
    belief = clustering.proba[:, [columns[group] for group in groups]]
    for first, second in closure.apart_pairs.tolist():
        for group, other in ((first, second), (second, first)):
            if group in columns:
                belief[closure.members[other], groups.index(group)] = -1
    return groups, belief
