"""How the bytes of any picture become upright RGB, or are refused."""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from clusteer.core.errors import InvalidInputError, UnavailableError

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".heic", ".heif")
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")
"""Pillow's decoders that are used, whatever the suffix says; no file reaches any of its others."""
KINDS = "PNG, JPEG, WebP, TIFF, BMP, GIF or HEIC"

MAX_PIXELS = 178_956_970
"""Where Pillow refuses too, unless its limit was switched off: half a gigabyte of RGB from a file of any size."""
MAX_SIDE = 65_535
"""Longest side a JPEG, GIF or WebP file can have."""
LARGE = 20_000_000
"""From this many pixels on pictures are decoded one at a time, so that threads do not add up their memory."""

ORIENTATION_TAG = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What turns a picture of each EXIF orientation upright; 1 is upright already."""

_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
_BITS_TAG, _PHOTOMETRIC_TAG, _SAMPLE_FORMAT_TAG = 258, 262, 339
_KEY_FACTORS = {"L;2": 85, "L;4": 17, "RGB;16B": 1 / 256}
_one_large = threading.Lock()


def decode(file: Path | BinaryIO, at_least: int | None = None) -> Image.Image:
    """Decode a picture (the first frame of an animation, the first page of a document) into upright RGB.

    Parameters
    ----------
    file : Path or binary file
        What to read. Its content decides the format, not its suffix.
    at_least : int, optional
        Pixels a side that are enough: a larger JPEG is then decoded at 1/2, 1/4 or 1/8 of its size, in half the time.
        Its data are read to the end all the same, so that a truncated file is noticed.

    Raises
    ------
    UnavailableError
        If it is a HEIC file and the extra that reads them is not installed.
    InvalidInputError
        If it has more pixels than ``MAX_PIXELS``, or than ``MAX_SIDE`` a side; said before anything is decoded.
    Exception
        If it is damaged: of as many kinds as there are decoders.
    """
    if isinstance(file, Path):
        with open(file, "rb") as stream:
            return decode(stream, at_least)
    with open_picture(file) as image:
        if at_least is not None and image.format in ("JPEG", "MPO"):  # of a HEIC file it would take the thumbnail
            image.draft(None, (at_least, at_least))
        key = _transparent_key(image)
        with _one_large if image.width * image.height >= LARGE else nullcontext():
            image.load()
            if key is not None:
                image.info["transparency"] = key
            return to_rgb(image)


def open_picture(stream: BinaryIO) -> ImageFile.ImageFile:
    """Read what a file says of itself, its size above all, and decode nothing yet; errors as for ``decode``."""
    stream.seek(0)
    head = stream.read(12)
    stream.seek(0)
    if head[4:8] == b"ftyp" and head[8:] in _HEIC_BRANDS:
        image = _open_heic(stream)
    else:
        image = Image.open(stream, formats=FORMATS)
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise InvalidInputError(
            f"too large: {width:,} x {height:,} pixels, at most {MAX_PIXELS:,} and {MAX_SIDE:,} a side are decoded; "
            "save it smaller"
        )
    return image


def to_rgb(image: Image.Image) -> Image.Image:
    """Scale deep grey to 8 bit, lay transparency over white, convert any mode to RGB, turn upright by EXIF.

    16 bit keeps its high byte, as Pillow does for 16-bit colour. 32 bit and floating point have no fixed white: the
    smallest of 1 (floating point only), 255 and 65535 that no value exceeds is white and 0 black; where no range holds
    them all, the smallest value is black and the largest white. NaN is black.
    """
    orientation = _orientation(image)
    if image.mode.startswith(("I", "F")):
        image = _deep_grey(image)
    image = _over_white(image) if image.has_transparency_data else image.convert("RGB")
    return image.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else image


def _over_white(image: Image.Image) -> Image.Image:
    if image.mode == "La":  # Pillow knows no direct way from here to RGBA
        image = image.convert("LA")
    if image.mode not in ("LA", "RGBA"):
        image = image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _open_heic(stream: BinaryIO) -> ImageFile.ImageFile:
    """Open with libheif, without telling Pillow of it: that would change Pillow for the whole process."""
    try:
        from pillow_heif import HeifImageFile  # an extra
    except ImportError as fault:
        raise UnavailableError("a HEIC picture; to read these: pip install 'clusteer[heic]'") from fault
    image: ImageFile.ImageFile = HeifImageFile(stream)  # type: ignore[no-untyped-call]  # typed but for this
    return image


def _orientation(image: Image.Image) -> int | None:
    try:
        return image.getexif().get(ORIENTATION_TAG)
    except Exception:  # unreadable EXIF raises anything from SyntaxError to struct.error and loses no picture
        return None


def _transparent_key(image: Image.Image) -> int | tuple[int, ...] | None:
    """Return the transparent colour on the scale of the decoded pixels where Pillow leaves it on the scale of the file.

    That is so for PNG files of grey in 2 or 4 bits and of colour in 16; None says that nothing is to be put right.
    """
    key = image.info.get("transparency")
    if image.format != "PNG" or key is None or not isinstance(image, ImageFile.ImageFile) or not image.tile:
        return None
    factor = _KEY_FACTORS.get(str(image.tile[0].args))
    if factor is None:
        return None
    return tuple(int(value * factor) for value in key) if isinstance(key, tuple) else int(key * factor)


def _deep_grey(image: Image.Image) -> Image.Image:
    """Return grey of more than 8 bit in 8 bit, with an alpha channel where one grey was transparent."""
    tags = getattr(image, "tag_v2", {})  # of a TIFF file
    values: NDArray[np.generic] = np.asarray(image)
    if image.mode.startswith("I;16"):
        shift = tags.get(_BITS_TAG, (16,))[0] - 8
        levels = _by_lines(values, lambda line: line.astype(np.uint16) >> shift)
    else:
        if image.mode == "I" and tags.get(_SAMPLE_FORMAT_TAG) == (1,):
            values = values.view(np.uint32)  # Pillow reads unsigned numbers as signed ones
        levels = _stretched(values)
    if tags.get(_PHOTOMETRIC_TAG) == 0:  # 0 is white, which Pillow minds up to 8 bit only
        levels = 255 - levels
    grey = Image.fromarray(levels)
    key = image.info.get("transparency")
    if isinstance(key, int):
        grey.putalpha(Image.fromarray(np.where(values == key, 0, 255).astype(np.uint8)))
    return grey


def _stretched(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Return numbers without a fixed white as 0..255; the ranges are those ``to_rgb`` names."""
    finite = np.isfinite(values)
    if not finite.any():
        return np.zeros(values.shape, np.uint8)
    real = values.dtype.kind == "f"
    low = float(values.min(where=finite, initial=np.inf) if real else values.min())
    high = float(values.max(where=finite, initial=-np.inf) if real else values.max())
    white = next((white for white in (1, 255, 65535)[not real :] if low >= 0 and high <= white), None)
    if white is not None:
        low, high = 0.0, float(white)

    def stretch(line: NDArray[np.generic]) -> NDArray[np.float64]:
        numbers = np.nan_to_num(line.astype(np.float64), nan=low, posinf=high, neginf=low)
        return np.rint((numbers - low) * 255 / (high - low or 1))

    return _by_lines(values, stretch)


def _by_lines(
    values: NDArray[np.generic], scale: Callable[[NDArray[np.generic]], NDArray[np.generic]]
) -> NDArray[np.uint8]:
    """Scale line by line, for what lies between takes gigabytes of a whole large picture."""
    levels = np.empty(values.shape, np.uint8)
    for row, line in enumerate(values):
        levels[row] = scale(line)
    return levels
