"""What is known of the items under one encoder, computed once and shared by every method and question."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Index:
    """A reduced embedding of n items with its exact nearest neighbors.

    Attributes
    ----------
    embedding : (n, d) float32
        Unit rows: encoder features, L2-normalised, centred, projected on d principal axes, L2-normalised again.
    neighbors : (n, q) int32
        The q nearest other items of each item, nearest first. The item itself is never among them.
    distances : (n, q) float32
        Euclidean distances between unit rows, in [0, 2], in the order of ``neighbors``.
    density : (n,) float32
        Inverse of the mean distance to the q neighbors; larger is denser.
    cells : (n,) int32
        A fine k-means partition (about sqrt(n) cells, at most 256) from which strategies draw shortlists.
    encoder : str
        Name of the encoder, parts joined by ``+``.
    mean : (D,) float32
        Mean of the normalised features; with ``components`` it places new items in the same embedding.
    components : (D, d) float32
        Principal axes as columns.
    """

    embedding: NDArray[np.float32]
    neighbors: NDArray[np.int32]
    distances: NDArray[np.float32]
    density: NDArray[np.float32]
    cells: NDArray[np.int32]
    encoder: str
    mean: NDArray[np.float32]
    components: NDArray[np.float32]

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self.embedding)

    def project(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Embed (m, D) encoder features as this index embeds its own items; returns (m, d) unit rows."""
        return unit_rows((unit_rows(features) - self.mean) @ self.components)


def unit_rows(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """Scale each row of (n, d) to length 1; a zero row stays zero."""
    rows: NDArray[np.float32] = np.asarray(values, np.float32)
    # Summed in double precision: the squares of large or tiny float32 values leave the range of float32.
    norms: NDArray[np.float32] = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64)).astype(np.float32)
    norms[norms == 0] = 1
    return rows / norms[:, None]
