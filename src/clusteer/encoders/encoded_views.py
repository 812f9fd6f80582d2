"""Features of several views of each picture, so that a head learns in seconds what a network would learn in hours.

Each view is encoded once and cached like plain features, under a name of its own beside the encoder's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clusteer.core import InvalidInputError
from clusteer.encoders._base import Encoder, Pictures
from clusteer.encoders.features import Progress, cache_folder, encode, encode_with
from clusteer.encoders.pretrained import get_encoder


@dataclass(frozen=True)
class _Varied:
    """An encoder that sees a view of what it is given; which one depends on the picture alone."""

    encoder: Encoder
    name: str

    @property
    def size(self) -> int:
        return self.encoder.size

    @property
    def dimensions(self) -> int:
        return self.encoder.dimensions

    def encode(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self.encoder.encode(pixels)


@dataclass(frozen=True)
class _Views:
    """Pictures varied by their content's hash, so that a picture has the same views in every set."""

    pictures: Pictures
    recipe: str
    view: int

    @property
    def hashes(self) -> Sequence[str]:
        return self.pictures.hashes

    def __len__(self) -> int:
        return len(self.pictures)

    def pixels(self, rows: NDArray[np.int64], size: int) -> NDArray[np.uint8]:
        import torch

        from clusteer.data.views import RECIPES, seeds_of, varied

        plain = torch.from_numpy(self.pictures.pixels(rows, size)).permute(0, 3, 1, 2).float() / 255
        contents = [int(self.hashes[row][:15], 16) for row in rows.tolist()]
        made = varied(plain, seeds_of(self.view, torch.tensor(contents)), RECIPES[self.recipe])
        pixels: NDArray[np.uint8] = (made * 255).round().to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()
        return pixels


def encode_views(
    images: Pictures,
    encoder_name: str,
    views: int,
    recipe: str = "strong",
    cache_dir: Path | None = None,
    progress: Progress | None = None,
) -> NDArray[np.float16]:
    """Return the features (v, n, D) of v views of n pictures, the plain picture first.

    Parameters
    ----------
    images : Pictures
        The pictures; exact duplicates are encoded once and have the same views.
    encoder_name : str
        A single name that ``get_encoder`` knows.
    views : int
        Number v of views, at least 1; each costs as much as encoding the pictures.
    recipe : {"strong", "weak", "mild"}
        How far views may differ; "mild" is for digits.
    cache_dir, progress
        As of ``encode``.

    Raises
    ------
    InvalidInputError
        If there are no pictures, less than one view, no such recipe, or several encoders.
    NotFoundError, UnavailableError, StorageError
        As ``encode``.
    """
    from clusteer.data.views import RECIPES

    if views < 1 or recipe not in RECIPES or "+" in encoder_name:
        raise InvalidInputError(
            f"{views} views by the recipe {recipe!r} under {encoder_name!r} were asked for; give at least 1, one of "
            f"{', '.join(RECIPES)}, and a single encoder"
        )
    parts = [encode(images, encoder_name, cache_dir, progress)]
    encoder = get_encoder(encoder_name)
    for view in range(1, views):
        seen = _Varied(encoder, f"{encoder.name}~{recipe}{view}")
        parts.append(encode_with(_Views(images, recipe, view), seen, cache_folder(cache_dir), progress))
    return np.stack([part.astype(np.float16) for part in parts])
