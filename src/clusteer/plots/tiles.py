"""How sheets of pictures look: their colours, letters and tiles."""

from typing import Protocol

from PIL import Image, ImageDraw, ImageFont, ImageOps

MARGIN = 32
GAP = 8
PAPER = "#ffffff"
TEXT = "#1f2328"
FAINT = "#6e7781"
FRAME = "#d0d7de"
ACCENT = "#b35900"

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class Pictures(Protocol):
    """A set of pictures that shows any of them, an ImageSet say."""

    def image(self, row: int) -> Image.Image:
        """Return the picture of an item in RGB."""


def font(size: int) -> Font:
    """Return the letters that come with Pillow, ``size`` pixels high."""
    return ImageFont.load_default(size)


def tile(picture: Image.Image, side: int) -> Image.Image:
    """Fit a picture, whole and centred, into a square of ``side`` pixels; small ones are enlarged."""
    fitted = ImageOps.pad(picture, (side, side), Image.Resampling.BICUBIC, color="#f6f8fa")
    ImageDraw.Draw(fitted).rectangle((0, 0, side - 1, side - 1), outline=FRAME)
    return fitted


def clipped(text: str, letters: Font, width: float) -> str:
    """Return the text, its end replaced by dots where it is wider than ``width`` pixels."""
    if letters.getlength(text) <= width:
        return text
    while text and letters.getlength(f"{text}...") > width:
        text = text[:-1]
    return f"{text.rstrip()}..."
