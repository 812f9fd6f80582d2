"""Seeds made by hand."""

import numpy as np
from numpy.typing import NDArray

from clusteer.methods.seeds import Seeds, Unplaced


def seeds_in(groups: NDArray[np.int64], k: int, unplaced: Unplaced | None = None) -> Seeds:
    """Items 0, 1, ... in these of k groups, each put there once by an answer fully believed."""
    m = len(groups)
    nothing = np.zeros(0, np.int64)
    loose = unplaced or Unplaced(nothing, nothing, np.zeros((0, k)), np.zeros((0, 2), np.int64))
    return Seeds(np.arange(m), groups, np.ones(m), np.zeros((m, k)), k, loose)
