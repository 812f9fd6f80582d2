"""Draw the pictures of docs/guidance.md, one per kind of guidance, from the bundled set.

python tools/make_guidance_pictures.py
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw
from scipy.spatial import cKDTree

from clusteer import load
from clusteer.core.questions import LETTERS
from clusteer.data import inks
from clusteer.plots.tiles import ACCENT, FAINT, FRAME, PAPER, TEXT, font, tile

FOLDER = Path(__file__).parents[1] / "docs" / "images"
WIDTH = 720
"""Pixels of a page; drawn at four times that, stored at twice."""
DRAWN, STORED = 4, 2
TOGETHER, FILL = "#1a7f37", "#f6f8fa"
BLENDS = 9

# Rows of the bundled set, by the digit they show.
ONE, OTHER_ONE = 37, 14
TWOS = (72, 147, 82, 172, 258)
FOURS = (4, 19, 27, 198, 304)
SEVENS = (60, 97, 70, 114, 75)
UNCLEAR = (326, 33, 359, 341, 490)

Point = tuple[float, float]


class Sheet:
    """A drawing measured in pixels of the page."""

    def __init__(self, height: int) -> None:
        self.image = Image.new("RGB", (WIDTH * DRAWN, height * DRAWN), PAPER)
        self.draw = ImageDraw.Draw(self.image)

    def tile(self, row: int, x: float, y: float, side: int = 64) -> Point:
        """Show a picture with its corner there and return its middle."""
        self.image.paste(tile(INKS.image(row), side * DRAWN), (round(x * DRAWN), round(y * DRAWN)))
        return x + side / 2, y + side / 2

    def box(self, x: float, y: float, width: float, height: float) -> None:
        """Draw the ground of a group."""
        corners = [value * DRAWN for value in (x, y, x + width, y + height)]
        self.draw.rounded_rectangle(corners, 8 * DRAWN, FILL, FRAME, DRAWN)

    def words(self, text: str, x: float, y: float, size: int = 14, colour: str = FAINT, anchor: str = "la") -> None:
        """Write a line of words."""
        self.draw.text((x * DRAWN, y * DRAWN), text, colour, font(size * DRAWN), anchor)

    def key(self, text: str, x: float, y: float, meaning: str = "") -> None:
        """Draw a key and say what pressing it means."""
        width = 26 if len(text) < 3 else 12 + 9 * len(text)
        corners = [value * DRAWN for value in (x, y, x + width, y + 26)]
        self.draw.rounded_rectangle(corners, 5 * DRAWN, PAPER, FAINT, DRAWN)
        self.words(text, x + width / 2, y + 13, 15, ACCENT, "mm")
        self.words(meaning, x + width + 8, y + 13, 14, TEXT, "lm")

    def line(self, start: Point, end: Point, colour: str, width: int = 3, dash: float = 0) -> None:
        """Draw a line, dashed where ``dash`` is given."""
        length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
        pieces = max(1, round(length / dash)) if dash else 1
        for piece in range(0, pieces, 2):
            ends = [
                (start[axis] + (end[axis] - start[axis]) * share) * DRAWN
                for share in (piece / pieces, (piece + 1) / pieces)
                for axis in (0, 1)
            ]
            self.draw.line(ends, colour, width * DRAWN)

    def together(self, x: float, y: float, length: float = 32) -> None:
        """Draw the bond between two tiles that belong together."""
        self.line((x, y), (x + length, y), TOGETHER, 5)

    def apart(self, x: float, y: float, length: float = 32) -> None:
        """Draw the gap between two tiles that do not."""
        self.line((x, y), (x + length, y), FAINT, 2, 5)
        self.line((x + length / 2, y - 13), (x + length / 2, y + 13), ACCENT, 5)

    def pair(self, first: int, second: int, x: float, y: float, together: bool, side: int = 64) -> None:
        """Show two tiles side by side and how they are related."""
        self.tile(first, x, y, side)
        self.tile(second, x + side + 32, y, side)
        (self.together if together else self.apart)(x + side, y + side / 2)

    def arrow(self, x: float, y: float, length: float = 44) -> None:
        """Draw what leads from the left to the right."""
        self.line((x, y), (x + length, y), TEXT, 2)
        tip = [(x + length + 2, y), (x + length - 8, y - 6), (x + length - 8, y + 6)]
        self.draw.polygon([(left * DRAWN, top * DRAWN) for left, top in tip], TEXT)

    def save(self, name: str) -> None:
        """Store the drawing in few colours, which keeps it small."""
        size = self.image.width * STORED // DRAWN, self.image.height * STORED // DRAWN
        small = self.image.resize(size, Image.Resampling.LANCZOS)
        in_few_colours(small).save(FOLDER / f"guidance-{name}.png", optimize=True)


def in_few_colours(picture: Image.Image) -> Image.Image:
    """Return a picture of bundled pictures with each pixel in the nearest colour of ``palette``."""
    colours = palette()
    few = Image.fromarray(cKDTree(colours).query(np.asarray(picture))[1].astype(np.uint8), "P")
    few.putpalette(colours.astype(np.uint8).tobytes())
    return few


def palette() -> NDArray[np.float32]:
    """Return every ink on every paper and every colour of the drawings on white, each more or less covering.

    The grain of the papers is lost, which is what makes the pictures small.
    """
    drawn = [np.array(ImageColor.getrgb(colour)) for colour in (TEXT, FAINT, FRAME, FILL, ACCENT, TOGETHER)]
    pairs = [(ink, paper) for ink in inks.INKS for paper in inks.PAPERS]
    pairs += [(colour, np.array(ImageColor.getrgb(PAPER))) for colour in drawn]
    covers = np.linspace(0, 1, BLENDS)
    return np.round([ink * cover + paper * (1 - cover) for ink, paper in pairs for cover in covers]).astype(np.float32)


def same() -> Sheet:
    """Draw two items, and what each answer states."""
    sheet = Sheet(190)
    sheet.tile(TWOS[0], 20, 52, 88)
    sheet.tile(TWOS[2], 122, 52, 88)
    sheet.words("do these two belong together?", 20, 18, 15, TEXT)
    for y, key, meaning, second in ((20, "s", "same", True), (108, "d", "different", False)):
        sheet.key(key, 270, y + 19, meaning)
        sheet.arrow(390, y + 32)
        sheet.pair(TWOS[0], TWOS[2], 470, y, second)
    return sheet


def member() -> Sheet:
    """Draw one item beside the open groups."""
    sheet = Sheet(214)
    sheet.words("with which of these groups does it go, or none?", 20, 18, 15, TEXT)
    sheet.tile(TWOS[1], 20, 62, 88)
    sheet.line((132, 56), (132, 190), FRAME, 2)
    for place, rows in enumerate((FOURS[:2], (TWOS[0], TWOS[2]), SEVENS[:2])):
        x = 152 + 78 * place
        sheet.key(str(place + 1), x + 16, 50)
        for line, row in enumerate(rows):
            sheet.tile(row, x, 84 + 60 * line, 56)
    sheet.key("2", 408, 46)
    sheet.arrow(444, 59, 34)
    sheet.pair(TWOS[1], TWOS[0], 500, 28, True)
    sheet.key("0", 408, 146)
    sheet.arrow(444, 159, 34)
    sheet.tile(TWOS[1], 500, 134, 50)
    for place, row in enumerate((FOURS[0], TWOS[0], SEVENS[0])):
        sheet.tile(row, 576 + 44 * place, 139, 40)
    sheet.apart(550, 159, 26)
    return sheet


def nearer() -> Sheet:
    """Draw one item and two others, one of them closer."""
    sheet = Sheet(176)
    sheet.words("to which of the two is it closer?", 20, 18, 15, TEXT)
    sheet.tile(SEVENS[0], 20, 60, 88)
    sheet.line((132, 56), (132, 160), FRAME, 2)
    for place, row in enumerate((ONE, TWOS[3])):
        sheet.key(str(place + 1), 172 + 84 * place, 50)
        sheet.tile(row, 152 + 84 * place, 84)
    sheet.key("1", 356, 90)
    sheet.arrow(394, 103)
    distances(sheet, 466, 72, SEVENS[0], ONE, TWOS[3])
    return sheet


def distances(sheet: Sheet, x: float, y: float, anchor: int, near: int, far: int) -> None:
    """Show an anchor with one item near it and one far from it."""
    sheet.tile(anchor, x, y, 60)
    sheet.together(x + 60, y + 30, 18)
    sheet.tile(near, x + 78, y, 60)
    sheet.line((x + 138, y + 30), (x + 168, y + 30), FAINT, 2, 5)
    sheet.tile(far, x + 168, y, 60)
    sheet.words("near", x + 108, y + 66, 13, FAINT, "ma")
    sheet.words("far", x + 198, y + 66, 13, FAINT, "ma")


def difficulty() -> Sheet:
    """Draw one item, and whether it is a clear case."""
    sheet = Sheet(162)
    sheet.words("is this a clear case?", 20, 18, 15, TEXT)
    sheet.tile(UNCLEAR[0], 20, 52, 88)
    sheet.key("e", 150, 60, "easy: clearly one thing")
    sheet.key("h", 150, 104, "hard: it could be several")
    sheet.arrow(368, 96)
    sheet.tile(UNCLEAR[0], 440, 64)
    sheet.words("marked -1", 520, 78, 13)
    sheet.words("(easy would be 1)", 520, 98, 13)
    return sheet


def page() -> Sheet:
    """Draw one group's page, and which do not belong."""
    sheet = Sheet(254)
    sheet.words("which of these do not belong to this group?", 20, 18, 15, TEXT)
    sheet.box(20, 50, 84, 188)
    for place, row in enumerate(SEVENS[:3]):
        sheet.tile(row, 34, 60 + 58 * place, 54)
    shown = (SEVENS[3], ONE, SEVENS[4], 26, TWOS[3], 36, 133, 438, 301, 410)
    outside = (ONE, TWOS[3])
    for place, row in enumerate(shown):
        x, y = 128 + 72 * (place % 5), 50 + 98 * (place // 5)
        sheet.tile(row, x, y)
        sheet.words(LETTERS[place], x + 32, y + 68, 14, ACCENT if row in outside else FAINT, "ma")
        if row in outside:
            for start, end in (((x, y), (x + 64, y + 64)), ((x, y + 64), (x + 64, y))):
                sheet.line(start, end, ACCENT, 3)
    sheet.words("the keys: b e Enter", 504, 60, 15, ACCENT)
    sheet.words("8 pictures belong to the group", 504, 90, 13, TEXT)
    sheet.words("2 pictures do not", 504, 112, 13, TEXT)
    sheet.words("ten pictures, one answer", 504, 144, 13)
    return sheet


def links() -> Sheet:
    """Draw must-links and a cannot-link, and what follows."""
    sheet = Sheet(218)
    sheet.words("you said", 20, 14, 14)
    sheet.pair(TWOS[0], TWOS[1], 20, 40, True)
    sheet.pair(SEVENS[0], SEVENS[1], 20, 132, True)
    sheet.pair(TWOS[1], SEVENS[1], 204, 86, False)
    sheet.arrow(388, 118, 40)
    sheet.words("it follows", 456, 14, 14)
    for place, (first, second) in enumerate(((TWOS[0], SEVENS[0]), (TWOS[0], SEVENS[1]), (TWOS[1], SEVENS[0]))):
        sheet.pair(first, second, 456, 40 + 58 * place, False, 48)
    return sheet


def triplet() -> Sheet:
    """Draw a triplet, and what follows where its far item is known to be of another group."""
    sheet = Sheet(224)
    sheet.words("you said", 20, 14, 14)
    distances(sheet, 20, 38, SEVENS[0], SEVENS[2], TWOS[3])
    sheet.words("and", 20, 132, 14)
    sheet.pair(SEVENS[2], TWOS[3], 64, 144, False, 60)
    sheet.arrow(320, 110)
    sheet.words("it follows", 416, 50, 14)
    sheet.pair(SEVENS[0], TWOS[3], 416, 78, False)
    return sheet


def filled(sheet: Sheet, x: float, rows: tuple[int, ...], columns: int, side: int = 40, y: float = 44) -> float:
    """Draw a group of tiles and return where it ends."""
    lines = -(-len(rows) // columns)
    sheet.box(x, y, 12 + columns * (side + 4), 12 + lines * (side + 4))
    for place, row in enumerate(rows):
        sheet.tile(row, x + 8 + place % columns * (side + 4), y + 8 + place // columns * (side + 4), side)
    return x + 12 + columns * (side + 4)


def sizes() -> Sheet:
    """Draw groups that hold half, three tenths and a fifth of the collection."""
    sheet = Sheet(184)
    x = 20.0
    for share, rows, columns in (
        ("50 %", (*TWOS, 106, 222, 291, 331, 371), 5),
        ("30 %", (*SEVENS, 133), 3),
        ("20 %", FOURS[:4], 2),
    ):
        end = filled(sheet, x, rows, columns, 44)
        sheet.words(share, (x + end) / 2, 16, 16, TEXT, "ma")
        x = end + 44
    sheet.words("shares of the whole collection; which group has which share, the pictures decide", 20, 160, 13)
    return sheet


def bounds() -> Sheet:
    """Draw groups with at least three and at most six items, and one that has too many."""
    sheet = Sheet(182)
    x = 20.0
    for name, rows, colour in (
        ("3: allowed", TWOS[:3], TOGETHER),
        ("6: allowed", (*SEVENS, 133), TOGETHER),
        ("8: two too many", (*FOURS, 6, 42, 65), ACCENT),
    ):
        end = filled(sheet, x, rows, 3 if len(rows) < 7 else 4)
        sheet.words(name, (x + end) / 2, 16, 15, colour, "ma")
        x = end + 56
    sheet.words("in every group at least 3 and at most 6", 20, 152, 13)
    return sheet


def balance() -> Sheet:
    """Draw two groups that hold the same share of two kinds of paper."""
    sheet = Sheet(206)
    cream, blue = (147, 72, 149, 119), (82, 77)
    cream_sevens, blue_sevens = (36, 122, 243, 301), (97, 255)
    x = 20.0
    for rows in ((*cream, *blue), (*cream_sevens, *blue_sevens)):
        end = filled(sheet, x, rows, 6, 44, 40)
        sheet.words("4 of 8 on cream", x + 8, 108, 14, TEXT)
        sheet.words("2 of 4 on pale blue", end - 8, 108, 14, TEXT, "ra")
        x = end + 44
    sheet.words("two groups", 20, 14, 14)
    sheet.words("8 pictures are on cream and 4 on pale blue: each group holds half of both", 20, 150, 13)
    sheet.words("with a tolerance of 0.05, halves may be 0.48 and 0.52", 20, 172, 13)
    return sheet


def rule() -> Sheet:
    """Draw two premises and a conclusion."""
    sheet = Sheet(150)
    for x, word, first, second, together in (
        (20, "if", TWOS[0], TWOS[1], True),
        (264, "and", TWOS[1], SEVENS[0], False),
        (540, "then", TWOS[3], SEVENS[3], False),
    ):
        sheet.words(word, x, 18, 15, TEXT)
        sheet.pair(first, second, x, 50, together)
    sheet.arrow(456, 82, 52)
    return sheet


def marks() -> Sheet:
    """Draw items from hard to easy."""
    sheet = Sheet(182)
    rows = (UNCLEAR[0], 43, 321, 149, TWOS[0], TWOS[2])
    for place, row in enumerate(rows):
        sheet.tile(row, 48 + 108 * place, 24, 76)
    sheet.line((48, 122), (664, 122), FRAME, 3)
    for x, words, anchor in ((48, "-1 hard", "la"), (356, "0 says nothing", "ma"), (664, "1 easy", "ra")):
        sheet.words(words, x, 134, 15, TEXT, anchor)
    for place, value in enumerate((-1, -0.6, -0.3, 0.3, 0.7, 1)):
        x = 356 + 308 * value
        sheet.draw.ellipse([v * DRAWN for v in (x - 5, 117, x + 5, 127)], TOGETHER if value > 0 else ACCENT)
        sheet.line((86 + 108 * place, 102), (x, 116), FRAME, 2)
    return sheet


PICTURES: tuple[Callable[[], Sheet], ...] = (
    same, member, nearer, difficulty, page, links, triplet, sizes, bounds, balance, rule, marks,
)  # fmt: skip

if __name__ == "__main__":
    INKS = load("inks")
    for picture in PICTURES:
        picture().save(picture.__name__)
