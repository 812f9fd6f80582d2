"""Items as they are, and items varied anew each time they are trained on."""

from __future__ import annotations

import torch
from torch import Tensor

from clusteer.encoders.mlp import mask


class Variations:
    """A collection that gives items plain, or as one of their other views, with noise.

    Parameters
    ----------
    items : (n, ...) Tensor or (v, n, d) Tensor
        Features, or features of several views of each item, the plain one first.
    views : bool
        Whether ``items`` are views.
    noise : float
        Share of the features masked in what is varied.
    generator : torch.Generator
        Of views and masks.
    """

    def __init__(self, items: Tensor, views: bool, noise: float, generator: torch.Generator) -> None:
        self.items, self.noise, self.generator = (items if views else items[None]), noise, generator

    def __len__(self) -> int:
        """Return the number of items n."""
        return self.items.shape[1]

    def plain(self, rows: Tensor) -> Tensor:
        """Return items (b, ...) as they are."""
        return self.items[0, rows].float()

    def varied(self, rows: Tensor) -> Tensor:
        """Return each item (b, ...) as a view drawn from all but the plain one, where there are others, with noise."""
        v = len(self.items)
        chosen = torch.zeros_like(rows)
        if v > 1:
            chosen = torch.randint(1, v, rows.shape, generator=self.generator, device=rows.device)
        return mask(self.items[chosen, rows].float(), self.noise, self.generator)
