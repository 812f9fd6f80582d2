"""What belongs together is drawn near, whatever else is in the batch is pushed away: of items, and of clusters."""

import math

import torch
from torch import Tensor
from torch.nn.functional import normalize

from clusteer.losses._weighing import at_least_single


def contrastive_loss(features: Tensor, positives: Tensor, negatives: Tensor, temperature: float) -> Tensor:
    """Return the mean negative log-likelihood of positives among all that an item is held against.

    ::

        -sum_ij w_ij log( e^{s_ij} / sum_{k != i} n_ik e^{s_ik} ) / sum_ij w_ij,    s_ij = cos(z_i, z_j) / t

    Parameters
    ----------
    features : (b, d) Tensor
        Embedded items z, of all views; their length does not matter.
    positives : (b, b) Tensor
        w, at least 0: how much each pair counts as belonging together. Rows without any cost nothing.
    negatives : (b, b) Tensor
        n, at least 0: how much each item counts among those that another is held against; 1 for NT-Xent, 0 for items
        that are known or believed to be of the same group, more for those known not to be. Diagonals are left out.
    temperature : float
        t, above 0.

    Returns
    -------
    Tensor
        A scalar; exactly 0 without positives. At least 0 where positives count among the negatives with weight 1.

    Notes
    -----
    **Source**: NT-Xent of SimCLR and Contrastive Clustering (Eq. 2) has one positive, the other view, and n = 1; TCL's
    self-labelling takes items of the same pseudo-label out of n; PCL (Eqs. 1 to 3) also counts must-links in w and
    cannot-links twice in n. PCL's released code takes the mean of n e^s times the size of the batch for the sum, which
    weights that are divided by their mean give. Here the sum is taken in logarithms.
    """
    b = len(features)
    rows = normalize(at_least_single(features), dim=1)
    likeness = rows @ rows.T / temperature
    other = ~torch.eye(b, dtype=torch.bool, device=features.device)
    against = (negatives * other).to(likeness.dtype)
    alone = ~(against > 0).any(dim=1)
    held = torch.where(against > 0, likeness + against.clamp(min=1e-30).log(), -torch.inf)
    total = torch.logsumexp(held.masked_fill(alone[:, None], 0), dim=1)
    weights = (positives * other * ~alone[:, None]).to(likeness.dtype)
    return (weights * (total[:, None] - likeness)).sum() / weights.sum().clamp(min=1e-12)


def instance_loss(first: Tensor, second: Tensor, temperature: float, same: Tensor | None = None) -> Tensor:
    """Return ``contrastive_loss`` of two views (b, d) each: every item is held against all others, of both views.

    Parameters
    ----------
    first, second : (b, d) Tensor
        Two views of each item.
    temperature : float
        Above 0.
    same : (b, b) bool Tensor, optional
        Pairs of items that are believed to be of one group, and so are not pushed apart.

    Notes
    -----
    **Source**: Contrastive Clustering, Eqs. 1 to 3; with ``same``, TCL's self-labelling.
    """
    b = len(first)
    twins = torch.eye(b, device=first.device).repeat(2, 2)  # The diagonal, an item and itself, is left out.
    negatives = torch.ones_like(twins)
    if same is not None:
        negatives = ((~same).float().fill_diagonal_(0) + torch.eye(b, device=first.device)).repeat(2, 2)
    return contrastive_loss(torch.cat([first, second]), twins, negatives, temperature)


def cluster_contrast_loss(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    """Return ``instance_loss`` of clusters: each is what items belong to it, in one view and in the other.

    Parameters
    ----------
    first, second : (b, k) Tensor
        Log-assignments of two views.
    temperature : float
        Above 0; 1 in the paper.

    Returns
    -------
    Tensor
        A scalar, at least 0; exactly 0 for an empty batch.

    Notes
    -----
    **Source**: Contrastive Clustering, Eqs. 4 to 6.
    """
    first, second = at_least_single(first), at_least_single(second)
    if not len(first):
        return first.sum() + second.sum()
    return instance_loss(first.exp().T, second.exp().T, temperature)


def entropy_loss(log_q: Tensor) -> Tensor:
    """Return how far the sizes of clusters are from equal, so that not all items end in one.

    ::

        log k + sum_j p_j log p_j,    p_j = (1 / b) sum_i q_ij

    Parameters
    ----------
    log_q : (b, k) Tensor
        Log-assignments.

    Returns
    -------
    Tensor
        A scalar, at least 0; exactly 0 for an empty batch.

    Notes
    -----
    **Source**: Contrastive Clustering, Eq. 7, which adds it for either view; there p is divided by its sum in place and
    its logarithm is taken of numbers that may be 0. Here it is summed in logarithms.
    """
    log_q = at_least_single(log_q)
    if not len(log_q):
        return log_q.sum()
    log_p = torch.logsumexp(log_q, dim=0) - math.log(len(log_q))
    return math.log(log_q.shape[1]) + (log_p.exp() * log_p).sum()
