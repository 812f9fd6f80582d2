"""What reaches items from a seed at each answered item: kept between fits, because the plain graph stays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clusteer.methods.diffusion import diffuse
from clusteer.methods.seeds import HEARD

BATCH = 32
SCALE = np.float32(1024)
"""Responses lie in [0, 1] and are small; times 1,024 they keep three digits in 16 bits down to 1e-7."""


class Responses:
    """Diffused responses to a seed at single items, each found once; at most those to 2,000 items are kept.

    Parameters
    ----------
    affinity : (n, n) sparse
        The graph.
    alpha : float
        How far labels spread.
    steps : int
        Iterations of a diffusion.
    sampled : (s,) int64
        Items that stand for the collection.
    """

    def __init__(self, affinity: csr_array, alpha: float, steps: int, sampled: NDArray[np.int64]) -> None:
        self._affinity, self._alpha, self._steps = affinity, alpha, steps
        self._sampled = sampled
        self._across: dict[int, NDArray[np.float32]] = {}
        self._whole: dict[int, NDArray[np.float16]] = {}

    def across(self, items: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return what reaches the sampled items from each of m items: (m, s)."""
        self._find(items)
        return np.array([self._across[item] for item in items.tolist()])

    def among(self, items: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return what reaches each of m items from each: (m, m), a seed's in its column."""
        self._find(items)
        read = np.array([self._whole[item][items] for item in items.tolist()], np.float32)
        read /= SCALE
        return read.T

    def _find(self, items: NDArray[np.int64]) -> None:
        new = [item for item in items.tolist() if item not in self._whole]
        if len(self._whole) + len(new) > 2 * HEARD:
            kept = [item for item in items.tolist() if item in self._whole]
            self._across = {item: self._across[item] for item in kept}
            self._whole = {item: self._whole[item] for item in kept}
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            seeds = np.zeros((self._affinity.shape[0], len(batch)), np.float32)
            seeds[batch, np.arange(len(batch))] = 1
            found = np.maximum(diffuse(self._affinity, seeds, self._alpha, self._steps), 0)
            for column, item in enumerate(batch):
                self._across[item] = found[self._sampled, column]
                self._whole[item] = (found[:, column] * SCALE).astype(np.float16)
