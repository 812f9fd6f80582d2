"""The space in which items lie near each other that many short steps between neighbors connect.

k-means sees round groups. Codes of an autoencoder lie in long and bent ones, of which k-means often parts one and joins
two others; along the neighbor graph they hold together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.linalg import LinearOperator, eigsh

from clusteer.neighbors.knn import own_neighbors

_NEIGHBORS = 10
_DIMENSIONS = 1.5
"""Dimensions for each group there is to be."""
_EVERYWHERE = 0.1
"""Weight of edges between all items, as a share of the mean degree; without it a stray few make up dimensions."""
_TOLERANCE = 1e-3


def graph_space(codes: NDArray[np.float32], n_clusters: int) -> NDArray[np.float32] | None:
    """Return a spectral embedding of the neighbor graph.

    Parameters
    ----------
    codes : (n, d) float32
        Embedded items.
    n_clusters : int
        Number of groups k there are to be.

    Returns
    -------
    (n, ceil(1.5 k)) float32 or None
        Eigenvectors of the random walk, rows of length 1; None for collections too small for so many.

    Notes
    -----
    Cost: the exact neighbors, n^2 d, and a few dozen products with a sparse matrix of about 20 n entries.

    **Source**: Ng, Jordan and Weiss, NIPS 2001, for normalised rows; Amini et al., Annals of Statistics 2013, for the
    edges between all. k-means on the codes stood here in DEC, IDEC and DCC. Half again as many vectors as groups are
    taken: groups that the walk hardly parts are in the vectors after the first k.
    """
    n, dimensions = len(codes), int(np.ceil(_DIMENSIONS * n_clusters))
    if n <= max(2 * dimensions, _NEIGHBORS):
        return None
    indices, _ = own_neighbors(codes, _NEIGHBORS)
    ones = np.ones(indices.size, np.float64)
    one_way = csr_array((ones, (np.repeat(np.arange(n), indices.shape[1]), indices.ravel())), shape=(n, n))
    edges = csr_array(one_way.maximum(one_way.T))
    degrees = np.asarray(edges.sum(axis=1)).ravel()
    everywhere = _EVERYWHERE * degrees.mean()
    scale = 1 / np.sqrt(degrees + everywhere)

    def walk(x: NDArray[np.float64]) -> NDArray[np.float64]:
        scaled = scale * x.ravel()
        product: NDArray[np.float64] = scale * (edges @ scaled + everywhere * scaled.mean())
        return product

    operator = LinearOperator((n, n), matvec=walk, dtype=np.float64)
    # A start that depends on no item's place in the order.
    vectors = eigsh(operator, k=dimensions, which="LA", tol=_TOLERANCE, v0=np.ones(n))[1][:, ::-1] * scale[:, None]
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    space: NDArray[np.float32] = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return space
