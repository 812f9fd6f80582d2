"""Pictures in the sizes a page shows, kept on disk by the content they show."""

from functools import partial
from pathlib import Path

from PIL import Image

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.core.files import write_whole
from clusteer.data.images import ImageSet

SIZES = (64, 128, 256, 512, 1024)
"""Longest side in pixels; what is asked for is rounded up to one of these."""
CRISP = 64
"""Up to this longest side nothing is lost by compression: every pixel is seen."""


class Thumbnails:
    """The cache of small pictures.

    Parameters
    ----------
    folder : Path
        Where they are kept; may be removed at any time.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, images: ImageSet, row: int, size: int) -> bytes:
        """Return a picture as WebP, at most ``size`` pixels a side (rounded up) and never enlarged.

        Raises
        ------
        NotFoundError
            If the picture is gone, can no longer be read, or the items have none.
        """
        side = next((known for known in SIZES if known >= size), SIZES[-1])
        sha256 = images.hashes[row]
        path = self.folder / sha256[:2] / f"{sha256}-{side}.webp"
        try:
            return path.read_bytes()
        except FileNotFoundError:
            pass
        picture = self._picture(images, row, side)
        write_whole(path, partial(picture.save, format="WEBP", quality=85, lossless=max(picture.size) <= CRISP))
        return path.read_bytes()

    def _picture(self, images: ImageSet, row: int, side: int) -> Image.Image:
        if images.pictures is None:
            raise NotFoundError(f"the items of {images.name} have no pictures")
        try:
            picture = images.pictures.image(row, at_least=side)
        except InvalidInputError as fault:
            raise NotFoundError(str(fault)) from fault
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        return picture
