"""What belonging to a group must cost, or earn, for the groups to hold what is demanded: a small convex dual."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

LARGEST_STEP = 8.0
"""Nats by which a price changes in a round at most."""
TOLERANCE = 0.5
"""Items by which a smoothed count may miss its bound."""
HALVINGS = 4
"""How often a step that does not help is halved."""


@dataclass(frozen=True, eq=False)
class Windows:
    """Between which bounds each group's counts lie, in sums over some types of item each time.

    Attributes
    ----------
    counted : (w, t) float64
        By how much each item of a type counts in a window, mostly 1 or 0.
    lower, upper : (w, k) float64
        The bounds, group by group; both included.
    """

    counted: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]

    def missed(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return by how much counts (t, k) pass each bound (w, k): above 0 too many, below 0 too few."""
        held = self.counted @ counts
        missed: NDArray[np.float64] = np.maximum(held - self.upper, 0) - np.maximum(self.lower - held, 0)
        return missed


def find_prices(
    scores: NDArray[np.float32],
    starts: NDArray[np.int64],
    weights: NDArray[np.float64],
    fixed: NDArray[np.float64],
    windows: Windows,
    start: NDArray[np.float64],
    softness: float,
    rounds: int,
) -> NDArray[np.float64]:
    """Return prices (w, k) with which groups nearly keep to all windows.

    What is added to the scores of a type of item are the prices of the windows that count it, times how it counts:
    above 0 only where a lower bound holds a group up, below 0 only where an upper one holds it down. With softness 1
    they change the probabilities as little as can be (in relative entropy) so that expected counts keep to the windows.
    With softness near 0 best groups do, at the least loss of scores. Either are the minimum of a convex function, the
    dual of the problem, found by Newton's method. O(rounds x n k^2).

    Parameters
    ----------
    scores : (n, k) float32
        Log-probabilities, the items of each type together.
    starts : (t + 1,) int64
        Where the items of each type start; last n.
    weights : (t,) float64
        How many items each of a type stands for.
    fixed : (t, k) float64
        Items that are in their groups already.
    windows : Windows
        The bounds.
    start : (w, k) float64
        Prices to start from.
    softness : float
        Nats over which boundaries between groups are smoothed.
    rounds : int
        Rounds at most.
    """
    now = _Response.at(start, softness, scores, starts, weights, fixed, windows)
    for _ in range(rounds):
        step = _newton_step(now, windows)
        fractions = (0.5**halving for halving in range(HALVINGS + 1)) if step.any() else iter(())
        tried = (
            _Response.at(now.prices + fraction * step, softness, scores, starts, weights, fixed, windows)
            for fraction in fractions
        )
        better = next((trial for trial in tried if trial.value < now.value), None)
        if better is None:
            break
        now = better
    return now.prices


@dataclass(frozen=True, eq=False)
class _Response:
    """What items do at some prices.

    Attributes
    ----------
    prices : (w, k) float64
        The prices.
    value : float
        What is to be minimised.
    counts : (t, k) float64
        Items of each type in each group, smoothed; fixed ones included.
    slopes : (t, k, k) float64
        By how many more are in one group where the price of another rises by a nat.
    """

    prices: NDArray[np.float64]
    value: float
    counts: NDArray[np.float64]
    slopes: NDArray[np.float64]

    @classmethod
    def at(
        cls,
        prices: NDArray[np.float64],
        soft: float,
        scores: NDArray[np.float32],
        starts: NDArray[np.int64],
        weights: NDArray[np.float64],
        fixed: NDArray[np.float64],
        windows: Windows,
    ) -> _Response:
        """Return the response of items to prices; the arguments are those of ``find_prices``."""
        by_type = windows.counted.T @ prices
        paid = float((fixed * by_type).sum() - (prices * np.where(prices > 0, windows.lower, windows.upper)).sum())
        (t, k), value = by_type.shape, paid
        counts, slopes = fixed.copy(), np.zeros((t, k, k))
        for kind, (start, stop) in enumerate(pairwise(starts.tolist())):
            priced = scores[start:stop] + by_type[kind].astype(np.float32)
            top = priced.max(axis=1, keepdims=True)
            taken = np.exp((priced - top) / np.float32(soft))
            total = taken.sum(axis=1, keepdims=True)
            taken /= total
            value += weights[kind] * float((top + np.float32(soft) * np.log(total)).sum(dtype=np.float64))
            held = weights[kind] * taken.sum(axis=0, dtype=np.float64)
            counts[kind] += held
            slopes[kind] = (np.diag(held) - weights[kind] * (taken.T @ taken)) / soft
        return cls(prices, value, counts, slopes)


def _newton_step(now: _Response, windows: Windows) -> NDArray[np.float64]:
    """Return how to change the prices (w, k)."""
    (w, k), prices, counts = now.prices.shape, now.prices, now.counts
    held = windows.counted @ counts
    missed = windows.missed(counts)
    # Which bound each price serves: one below 0 an upper one, one above 0 a lower one, one that is 0 that missed.
    side = np.where(prices == 0, -np.sign(missed), np.sign(prices)).ravel()
    over = np.where(side > 0, held.ravel() - windows.lower.ravel(), held.ravel() - windows.upper.ravel())
    rigid = (windows.lower == windows.upper).ravel()
    hessian = np.einsum("wt,vt,tgh->wgvh", windows.counted, windows.counted, now.slopes, optimize=True)
    hessian = hessian.reshape(w * k, w * k)
    hessian[np.diag_indices_from(hessian)] += 1e-3 * np.trace(hessian) / (w * k) + 1e-3
    step, price = np.zeros(w * k), prices.ravel()
    free = (side != 0) & ((price != 0) | (np.abs(over) > TOLERANCE))
    while free.any():
        at = np.flatnonzero(free)
        step[at] = np.linalg.solve(hessian[np.ix_(at, at)], -over[at] - hessian[np.ix_(at, ~free)] @ step[~free])
        # A price serves one bound only: one that would change sides becomes 0, and the others make up for it.
        wrong = free & ~rigid & ((price + step) * side < 0)
        if not wrong.any():
            break
        step[wrong] = -price[wrong]
        free &= ~wrong
    if (np.abs(over[free]) <= TOLERANCE).all() and not step[~free].any():
        return np.zeros((w, k))
    shortened: NDArray[np.float64] = step * min(1.0, LARGEST_STEP / max(np.abs(step).max(), 1e-12))
    return shortened.reshape(w, k)
