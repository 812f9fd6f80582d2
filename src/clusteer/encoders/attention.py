"""Attention across items: what an item becomes depends on which others are like it."""

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

_FIRST = 0.1
"""What the values are multiplied by at first."""


class CrossInstanceAttention(nn.Module):
    """Multi-head self-attention over the items of a batch, beside a way past it.

    ::

        out_i = x_i + concat_h sum_k softmax_k( <Q_h x_i, K_h c_k> / sqrt(d_h) ) V_h c_k

    Parameters
    ----------
    width : int
        Dimensions d of items; ``heads`` must divide it.
    heads : int
        Heads, each over d / heads dimensions.

    Notes
    -----
    **Source**: PCL, section 3.1, after SCLRE (Gan et al., CVPR 2023): 8 heads of 64 over batches of 128, Q, K and V
    without bias, no projection after them, as in the released code. That code has no way past the attention, so that an
    item is nothing but a mixture of the batch's values; untrained weights are all but equal, and all items then the
    same. With hundreds of epochs from scratch that passes. Over features that tell items apart already it would throw
    that away and learn it again, and what an item is would turn on which context it is seen in. Here x_i is added, and
    V starts at a tenth, so that attention begins as a small correction. In the paper a prediction depends on what else
    is in its batch; here the context c is given, and at prediction it is always the same anchors.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = (nn.Linear(width, width, bias=False) for _ in range(3))
        with torch.no_grad():
            self.value.weight.mul_(_FIRST)

    def forward(self, items: Tensor, context: Tensor) -> Tensor:
        """Return items (b, d) as the items of a context (c, d) complete them; the order of neither matters."""
        asked, keys, values = (
            layer(given).unflatten(1, (self.heads, -1)).transpose(0, 1)
            for layer, given in ((self.query, items), (self.key, context), (self.value, context))
        )
        found = scaled_dot_product_attention(asked, keys, values).transpose(0, 1).flatten(1)
        return items + found
