"""The pairs that links imply, written out as far as a method that learns from pairs can use them."""

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints.constraint_set import ConstraintSet


def with_implied(constraints: ConstraintSet, most: int, seed: int) -> ConstraintSet:
    """Return the set with must-links and cannot-links that its closure implies, at most ``most`` more of each.

    Where more are implied they are drawn at random, each as likely as any other. What was stated stays as it is; a
    drawn pair may repeat a stated one. From m answers about k groups follow about m^2 / 2 pairs, which is most of what
    a method that sees pairs alone can know of them.

    Parameters
    ----------
    constraints : ConstraintSet
        What is stated.
    most : int
        Most pairs added of each kind, at least 0.
    seed : int
        Of the draw.
    """
    closure, rng = constraints.closure(), np.random.default_rng(seed)
    sizes = np.bincount(closure.component, minlength=closure.n_components)
    apart = closure.apart_pairs
    together = np.repeat(np.arange(closure.n_components)[:, None], 2, axis=1)
    joined = _drawn(closure.members, together, sizes * (sizes - 1) // 2, most, rng)
    parted = _drawn(closure.members, apart, sizes[apart].prod(axis=1), most, rng)
    return constraints.with_(must_link=joined, cannot_link=parted)


def _drawn(
    members: tuple[NDArray[np.int64], ...],
    pairs: NDArray[np.int64],
    counts: NDArray[np.int64],
    most: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return pairs of items (m, 2), each drawn from a pair of components (p, 2) that holds ``counts`` (p,) of them."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    chosen = np.arange(total) if total <= most else rng.choice(total, most, replace=False)
    places = np.searchsorted(ends, chosen, side="right")
    numbers = chosen - (ends - counts)[places]
    found = np.empty((len(chosen), 2), np.int64)
    for place in np.unique(places).tolist():
        here = places == place
        first, second = (members[component] for component in pairs[place].tolist())
        if pairs[place, 0] == pairs[place, 1]:
            rows, columns = np.triu_indices(len(first), 1)
            found[here] = np.stack([first[rows[numbers[here]]], first[columns[numbers[here]]]], axis=1)
        else:
            found[here] = np.stack([first[numbers[here] // len(second)], second[numbers[here] % len(second)]], axis=1)
    return found
