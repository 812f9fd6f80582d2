"""Pairs that belong together, and pairs that do not."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from clusteer.losses._weighing import at_least_single, weighted_mean

_FARTHEST = 1e15
"""Coordinates farther apart than this count as this far: the square of more leaves float32."""
_FAR = 1e6
"""Margins beyond which the cost of a must-link is linear in its distance."""


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


def siamese_loss(
    first: Tensor, second: Tensor, together: Tensor, margin: float = 1.0, weights: Tensor | None = None
) -> Tensor:
    """Return how far the codes of linked items are apart, and how far those of items held apart are inside a margin.

    ::

        (1 / m) sum_(a,b) w_ab ( y_ab d_ab^2 + (1 - y_ab) max(margin - d_ab, 0)^2 ),    d_ab = ||z_a - z_b||

    Parameters
    ----------
    first, second : (m, d) Tensor
        Codes z of the two items of each pair.
    together : (m,) bool Tensor
        y: whether they belong together.
    margin : float
        Distance, above 0, from which items held apart cost nothing; in the unit of the codes.
    weights : (m,) Tensor, optional
        How far each pair is believed, in [0, 1].

    Returns
    -------
    Tensor
        A scalar, at least 0; exactly 0 for no pairs.

    Notes
    -----
    **Source**: ADC, Eq. 2, after Chopra, Hadsell and LeCun. The paper sums over pairs. The root has no gradient at 0,
    where two codes coincide: such a pair held apart costs margin^2 and is not pulled, as no direction is better than
    another. Beyond a million margins the cost of a must-link grows by its distance, so that it stays finite.
    """
    apart = at_least_single(first) - at_least_single(second)
    distances = torch.linalg.vector_norm(apart.clamp(-_FARTHEST, _FARTHEST), dim=1)
    far = _FAR * margin
    squares = torch.where(distances < far, distances.clamp(max=far).square(), far * (2 * distances - far))
    return weighted_mean(torch.where(together, squares, (margin - distances).clamp(min=0).square()), weights)


def _believed(log_right: Tensor, log_wrong: Callable[[], Tensor], wrong: float) -> Tensor:
    if not wrong:
        return log_right
    return torch.logaddexp(log_right + math.log1p(-wrong), log_wrong() + math.log(wrong))
