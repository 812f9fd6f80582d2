"""The pairs that links imply, written out as far as a method that learns from pairs can use them."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clusteer.constraints.constraint_set import ConstraintSet
from clusteer.constraints.kinds import CannotLink, MustLink
from clusteer.constraints.links import Links


def with_implied(constraints: ConstraintSet, most: int, seed: int) -> ConstraintSet:
    """Return the set with must-links and cannot-links that its closure implies, at most ``most`` more of each.

    Where more are implied they are drawn at random, each as likely as any other. What was stated stays as it is; a
    drawn pair may repeat a stated one. It is believed as far as both of its items are to be where their must-links put
    them: the strongest of each, multiplied. From m answers about k groups follow about m^2 / 2 pairs, which is most of
    what a method that sees pairs alone can know of them.

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
    belief, unnamed = _belief(constraints), ("",)
    must = Links(MustLink, joined, _of_pairs(belief, closure.items, joined), unnamed * len(joined))
    cannot = Links(CannotLink, parted, _of_pairs(belief, closure.items, parted), unnamed * len(parted))
    return replace(
        constraints,
        must_links=Links.read(MustLink, constraints.must_links) + must,
        cannot_links=Links.read(CannotLink, constraints.cannot_links) + cannot,
    )


def _belief(constraints: ConstraintSet) -> NDArray[np.float64]:
    """Return the weight (t,) of the strongest must-link of each item of the closure; 1 where it has none."""
    items, must = constraints.closure().items, constraints.must
    belief = np.zeros(len(items))
    np.maximum.at(belief, np.searchsorted(items, must.pairs), must.weights[:, None])
    return np.where(belief > 0, belief, 1.0)


def _of_pairs(belief: NDArray[np.float64], items: NDArray[np.int64], pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    both: NDArray[np.float64] = belief[np.searchsorted(items, pairs)].prod(axis=1)
    return both


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
