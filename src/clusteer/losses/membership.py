"""What answers about clusters cost: in this one, in none of these, and what the model is sure of by itself."""

import torch
from torch import Tensor

from clusteer.losses._weighing import at_least_single, weighted_mean


def membership_loss(log_q: Tensor, clusters: Tensor, weights: Tensor | None = None) -> Tensor:
    """Return the mean negative log-likelihood of the clusters that items were said to be in.

    ::

        -(1 / m) sum_i w_i log q_{i, y_i}

    Parameters
    ----------
    log_q : (m, k) Tensor
        Log-assignments.
    clusters : (m,) long Tensor
        Cluster y of each.
    weights : (m,) Tensor, optional
        How far each answer is believed, in [0, 1].

    Returns
    -------
    Tensor
        A scalar, at least 0; exactly 0 for no items.

    Notes
    -----
    **Source**: IDC, Eq. 12. Its released code weighs each cluster by the inverse of how often it is in the batch, and
    is not a number for a batch without positive answers.
    """
    taken = at_least_single(log_q).gather(1, clusters[:, None])[:, 0]
    return weighted_mean(-taken, weights)


def rejection_loss(log_q: Tensor, rejected: Tensor, weights: Tensor | None = None) -> Tensor:
    """Return the mean negative log-likelihood that items are in none of the clusters they were rejected from.

    ::

        -(1 / m) sum_i w_i log( 1 - sum_{j in R_i} q_ij )

    Parameters
    ----------
    log_q : (m, k) Tensor
        Log-assignments.
    rejected : (m, k) bool Tensor
        R, the clusters each item is not in. An item rejected from all of them, or from none, costs nothing.
    weights : (m,) Tensor, optional
        How far each answer is believed, in [0, 1].

    Returns
    -------
    Tensor
        A scalar, at least 0; exactly 0 for no items.

    Notes
    -----
    **Source**: IDC, Eq. 13, draws one of the rejected clusters at random in every step, which is this with one cluster
    in R; all of them at once have the same aim and no chance in it. The authors bound 1 - q from below by 1e-5, where
    the gradient ends; here what is left is summed in logarithms.
    """
    log_q = at_least_single(log_q)
    idle = rejected.all(dim=1) | ~rejected.any(dim=1)
    left = torch.logsumexp(log_q.masked_fill(rejected & ~idle[:, None], -torch.inf), dim=1)
    return weighted_mean(-left.masked_fill(idle, 0), weights)


def confidence_loss(log_p: Tensor, log_q: Tensor, threshold: float) -> Tensor:
    """Return what keeps a model to those of its assignments that it is sure of.

    ::

        -(1 / b) sum_i 1[ p_{i, y_i} >= tau ] log q_{i, y_i},    y_i = argmax_j p_ij

    Parameters
    ----------
    log_p : (b, k) Tensor
        Log-assignments of the plain items; no gradient passes through them.
    log_q : (b, k) Tensor
        Log-assignments of the same items as they are varied in training.
    threshold : float
        tau, in [0, 1].

    Returns
    -------
    Tensor
        A scalar, at least 0; exactly 0 where no item is sure enough.

    Notes
    -----
    **Source**: IDC, Eq. 14, where p and q are one. The released code takes p from the plain item and q from the varied
    one, as here, but remembers labels from epoch to epoch, admits at most a fifth of a batch, and weighs clusters by
    their inverse frequency.
    """
    sure, clusters = at_least_single(log_p.detach()).exp().max(dim=1)
    return membership_loss(log_q, clusters, (sure >= threshold).float())
