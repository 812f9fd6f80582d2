"""The groups before any answer, where they are worth something: what they add to a few answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from clusteer.methods.seeds import Seeds

GRANTED = 1.0
"""Answers that each group of the start is granted, spread as all items are, before its own are counted."""


def start_prior(
    start: NDArray[np.float32], answered: NDArray[np.float32], soft: NDArray[np.float64], shares: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return by how much the start makes each group likelier for each item (n, k).

    The groups of answered items in a group of the start tell those of its other items: much where the answers agree
    with the start, nothing once each of its groups is seen to hold a bit of everything. O(n g k).

    Parameters
    ----------
    start, answered : (n, g), (m, g) float32
        Probabilities of the groups of the start, of all items and of answered ones.
    soft : (m, k) float64
        What is believed of answered items.
    shares : (k,) float64
        Estimated share of all items in each group.
    """
    seen = answered.T.astype(np.float64) @ soft
    told = (seen + GRANTED * shares) / (seen.sum(axis=1, keepdims=True) + GRANTED)
    prior: NDArray[np.float32] = start @ told.astype(np.float32)
    return prior


def with_unspoken(
    proba: NDArray[np.float32], start: NDArray[np.float32], seeds: Seeds, most: int | None
) -> NDArray[np.float32]:
    """Return (n, k + u) probabilities: groups of the start of which no item is spoken of stay groups, after the others.

    Parameters
    ----------
    proba, start : (n, k), (n, g) float32
        As the answers say, and before them.
    seeds : Seeds
        What is spoken of.
    most : int, optional
        Most groups that may stay; the largest ones do.
    """
    spoken = np.concatenate([seeds.items, seeds.unplaced.items])
    labels = start.argmax(axis=1)
    unspoken = np.setdiff1d(np.flatnonzero(np.bincount(labels, minlength=start.shape[1])), labels[spoken])
    sizes = np.bincount(labels, minlength=start.shape[1])[unspoken]
    unspoken = np.sort(unspoken[np.argsort(-sizes, kind="stable")[:most]])
    stays = start[:, unspoken].copy()
    stays[spoken] = 0
    return np.concatenate([proba * (1 - stays.sum(axis=1, keepdims=True)), stays], axis=1)
