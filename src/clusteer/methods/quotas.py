"""Whole numbers of items for each group that meet what is demanded, as near as can be to those there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import block_array, eye_array, kron

from clusteer.methods.prices import Windows

MISSED = 1000.0
"""A unit by which a bound is missed counts as so many items moved."""
GAP = 0.1
"""Share by which more items may be moved for the sake of whole numbers than have to be."""
NODES = 200
"""Branches after which the search for whole numbers takes the best it has."""


@dataclass(frozen=True, eq=False)
class Evenness:
    """The shares of some parts that a group holds differ by at most ``tolerance``; ``counted`` (p, t): their types."""

    counted: NDArray[np.float64]
    tolerance: float


def nearest_quotas(
    counts: NDArray[np.int64], fixed: NDArray[np.int64], windows: Windows, evenness: Sequence[Evenness]
) -> NDArray[np.int64]:
    """Return how many items of each type each group shall hold (t, k), at least those that are fixed.

    A mixed-integer program over t k numbers. What cannot be met is missed by as little as possible.

    Parameters
    ----------
    counts : (t, k) int64
        How many it holds.
    fixed : (t, k) int64
        How many of these cannot be moved.
    windows : Windows
        Bounds.
    evenness : sequence of Evenness
        Balances.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # Takes longer to load than a fit without demands.

    (t, k), size = counts.shape, counts.sum(axis=1)
    # A balance is a window, too, that lies as high as it likes: from the least share to that and the tolerance.
    counted = np.vstack([windows.counted, *(even.counted for even in evenness)])
    parts = [even.counted @ size for even in evenness]
    low = np.vstack([windows.lower, np.zeros((len(counted) - len(windows.lower), k))])
    widths = [np.repeat(part[:, None] * even.tolerance, k, 1) for part, even in zip(parts, evenness, strict=True)]
    high = np.vstack([windows.upper, *widths])
    base, row = np.zeros((len(counted), len(evenness))), len(windows.lower)
    for number, part in enumerate(parts):
        base[row : row + len(part), number] = -part
        row += len(part)
    cells, bounds, least = t * k, low.size, len(evenness) * k
    matrix = block_array([
        [kron(eye_array(t), np.ones((1, k))), None, None, None, None, None],
        [eye_array(cells), -eye_array(cells), eye_array(cells), None, None, None],
        [kron(counted, eye_array(k)), None, None, -eye_array(bounds), eye_array(bounds), kron(base, eye_array(k))],
    ])  # fmt: skip
    lows, highs = (np.concatenate([size, counts.ravel(), edge.ravel()]) for edge in (low, high))
    free = np.zeros(2 * cells + 2 * bounds + least)
    result = milp(
        np.repeat([0.0, 1.0, MISSED, 0.0], [cells, 2 * cells, 2 * bounds, least]),
        integrality=np.repeat([1, 0], [cells, len(free)]),
        bounds=Bounds(
            np.concatenate([fixed.ravel(), free]), np.concatenate([np.repeat(size, k), np.full(len(free), np.inf)])
        ),
        constraints=LinearConstraint(matrix.tocsr(), lows, highs),
        options={"mip_rel_gap": GAP, "node_limit": NODES},
    )
    if result.x is None:
        return counts
    quotas: NDArray[np.int64] = np.rint(result.x[:cells]).astype(np.int64).reshape(t, k)
    return quotas
