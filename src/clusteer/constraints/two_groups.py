"""What cannot-links imply where there are two groups: what is apart from the same is together."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from clusteer.constraints.constraint_set import ConstraintSet


def with_two_groups(constraints: ConstraintSet) -> ConstraintSet:
    """Return the set with the must-links that follow if there are two groups and no more.

    Every component is then on one of two sides, and a cannot-link says that two are on different ones. Where links
    contradict that, as three items do of which each is apart from the others, nothing is added for what hangs together
    with them. The closure of what is returned knows all that two groups imply.

    Parameters
    ----------
    constraints : ConstraintSet
        What is stated. It does not say how many groups there are: that is for the caller to know.
    """
    closure = constraints.closure()
    n = closure.n_components
    first, second = closure.apart_pairs.T
    # Each component twice, on either side; a cannot-link joins one's one side with the other's other side.
    edges = np.concatenate([first, first + n]), np.concatenate([second + n, second])
    _, place = connected_components(coo_array((np.ones(len(edges[0])), edges), shape=(2 * n, 2 * n)), directed=False)
    consistent = np.flatnonzero(place[:n] != place[n:])
    _, leader, member = np.unique(place[consistent], return_index=True, return_inverse=True)
    items = np.array([closure.members[component][0] for component in consistent.tolist()], np.int64)
    pairs = np.stack([items[leader[member]], items], axis=1)
    return constraints.with_(must_link=pairs[pairs[:, 0] != pairs[:, 1]])
