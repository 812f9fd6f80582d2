"""Where clustering starts from in the codes of a pretrained network: groups, centers, and the unit of the codes."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch
from sklearn.cluster import KMeans
from torch import Tensor

from clusteer.constraints import ConstraintSet
from clusteer.core import child_seed
from clusteer.core.threads import one_thread
from clusteer.methods.graph_space import graph_space
from clusteer.methods.pair_start import merged_groups

_KMEANS_ON = 20_000
_SPREAD = 35.0
"""Mean squared distance of codes to their nearest center at the start.

It is what pixels times 0.02 give on MNIST. In the tail of the kernel, as here, assignments do not depend on the unit of
the codes; where all distances are well below 1 every item would belong to all clusters alike.
"""


def start_centers(codes: Tensor, n_clusters: int, seed: int) -> Tensor:
    """Return the k-means centers (k, d) of codes (n, d), the best of 20 starts on at most 20,000 of them."""
    values = codes.cpu().numpy()
    if len(values) > _KMEANS_ON:
        rows = np.random.default_rng(child_seed(seed, "k-means sample")).choice(len(values), _KMEANS_ON, replace=False)
        values = values[rows]
    with one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Fewer distinct codes than groups: centers then coincide.
        model: Any = KMeans(n_clusters, n_init=20, random_state=child_seed(seed, "k-means")).fit(values)
    return torch.tensor(model.cluster_centers_, dtype=codes.dtype, device=codes.device)


def start_groups(
    codes: Tensor, n_clusters: int, constraints: ConstraintSet, wrong_links: float, seed: int
) -> tuple[Tensor, bool]:
    """Return the groups (n,) to start from, and whether links told them.

    They are small groups that links merge; where there are few links, those of k-means. Either looks at the neighbor
    graph of the codes (n, d), links also at the codes themselves.
    """
    must, cannot, values = constraints.must, constraints.cannot, codes.cpu().numpy()
    if n_clusters == 1:
        return torch.zeros(len(codes), dtype=torch.long, device=codes.device), False
    graph = graph_space(values, n_clusters)
    groups = merged_groups(
        [values] if graph is None else [values, graph],
        n_clusters,
        np.concatenate([must.pairs, cannot.pairs]),
        np.arange(len(must) + len(cannot)) < len(must),
        np.concatenate([must.weights, cannot.weights]),
        wrong_links,
        seed,
    )
    if groups is None:
        space = codes if graph is None else torch.tensor(graph, device=codes.device)
        return torch.cdist(space, start_centers(space, n_clusters, seed)).argmin(dim=1), False
    return torch.tensor(groups, device=codes.device), True


def group_means(codes: Tensor, groups: Tensor, n_clusters: int) -> Tensor:
    """Return the mean code (k, d) of each group; the origin for one without items."""
    sums = torch.zeros(n_clusters, codes.shape[1], device=codes.device).index_add_(0, groups, codes)
    return sums / torch.bincount(groups, minlength=n_clusters)[:, None].clamp(min=1)


def unit_factor(codes: Tensor, centers: Tensor) -> Tensor:
    """Return what codes and centers are to be multiplied by, to be in the unit that suits the kernel."""
    spread = torch.cdist(codes, centers).min(dim=1).values.square().mean()
    return torch.sqrt(_SPREAD / spread) if spread > 0 else torch.ones_like(spread)
