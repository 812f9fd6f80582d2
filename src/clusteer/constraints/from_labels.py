"""Links drawn from a known labelling, with noise: for benchmarks and tests."""

import numpy as np
from numpy.typing import ArrayLike

from clusteer.constraints.constraint_set import ConstraintSet
from clusteer.core.checks import check_labels
from clusteer.core.errors import InvalidInputError


def from_labels(labels: ArrayLike, n_pairs: int, *, noise: float = 0.0, random_state: int = 0) -> ConstraintSet:
    """Draw ``n_pairs`` different pairs uniformly and link each as ``labels`` say.

    Parameters
    ----------
    labels : (n,) array
        True group of each item.
    n_pairs : int
        How many pairs, at most n(n-1)/2.
    noise : float
        Probability in [0, 1] that a link states the opposite.
    random_state : int
        Seed of the draw.
    """
    codes = check_labels(labels, len(np.asarray(labels)))
    n = len(codes)
    possible = n * (n - 1) // 2
    if not 0 <= n_pairs <= possible:
        raise InvalidInputError(f"{n_pairs} pairs were asked for but {n} items have {possible}; ask for at most that")
    if not 0 <= noise <= 1:
        raise InvalidInputError(f"noise is {noise}; give a probability from 0 to 1")
    rng = np.random.default_rng(random_state)
    drawn = rng.choice(possible, n_pairs, replace=False)
    # Pair number p counts the pairs (i, j), i < j, by j: j(j-1)/2 pairs come before those of j.
    second = ((1 + np.sqrt(1 + 8 * drawn.astype(np.float64))) / 2).astype(np.int64)
    second -= second * (second - 1) // 2 > drawn
    second += second * (second + 1) // 2 <= drawn
    first = drawn - second * (second - 1) // 2
    together = (codes[first] == codes[second]) ^ (rng.random(n_pairs) < noise)
    pairs = np.stack([first, second], axis=1)
    return ConstraintSet.from_pairs(n, pairs[together], pairs[~together])
