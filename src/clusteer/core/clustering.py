"""The narrow waist: what every method returns and every query strategy reads."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clusteer.core.index import Index


@dataclass(frozen=True, eq=False)
class Clustering:
    """A grouping of n items into k groups.

    Attributes
    ----------
    labels : (n,) int64
        Group number of each item, 0..k-1. Groups a person opened come first, in the order they were opened.
    proba : (n, k) float32
        Calibrated group probabilities; rows sum to 1.
    index : Index
        The embedding the grouping was made in.
    method : str
        Name of the method.
    round : int
        Number of the session's round this grouping belongs to; 0 before the first.
    answers_upto : int
        Sequence number of the last ledger answer it has seen; 0 for none. Later answers make it stale.
    gaps : (n,) float32, optional
        What ``margin`` returns, where the method knows better than its calibrated probabilities what is worth asking.
    """

    labels: NDArray[np.int64]
    proba: NDArray[np.float32]
    index: Index
    method: str
    round: int = 0
    answers_upto: int = 0
    gaps: NDArray[np.float32] | None = None

    @property
    def n_clusters(self) -> int:
        """Number of groups k, empty ones included."""
        return int(self.proba.shape[1])

    @property
    def confidence(self) -> NDArray[np.float32]:
        """(n,) probability of the group each item was given."""
        taken: NDArray[np.float32] = np.take_along_axis(self.proba, self.labels[:, None], axis=1)[:, 0]
        return taken

    def margin(self) -> NDArray[np.float32]:
        """(n,) probability of the best group minus that of the second; 1 where there is one group."""
        if self.gaps is not None:
            return self.gaps
        if self.n_clusters == 1:
            return np.ones(len(self.labels), np.float32)
        top = np.partition(self.proba, self.n_clusters - 2, axis=1)
        gap: NDArray[np.float32] = top[:, -1] - top[:, -2]
        return gap
