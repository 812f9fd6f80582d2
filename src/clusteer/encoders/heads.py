"""A network that tells clusters: a body that makes codes, and a linear layer with a column for each cluster."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import log_softmax

_AT_ONCE = 4096


class Head(nn.Module):
    """Items (b, ...) -> codes (b, d) -> log-assignments (b, k).

    Attributes
    ----------
    body : nn.Module
        Makes of items what other heads may share.
    branch : nn.Module
        Makes codes of that; nothing is between them at first.
    last : nn.Linear
        Makes logits of codes.
    offset : Tensor
        What is subtracted from items first, in their shape or that of one number; 0 at first.
    scale : scalar Tensor
        What items are then multiplied by; 1 at first.
    """

    offset: Tensor
    scale: Tensor

    def __init__(
        self, body: nn.Module, last: nn.Linear, offset: Tensor | None = None, branch: nn.Module | None = None
    ) -> None:
        super().__init__()
        self.body, self.last = body, last
        self.branch = nn.Identity() if branch is None else branch
        self.register_buffer("offset", torch.tensor(0.0) if offset is None else offset)
        self.register_buffer("scale", torch.tensor(1.0))

    def shared(self, items: Tensor) -> Tensor:
        """Return what the body makes of items."""
        made: Tensor = self.body((items - self.offset) * self.scale)
        return made

    def codes(self, items: Tensor) -> Tensor:
        """Return the codes (b, d) of items."""
        made: Tensor = self.branch(self.shared(items))
        return made

    def assign(self, codes: Tensor) -> Tensor:
        """Return the log-assignments (b, k) of codes."""
        return log_softmax(self.last(codes).float(), dim=1)

    def forward(self, items: Tensor) -> Tensor:
        """Return the log-assignments (b, k) of items."""
        return self.assign(self.codes(items))

    def with_columns(self, origins: Sequence[int]) -> Head:
        """Return a copy whose columns are those numbered ``origins``; -1 stands for a new one, which starts at 0."""
        made = copy.deepcopy(self)
        width, place = self.last.in_features, self.last.weight.device
        made.last = nn.Linear(width, len(origins), device="meta").to_empty(device=place)  # Draws nothing at random.
        kept = torch.tensor([origin >= 0 for origin in origins], dtype=torch.bool)
        rows = [origin for origin in origins if origin >= 0]
        with torch.no_grad():
            for new, old in ((made.last.weight, self.last.weight), (made.last.bias, self.last.bias)):
                new.zero_()
                new[kept] = old[rows]
        return made


def codes_of(network: Head, items: NDArray[np.float32]) -> Tensor:
    """Return the codes (n, d) of items, without a gradient, some thousand at a time."""
    network.eval()
    with torch.no_grad():
        parts = torch.split(torch.tensor(items), _AT_ONCE)
        return torch.cat([network.codes(part.to(network.last.weight.device)).float() for part in parts])
