"""Index streams over linked items: batches that bring linked items together."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def linked_batches(
    pairs: NDArray[np.int64], batch_size: int, rng: np.random.Generator
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Deal pairs out in random order; every pair comes once, and an item of several pairs once a batch.

    Parameters
    ----------
    pairs : (m, 2) int64
        Linked items, whatever the link says of them.
    batch_size : int
        Pairs in a batch; the last may be short. A batch has at most twice as many items, and hardly more than
        ``batch_size`` where many pairs share an item.
    rng : Generator
        The order.

    Yields
    ------
    rows : (r,) int64
        Numbers of the pairs of this batch.
    items : (b,) int64
        Their items, ascending, each once.
    """
    order = rng.permutation(len(pairs))
    for start in range(0, len(pairs), batch_size):
        rows = order[start : start + batch_size]
        yield rows, np.unique(pairs[rows])
