"""Soft assignments by distance to the centers, and the sharper ones that they are trained towards."""

import torch
from torch import Tensor
from torch.nn.functional import log_softmax

from clusteer.losses._weighing import at_least_single, weighted_mean

_FARTHEST = 1e15
"""Coordinates farther apart than this count as this far: the square of more leaves float32."""


def log_assignment(codes: Tensor, centers: Tensor, power: float = 1.0) -> Tensor:
    """Return the logarithm of the Student-t assignment of codes to centers.

    ::

        log q_ij = log softmax_j( -power log(1 + ||z_i - mu_j||^2) )

    Parameters
    ----------
    codes : (b, d) Tensor
        Embedded items z.
    centers : (k, d) Tensor
        Centers mu.
    power : float
        Exponent of the kernel, above 0; (v + 1) / 2 with v degrees of freedom, so 1 for v = 1.

    Returns
    -------
    (b, k) Tensor
        Finite at any distance; each row's exponentials sum to 1.

    Notes
    -----
    **Source**: DEC, Eq. 1 and DCC, Eq. 1, with exponent 1. The authors of DCC released ``q**(alpha+1.0)/2.0``, whose
    precedence makes the exponent 2 for the same v = 1; ``power=2`` is that. Neither works on logarithms.
    """
    apart = at_least_single(codes)[:, None] - at_least_single(centers)
    distances = apart.clamp(-_FARTHEST, _FARTHEST).square().sum(dim=2)
    return log_softmax(-power * torch.log1p(distances), dim=1)


def log_frequency(log_q: Tensor) -> Tensor:
    """Return log f_j = log sum_i q_ij, (k,), of (n, k) log-assignments: how much of the items each cluster holds."""
    return torch.logsumexp(at_least_single(log_q), dim=0)


def sharpened_target(log_q: Tensor, frequency: Tensor) -> Tensor:
    """Return the logarithm of what assignments are trained towards: squared, and freed of the size of the cluster.

    ::

        p_ij = (q_ij^2 / f_j) / sum_j' (q_ij'^2 / f_j')

    Parameters
    ----------
    log_q : (b, k) Tensor
        Log-assignments.
    frequency : (k,) Tensor
        ``log_frequency`` of the whole collection, not of the batch.

    Returns
    -------
    (b, k) Tensor
        log p, without a gradient: a target is not trained.

    Notes
    -----
    **Source**: DEC, Eq. 3 and DCC, Eq. 2, whose inner sum reuses the index i; f_j = sum_i q_ij is meant, and what the
    authors' code does.
    """
    return log_softmax(2 * at_least_single(log_q.detach()) - frequency.detach(), dim=1)


def kl_loss(log_p: Tensor, log_q: Tensor, weights: Tensor | None = None) -> Tensor:
    """Return the mean divergence of assignments from their targets.

    ::

        (1 / b) sum_i w_i sum_j p_ij log(p_ij / q_ij)

    Parameters
    ----------
    log_p : (b, k) Tensor
        Logarithm of the targets.
    log_q : (b, k) Tensor
        Log-assignments.
    weights : (b,) Tensor, optional
        How much each item counts, in [0, 1].

    Returns
    -------
    Tensor
        A scalar, at least 0; exactly 0 for an empty batch and where p = q.

    Notes
    -----
    **Source**: DEC, Eq. 2 and DCC, Eq. 3. The paper sums and has no weight; the authors' code takes the mean over
    items, as here, times 0.1, which is ``kl_weight`` of the method, and adds 1e-6 to q, which logarithms do not need.
    """
    log_p, log_q = at_least_single(log_p), at_least_single(log_q)
    return weighted_mean((log_p.exp() * (log_p - log_q)).sum(dim=1), weights)
