"""Pairs on the sphere: items that belong together point one way, others at least a right angle apart."""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from clusteer.losses._weighing import at_least_single, weighted_mean

_LEAST = 1e-6
"""Least value of (1 + c) / 2 and of 1 - c^2; below it a pair costs what it costs there."""


def angular_pair_loss(first: Tensor, second: Tensor, together: Tensor, weights: Tensor | None = None) -> Tensor:
    """Return the mean loss of pairs by the cosine c of the angle between their unit codes.

    ::

        together: -log( (1 + c) / 2 )        apart: -log( 1 - max(c, 0)^2 )

    Parameters
    ----------
    first, second : (m, d) Tensor
        Unit codes of the two items of each pair.
    together : (m,) bool Tensor
        Whether the items of each pair belong together.
    weights : (m,) Tensor, optional
        How far each link is believed, in [0, 1].

    Returns
    -------
    Tensor
        A scalar, at least 0; exactly 0 for no pairs, and for codes a right angle or more apart that should be.

    Notes
    -----
    **Source**: SpherePair, the angular loss with negative factor 2. The paper writes the second part by the angle t as
    -log(1 - (1 + cos(min(2 t, pi))) / 2); since (1 + cos 2t) / 2 = c^2, no arc cosine, whose gradient is infinite at
    c = 1 and -1, is needed. 1 + c and 1 - c come from the squared lengths of the sum and the difference of the codes,
    which lose no digits where they are small.
    """
    first, second = at_least_single(first), at_least_single(second)
    near = (first + second).square().sum(dim=1) / 4
    far = (first - second).square().sum(dim=1) / 4
    # 1 - c^2 = (1 - c)(1 + c); at c <= 0, where near <= 1/2, it is 1.
    sine = torch.where(near > 0.5, 4 * near * far, torch.ones_like(near))
    values = -torch.where(together, near, sine).clamp(_LEAST, 1).log()
    return weighted_mean(values, weights)


def pair_belief_loss(
    first: Tensor, second: Tensor, belief: Tensor, midpoint: Tensor, temperature: Tensor, weights: Tensor | None = None
) -> Tensor:
    """Return the mean cross-entropy between what is believed of pairs and what their cosine says.

    ::

        y' = sigmoid( (c - m) / T ),    -y log y' - (1 - y) log(1 - y')

    Parameters
    ----------
    first, second : (m, d) Tensor
        Unit codes of the two items of each pair.
    belief : (m,) Tensor
        y, the probability that each pair belongs together, in [0, 1].
    midpoint, temperature : scalar Tensor
        The cosine m at which a pair is in doubt, and T > 0, how slowly doubt fades from there; both can be learned.
    weights : (m,) Tensor, optional
        How far each pair is trusted, in [0, 1].

    Returns
    -------
    Tensor
        A scalar, at least the mean entropy of the beliefs; exactly 0 for no pairs.

    Notes
    -----
    **Source**: ProbPair. A wrong pair costs in proportion to its distance from the midpoint, not without bound as in
    ``angular_pair_loss``, so the loss stands wrong and soft pairs.
    """
    first, second = at_least_single(first), at_least_single(second)
    cosine = (first * second).sum(dim=1)
    logits = (cosine - midpoint) / temperature
    return weighted_mean(binary_cross_entropy_with_logits(logits, belief.to(logits.dtype), reduction="none"), weights)
