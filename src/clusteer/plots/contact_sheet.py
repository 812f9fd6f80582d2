"""A contact sheet: the pictures of one group, the most certain first, the least certain as its last row."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from clusteer.core.errors import InvalidInputError
from clusteer.plots.tiles import ACCENT, FAINT, GAP, MARGIN, PAPER, TEXT, Pictures, clipped, font, tile

COLUMNS = 12
ROWS = 8
"""Rows of the most certain pictures; one more shows the least certain."""
SIDE = 88
_TITLE, _BODY = 30, 17


def contact_sheet(
    pictures: Pictures, rows: NDArray[np.int64], confidence: NDArray[np.float32], title: str
) -> Image.Image:
    """Draw the pictures of a group.

    A group that fits is shown whole; of a larger one the most certain 96 and the least certain 12 pictures.

    Parameters
    ----------
    pictures : Pictures
        The set.
    rows : (b,) int64
        The items of the group, in any order, at least one.
    confidence : (b,) float32
        How certain each is of this group, in [0, 1].
    title : str
        What the group is called.

    Returns
    -------
    Image
        RGB.

    Raises
    ------
    InvalidInputError
        If there are no items, or not as many confidences.
    """
    if len(rows) == 0 or len(rows) != len(confidence):
        raise InvalidInputError(
            f"a contact sheet was asked for of {len(rows)} items with {len(confidence)} confidences; give one "
            "confidence per item, and at least one item"
        )
    order = np.argsort(-confidence, kind="stable")
    sure, doubtful = parts(len(rows))
    columns = min(COLUMNS, max(6, len(rows)))
    sure_lines, doubtful_lines = math.ceil(len(sure) / columns), math.ceil(len(doubtful) / columns)
    width = 2 * MARGIN + columns * (SIDE + GAP) - GAP
    top = MARGIN + _TITLE + 10 + _BODY + 24
    middle = top + sure_lines * (SIDE + GAP)
    height = middle + MARGIN - GAP + (doubtful_lines * (SIDE + GAP) + 2 * _BODY + 20 if doubtful_lines else 0)
    sheet = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    room = width - 2 * MARGIN
    draw.text((MARGIN, MARGIN), clipped(title, font(_TITLE), room), TEXT, font(_TITLE))
    draw.text((MARGIN, MARGIN + _TITLE + 10), clipped(_caption(confidence[order], sure), font(_BODY), room),
              FAINT, font(_BODY))  # fmt: skip

    def lay(places: range, top: int) -> None:
        for number, place in enumerate(places):
            corner = MARGIN + number % columns * (SIDE + GAP), top + number // columns * (SIDE + GAP)
            sheet.paste(tile(pictures.image(int(rows[order[place]])), SIDE), corner)

    lay(sure, top)
    if doubtful_lines:
        line = middle + 8
        draw.line((MARGIN, line, width - MARGIN, line), ACCENT, 2)
        words = f"least certain: {len(doubtful)} of {len(rows):,}"
        draw.text((MARGIN, line + 12), words, ACCENT, font(_BODY))
        lay(doubtful, middle + 2 * _BODY + 20)
    return sheet


def parts(n: int) -> tuple[range, range]:
    """Return which places of n, most certain first, are shown as certain and which as least certain."""
    doubtful = min(COLUMNS, n - COLUMNS) if n > COLUMNS else 0
    return range(min(n - doubtful, ROWS * COLUMNS)), range(n - doubtful, n)


def _caption(confidence: NDArray[np.float32], sure: range) -> str:
    n = len(confidence)
    words = "1 picture" if n == 1 else f"{n:,} pictures"
    shown = f"; the {len(sure)} most certain and the {COLUMNS} least are shown" if n > len(sure) + COLUMNS else ""
    return f"{words}, confidence {confidence[0]:.2f} down to {confidence[-1]:.2f}{shown}"
