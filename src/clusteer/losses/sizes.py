"""How many items each cluster holds: of all of them, or of a part of the collection.

A share is the part's sum of q_c over its size. A batch is too small to know shares from (with 256 items and ten
clusters a mean strays by 0.02), so the losses take estimates that ``corrected_shares`` corrects by a full pass.
"""

import torch
from torch import Tensor
from torch.nn.functional import relu

from clusteer.losses._weighing import at_least_single


def corrected_shares(shares: Tensor, log_q: Tensor, before: Tensor, parts: Tensor, n_items: int) -> Tensor:
    """Return estimates of the shares that clusters hold of parts of the collection, from a batch and a full pass.

    ::

        share_pc = shares_pc + (n / b) sum_{i in batch} parts_ip (q_ic - q'_ic) / |p|

    Parameters
    ----------
    shares : (p, k) Tensor
        The shares at the last full pass, where the assignments were q'.
    log_q : (b, k) Tensor
        Log-assignments of the batch, with their gradient.
    before : (b, k) Tensor
        log q' of the same items.
    parts : (b, p) Tensor
        ``1 / |p|`` where the item is in part p, else 0.
    n_items : int
        Number n of items of the collection.

    Returns
    -------
    (p, k) Tensor
        Unbiased for a batch drawn at random: the full pass is exact, the batch tells only what changed since. Right
        after a full pass the error is 0, and its gradient is that of the batch. An empty batch returns ``shares``.

    Notes
    -----
    **Source**: ours. DCC (section 3.2) takes the mean of the batch for the share, and asks for large batches.
    """
    change = at_least_single(log_q).exp() - at_least_single(before).detach().exp()
    return shares + (n_items / max(1, len(change))) * (parts.T @ change)


def size_loss(shares: Tensor, target: Tensor) -> Tensor:
    """Return the squared distance of the clusters' shares from those wanted.

    ::

        sum_c (share_c - pi_c)^2

    Parameters
    ----------
    shares : (k,) Tensor
        Shares of the collection that the clusters hold.
    target : (k,) Tensor
        pi, the shares wanted, in the clusters' order.

    Returns
    -------
    Tensor
        A scalar from 0 to 2; exactly 0 where the shares are those wanted.

    Notes
    -----
    **Source**: DCC, Eq. 8, where every pi_c is 1 / k. The authors' code knows k = 10 only and takes a batch's mean.
    """
    return (at_least_single(shares) - target).square().sum()


def bound_loss(shares: Tensor, lower: Tensor, upper: Tensor, clusters: Tensor) -> Tensor:
    """Return how far clusters are outside their bounds.

    ::

        sum_c v_c ( max(L - share_c, 0)^2 + max(share_c - U, 0)^2 )

    Parameters
    ----------
    shares : (p, k) Tensor
        Shares of p parts that the clusters hold.
    lower, upper : (p,) Tensor
        L and U as shares of the part: the count over the part's size.
    clusters : (p, k) Tensor
        v, in [0, 1]: how far each cluster is meant; 1 everywhere where all are.

    Returns
    -------
    Tensor
        A scalar, the sum over parts; exactly 0 for no parts and where all bounds are kept.

    Notes
    -----
    **Source**: DCC, Eq. 11, read as (min(0, S - L))^2 + (max(0, S - U))^2; if the square bound first, as printed, the
    first term would always be 0. There S is a count, which a batch never reaches; here both sides are shares. There is
    no released code for it.
    """
    shares = at_least_single(shares)
    outside = relu(lower[:, None] - shares).square() + relu(shares - upper[:, None]).square()
    return (clusters * outside).sum()


def balance_loss(shares: Tensor, tolerance: float = 0.0) -> Tensor:
    """Return how unevenly clusters hold the parts of the collection.

    ::

        sum_c sum_{p < p'} max( |share_pc - share_p'c| - tolerance, 0 )^2

    Parameters
    ----------
    shares : (p, k) Tensor
        Shares of p parts that the clusters hold.
    tolerance : float
        How far two shares may differ, in [0, 1].

    Returns
    -------
    Tensor
        A scalar; exactly 0 for fewer than two parts and where the parts are held alike.

    Notes
    -----
    **Source**: DCC, Eq. 10, for two parts. There the counts of both are divided by n, which makes 0 only where the
    parts are of one size; here each by the part's own size. There is no released code for it.
    """
    shares = at_least_single(shares)
    first, second = torch.triu_indices(len(shares), len(shares), offset=1)
    return relu((shares[first] - shares[second]).abs() - tolerance).square().sum()
