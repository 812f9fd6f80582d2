"""How far to believe each link where a known share is wrong: links held against groups that all of them have shaped."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def link_beliefs(
    pairs: NDArray[np.int64], together: NDArray[np.bool_], groups: NDArray[np.int64], wrong: float
) -> NDArray[np.float64]:
    """Return the probability that each link is right.

    Of the pairs that groups put together, the share s that is stated together tells how many are: what is wrong with
    probability w turns a share q into w + (1 - 2 w) q. Then Bayes' rule, for each link by what it states and what the
    groups say. Where few pairs belong together most wrong links are must-links, and one that groups speak against
    counts next to nothing, while a cannot-link that they speak against may well be right.

    Parameters
    ----------
    pairs : (m, 2) int64
        Items of each link.
    together : (m,) bool
        Whether it is stated that they belong together.
    groups : (n,) int64
        A grouping, better than chance.
    wrong : float
        Share w of links that are wrong, in [0, 0.5).

    Returns
    -------
    (m,) float64
        In (0, 1]; all 1 where none is wrong.
    """
    beliefs = np.ones(len(pairs))
    inside = groups[pairs[:, 0]] == groups[pairs[:, 1]]
    for says in (False, True):
        rows = inside == says
        if not rows.any():
            continue
        share = np.clip((together[rows].mean() - wrong) / (1 - 2 * wrong), 0.01, 0.99)
        true = np.where(together[rows], share, 1 - share)
        beliefs[rows] = true * (1 - wrong) / (true * (1 - wrong) + (1 - true) * wrong)
    return beliefs
