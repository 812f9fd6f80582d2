"""How single values become a loss: their mean, each times its weight."""

import torch
from torch import Tensor


def weighted_mean(values: Tensor, weights: Tensor | None = None) -> Tensor:
    """Return sum(weights x values) / m of m values; of none an exact 0 that keeps the path to what made them.

    Weights are beliefs in [0, 1], not shares: a pair believed by half pulls half as hard as one believed whole, whoever
    else is in the batch.
    """
    if weights is not None:
        values = weights * values
    return values.sum() / max(1, len(values))


def at_least_single(values: Tensor) -> Tensor:
    """Return half-precision values as float32, others as they are."""
    return values.float() if values.dtype in (torch.bfloat16, torch.float16) else values
