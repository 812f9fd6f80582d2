"""Pictures moved by whole pixels: what changes a picture and not what it shows, and costs next to nothing."""

import torch
from torch import Tensor
from torch.nn.functional import pad


def shifted(pictures: Tensor, most: int, generator: torch.Generator) -> Tensor:
    """Return pictures (b, c, h, w), each moved by up to ``most`` pixels either way; what comes in from outside is 0."""
    if not most:
        return pictures
    height, width = pictures.shape[2:]
    windows = pad(pictures, (most, most, most, most)).unfold(2, height, 1).unfold(3, width, 1)
    places = torch.randint(2 * most + 1, (2, len(pictures)), generator=generator, device=pictures.device)
    # Of all windows (b, c, 2m + 1, 2m + 1, h, w), which are views, one of each picture is copied.
    chosen: Tensor = windows[torch.arange(len(pictures), device=pictures.device), :, places[0], places[1]]
    return chosen
