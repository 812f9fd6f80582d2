"""Pairs that belong together, and pairs that do not."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from clusteer.losses._weighing import at_least_single, weighted_mean


def log_together(first: Tensor, second: Tensor) -> Tensor:
    """Return log s, s = sum_j q_aj q_bj: the log-probability (m,) that two items are of one cluster.

    ``first`` and ``second`` are the (m, k) log-assignments of the two items of each pair.
    """
    return torch.logsumexp(at_least_single(first) + at_least_single(second), dim=1)


def log_apart(first: Tensor, second: Tensor) -> Tensor:
    """Return log(1 - s): the log-probability (m,) that two items are of different clusters.

    It is the sum over all pairs of different clusters, sum_{j != l} q_aj q_bl. 1 - s itself would round to 0 where both
    items are surely in one cluster, just where the gradient is needed. There must be two clusters or more.
    """
    first, second = at_least_single(first), at_least_single(second)
    both = first[:, :, None] + second[:, None, :]
    same = torch.eye(first.shape[1], dtype=torch.bool, device=first.device)
    return torch.logsumexp(both.masked_fill(same, -torch.inf).flatten(1), dim=1)


def must_link_loss(first: Tensor, second: Tensor, weights: Tensor | None = None, wrong: float = 0.0) -> Tensor:
    """Return the mean negative log-likelihood that linked items share a cluster.

    ::

        -(1 / m) sum_(a,b) w_ab log( (1 - e) s_ab + e (1 - s_ab) ),    s_ab = sum_j q_aj q_bj

    Parameters
    ----------
    first, second : (m, k) Tensor
        Log-assignments of the two items of each pair.
    weights : (m,) Tensor, optional
        How far each link is believed, in [0, 1].
    wrong : float
        e, the share of links that are wrong, in [0, 0.5). Above 0 a link that everything contradicts costs at most
        -log e and hardly pulls.

    Returns
    -------
    Tensor
        A scalar, at least 0; exactly 0 for no pairs. It is log k, not 0, for two equal uniform assignments: the loss
        asks for confidence too.

    Notes
    -----
    **Source**: DCC, Eq. 4, which is e = 0 and a sum. The authors' code takes the mean, as here, without a bound on the
    gradient in q; in logarithms its gradient is bounded. The error rate e is ours.
    """
    return weighted_mean(-_believed(log_together(first, second), lambda: log_apart(first, second), wrong), weights)


def cannot_link_loss(first: Tensor, second: Tensor, weights: Tensor | None = None, wrong: float = 0.0) -> Tensor:
    """Return the mean negative log-likelihood that items held apart are in different clusters.

    ::

        -(1 / m) sum_(a,b) w_ab log( (1 - e) (1 - s_ab) + e s_ab ),    s_ab = sum_j q_aj q_bj

    Parameters
    ----------
    first, second, weights, wrong
        As of ``must_link_loss``.

    Returns
    -------
    Tensor
        A scalar, at least 0; exactly 0 for no pairs.

    Notes
    -----
    **Source**: DCC, Eq. 5, which is e = 0 and a sum; mean in the authors' code and here. As printed and as released it
    is infinite, with an undefined gradient, once s rounds to 1; here 1 - s is summed from its parts in logarithms.
    """
    return weighted_mean(-_believed(log_apart(first, second), lambda: log_together(first, second), wrong), weights)


def _believed(log_right: Tensor, log_wrong: Callable[[], Tensor], wrong: float) -> Tensor:
    if not wrong:
        return log_right
    return torch.logaddexp(log_right + math.log1p(-wrong), log_wrong() + math.log(wrong))
