"""Items as they are, and items varied anew each time they are trained on."""

from __future__ import annotations

import torch
from torch import Tensor

from clusteer.core import InvalidInputError
from clusteer.data.views import RECIPES, varied
from clusteer.encoders.mlp import mask


class Variations:
    """A collection that gives items plain, or as one of their views.

    Parameters
    ----------
    items : (n, d), (v, n, d) or (n, c, h, w) Tensor
        Features; features of several views, the plain one first; or pictures in [0, 1].
    noise : float
        Share of the features masked in what is varied; nothing of pictures is.
    recipe : str
        How pictures are varied, one of ``data.views.RECIPES``.
    generator : torch.Generator
        Of views and masks.

    Raises
    ------
    InvalidInputError
        If there is no such recipe.
    """

    def __init__(self, items: Tensor, noise: float, recipe: str, generator: torch.Generator) -> None:
        if recipe not in RECIPES:
            raise InvalidInputError(f"recipe is {recipe!r}; give one of {', '.join(RECIPES)}")
        self.items = items if items.ndim == 3 else items[None]
        self.noise, self.recipe, self.generator = noise, RECIPES[recipe], generator

    def __len__(self) -> int:
        """Return the number of items n."""
        return self.items.shape[1]

    def plain(self, rows: Tensor) -> Tensor:
        """Return items (b, ...) as they are."""
        return self.items[0, rows]

    def varied(self, rows: Tensor) -> Tensor:
        """Return each item (b, ...) as a view drawn from all but the plain one, where there are others, with noise."""
        if self.items.ndim == 5:
            return varied(self.items[0, rows], self._drawn(0, 2**62, rows), self.recipe)
        v = len(self.items)
        chosen = self._drawn(1, v, rows) if v > 1 else torch.zeros_like(rows)
        return mask(self.items[chosen, rows], self.noise, self.generator)

    def _drawn(self, low: int, high: int, rows: Tensor) -> Tensor:
        return torch.randint(low, high, rows.shape, generator=self.generator, device=rows.device)
