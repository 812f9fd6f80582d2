"""Contrast that is told: linked items are positives, items held apart count twice among the negatives."""

import torch
from torch import Tensor

from clusteer.losses.contrastive import contrastive_loss

_LEAST = 2.0
"""Least weight of a must-link beside its share in the batch, however many there are."""


def constrained_contrast_loss(
    first: Tensor, second: Tensor, together: Tensor, apart: Tensor, temperature: float, link_weight: float
) -> Tensor:
    """Return the mean over items of how well each one's positives are told from all others, in two views.

    ::

        -(1 / 2b) sum_i sum_j w_ij log( e^{s_ij} / sum_{k != i} (1 + a_ik) e^{s_ik} ) / sum_j w_ij

        w_ij = 1 of the other view of i,    1 + r of what must be with i,    0 of all others
        r = max( link_weight b / (m + 1), 2 ),    s_ij = cos(z_i, z_j) / temperature

    Parameters
    ----------
    first, second : (b, d) Tensor
        Two views of each item: codes, or assignments.
    together : (b, b) Tensor
        In [0, 1], symmetric: how far two items are believed to belong together. m is its sum without the diagonal.
    apart : (b, b) Tensor
        a, in [0, 1], symmetric: how far they are believed not to.
    temperature : float
        Above 0.
    link_weight : float
        lambda, at least 0.

    Returns
    -------
    Tensor
        A scalar; exactly 0 for an empty batch.

    Notes
    -----
    **Source**: PCL, Eqs. 1 to 3, with these readings. mu in Eq. 1 multiplies the whole denominator, so its logarithm is
    a constant and has no gradient: it is left out. The sum over k there includes i itself, whose similarity is
    constant; here, as in the released code, it does not. Eq. 2 weighs by N_+ and lambda N, which is 0 / 0 without
    must-links; divided by N_+, and with the code's floor of 2 and its 1 +, it is w above. Eq. 3 normalises each row, as
    here; the code sums over all pairs, so that the most linked items outweigh all others. In the space of clusters the
    code takes dot products at temperature 1, the paper cosines, as here. Beliefs that are no 0 or 1 are ours.
    """
    b = len(first)
    other = 1 - torch.eye(b, dtype=together.dtype, device=together.device)
    together, apart = together * other, apart * other
    ratio = (link_weight * b / (together.sum() + 1)).clamp(min=_LEAST)
    twins = torch.eye(b, dtype=together.dtype, device=together.device)
    weights = (twins + (1 + ratio) * together).repeat(2, 2).fill_diagonal_(0)
    weights = weights / weights.sum(dim=1, keepdim=True).clamp(min=1e-12)
    return contrastive_loss(torch.cat([first, second]), weights, 1 + apart.repeat(2, 2), temperature)
