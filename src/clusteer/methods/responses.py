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
        self._place: dict[int, int] = {}
        self._across = np.zeros((BATCH, len(sampled)), np.float32)
        self._whole = np.zeros((BATCH, affinity.shape[0]), np.float16)

    def among(self, items: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return what reaches each of m items from each: (m, m), a seed's in its column."""
        places = self._places(items)
        read = self._whole[places[:, None], items].astype(np.float32)
        read /= SCALE
        return read.T

    def across(self, items: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return what reaches the sampled items from each of m items: (m, s)."""
        places = self._places(items)
        # A slice where it will do: picking rows would copy m x s numbers.
        in_order = len(places) > 0 and np.array_equal(places, np.arange(places[0], places[0] + len(places)))
        return self._across[places[0] : places[-1] + 1] if in_order else self._across[places]

    def _places(self, items: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows that hold the responses to m items; those not seen before are found."""
        new = [item for item in items.tolist() if item not in self._place]
        if len(self._place) + len(new) > 2 * HEARD:
            kept = [item for item in items.tolist() if item in self._place]
            rows = [self._place[item] for item in kept]
            self._across, self._whole = self._across[rows], self._whole[rows]
            self._place = {item: row for row, item in enumerate(kept)}
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            seeds = np.zeros((self._affinity.shape[0], len(batch)), np.float32)
            seeds[batch, np.arange(len(batch))] = 1
            found = np.maximum(diffuse(self._affinity, seeds, self._alpha, self._steps), 0)
            known, more = len(self._place), len(self._place) + len(batch)
            if more > len(self._across):
                room = max(BATCH, len(self._across))
                self._across = np.concatenate([self._across, np.zeros((room, len(self._sampled)), np.float32)])
                self._whole = np.concatenate([self._whole, np.zeros((room, self._whole.shape[1]), np.float16)])
            self._across[known:more] = found[self._sampled].T
            self._whole[known:more] = (found * SCALE).T
            self._place.update(zip(batch, range(known, more), strict=True))
        return np.array([self._place[item] for item in items.tolist()])
