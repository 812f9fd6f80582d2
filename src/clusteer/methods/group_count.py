"""How many groups there seem to be in unit codes that pairs have shaped, by two signs, and how far to trust them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clusteer.neighbors import choose_n_clusters

_HARDEST = 0.05
"""Share of the pairs apart that count: those with the smallest angles."""
_AT_LEAST = 100
"""Pairs apart without which their smallest angles say nothing."""
_LEFT = 0.1
"""The plateau begins where what more dimensions still add is less than this share of the whole rise."""


@dataclass(frozen=True)
class GroupCount:
    """An estimate of the number of groups, and what to think of it.

    Attributes
    ----------
    number : int
        The number to use: where the signs differ, that of the silhouette.
    by_angles : int or None
        One more than the dimensions that pairs apart need; None with fewer than 100 of these.
    by_silhouette : int
        The number of k-means groups in 2..20 that are best parted.
    doubt : str
        Empty where both signs agree.
    """

    number: int
    by_angles: int | None
    by_silhouette: int
    doubt: str


def count_groups(codes: NDArray[np.float32], apart: NDArray[np.int64], seed: int) -> GroupCount:
    """Estimate the number of groups.

    Parameters
    ----------
    codes : (n, d) float32
        Unit codes.
    apart : (c, 2) int64
        Pairs of items that are not of one group.
    seed : int
        Same seed, same number.

    Notes
    -----
    **Source**: SpherePair, which reads the number off the curve of ``smallest_angles`` by eye: k groups at right
    angles or more need k - 1 dimensions, so the curve is flat from there. Its authors report the number right mostly
    with 5,000 pairs or more, too small with rare groups, and the silhouette better below that.
    """
    by_silhouette = choose_n_clusters(codes, seed)
    if len(apart) < _AT_LEAST:
        doubt = f"only {len(apart)} pairs are known to be apart; the number is that of the best silhouette alone"
        return GroupCount(by_silhouette, None, by_silhouette, doubt)
    by_angles = plateau(smallest_angles(codes, apart)) + 1
    doubt = ""
    if by_angles != by_silhouette:
        doubt = f"pairs apart speak for {by_angles} groups, the silhouette for {by_silhouette}; look at both"
    return GroupCount(by_silhouette, by_angles, by_silhouette, doubt)


def smallest_angles(codes: NDArray[np.float32], apart: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the mean (d,) of the 5 % smallest angles of pairs apart, in the first 1, 2, .., d principal dimensions.

    Radians. The principal dimensions are those of the codes in the pairs, about the origin: angles are.
    """
    used = codes[np.unique(apart)].astype(np.float64)
    directions = np.linalg.eigh(used.T @ used)[1][:, ::-1]
    first, second = (codes[apart[:, side]].astype(np.float64) @ directions for side in (0, 1))
    products = np.cumsum(first * second, axis=1)
    lengths = np.sqrt(np.cumsum(first**2, axis=1) * np.cumsum(second**2, axis=1))
    angles = np.arccos(np.clip(products / np.maximum(lengths, 1e-12), -1, 1))
    count = max(1, int(_HARDEST * len(apart)))
    smallest: NDArray[np.float64] = np.partition(angles, count - 1, axis=0)[:count].mean(axis=0)
    return smallest


def plateau(curve: NDArray[np.float64]) -> int:
    """Return the number of dimensions, from 1, from which on a curve (d,) rises no more to speak of."""
    highest = np.maximum.accumulate(curve)
    rise = highest[-1] - highest[0]
    return int(np.argmax(highest >= highest[-1] - _LEFT * rise)) + 1
