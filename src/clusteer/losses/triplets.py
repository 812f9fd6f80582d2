"""Items that are nearer to one than to another."""

import torch
from torch import Tensor
from torch.nn.functional import relu

from clusteer.losses._weighing import weighted_mean
from clusteer.losses.links import log_together


def triplet_loss(
    anchor: Tensor, near: Tensor, far: Tensor, margin: float = 0.1, weights: Tensor | None = None
) -> Tensor:
    """Return by how much anchors fail to be likelier together with ``near`` than with ``far``, in the mean.

    ::

        (1 / t) sum_(a,p,n) w max( s(a, n) - s(a, p) + margin, 0 ),    s(a, b) = sum_j q_aj q_bj

    Parameters
    ----------
    anchor, near, far : (t, k) Tensor
        Log-assignments of the three items of each triplet.
    margin : float
        theta, above 0: by how much s(a, p) is to exceed s(a, n).
    weights : (t,) Tensor, optional
        How far each triplet is believed, in [0, 1].

    Returns
    -------
    Tensor
        A scalar, from 0 to 1 + margin; exactly 0 for no triplets and where all keep the margin.

    Notes
    -----
    **Source**: DCC, Eq. 7. The paper calls s "d", though it is a likeness, and sums; the authors' code takes the mean,
    as here. Where all three items are surely placed the gradient vanishes, in all three alike.
    """
    nearness, farness = log_together(anchor, near), log_together(anchor, far)
    return weighted_mean(relu(torch.exp(farness) - torch.exp(nearness) + margin), weights)
