"""The strip of a question: what is asked about and what is on offer, each under the key that chooses it."""

from collections.abc import Mapping

from PIL import Image, ImageDraw

from clusteer.core.questions import LETTERS, PAGE, Question
from clusteer.plots.tiles import ACCENT, FAINT, FRAME, GAP, MARGIN, PAPER, TEXT, Pictures, clipped, font, tile

_ITEM = 232
_OPTION = 112
_LARGE = 420
"""A picture on its own."""
_COLUMNS = 8
"""Pictures of a page side by side."""
_BODY = 18


def question_strip(
    pictures: Pictures, question: Question, page: int = 0, names: Mapping[int, str] | None = None
) -> Image.Image:
    """Draw one page of a question.

    Parameters
    ----------
    pictures : Pictures
        The set.
    question : Question
        Of any kind.
    page : int
        Which nine options to show, from 0.
    names : mapping of int to str, optional
        What the group of an option is called, by the option's position from 0 over all pages.

    Returns
    -------
    Image
        RGB.
    """
    match question.kind:
        case "page":
            return _page(pictures, question, (names or {}).get(0, ""))
        case "nearer":
            return _nearer(pictures, question)
        case "difficulty":
            return _single(pictures, question.items[0])
    options = question.page(page)
    words = "Do these two belong together?" if question.kind == "same" else "With which group does this picture go?"
    if question.pages > 1:
        words += f"  Page {page + 1} of {question.pages}."
    tallest = max((len(option) for option in options), default=0)
    below = 2 * _BODY + 8
    body = max(_ITEM, below + tallest * (_OPTION + GAP) - GAP if options else 0)
    items_width = len(question.items) * (_ITEM + GAP) - GAP
    width = 2 * MARGIN + items_width + (MARGIN + len(options) * (_OPTION + 2 * GAP) - 2 * GAP if options else 0)
    strip, draw, top = _sheet(words, width, body)
    for place, item in enumerate(question.items):
        strip.paste(tile(pictures.image(item), _ITEM), (MARGIN + place * (_ITEM + GAP), top))
    if options:
        middle = MARGIN + items_width + MARGIN // 2
        draw.line((middle, top, middle, top + body), FRAME, 2)
    for place, option in enumerate(options):
        left = 2 * MARGIN + items_width + place * (_OPTION + 2 * GAP)
        draw.text((left, top), str(place + 1), ACCENT, font(_BODY + 4))
        name = (names or {}).get(page * PAGE + place, "")
        draw.text((left, top + _BODY + 6), clipped(name, font(_BODY - 3), _OPTION), FAINT, font(_BODY - 3))
        for line, item in enumerate(option):
            strip.paste(tile(pictures.image(item), _OPTION), (left, top + below + line * (_OPTION + GAP)))
    return strip


def _page(pictures: Pictures, question: Question, name: str) -> Image.Image:
    """Draw the exemplars of a group above the items of which some may not belong to it."""
    (exemplars,) = question.options
    columns = min(_COLUMNS, max(len(question.items), len(exemplars)))
    rows = -(-len(question.items) // columns)
    below, step, row = _OPTION + MARGIN, _OPTION + GAP, _OPTION + _BODY + GAP + 6
    group = f"the group {name}" if name else "the group above the line"
    strip, draw, top = _sheet(
        f"Which of these do not belong to {group}?", 2 * MARGIN + columns * step - GAP, below + rows * row - GAP
    )
    for place, item in enumerate(exemplars):
        strip.paste(tile(pictures.image(item), _OPTION), (MARGIN + place * step, top))
    line = top + _OPTION + MARGIN // 2
    draw.line((MARGIN, line, strip.width - MARGIN, line), FRAME, 2)
    for place, (letter, item) in enumerate(zip(LETTERS, question.items, strict=False)):
        left, upper = MARGIN + place % columns * step, top + below + place // columns * row
        draw.text((left, upper), letter, ACCENT, font(_BODY))
        strip.paste(tile(pictures.image(item), _OPTION), (left, upper + _BODY + 6))
    return strip


def _nearer(pictures: Pictures, question: Question) -> Image.Image:
    """Draw an item above the two it is held against."""
    step, below = _ITEM + MARGIN, _ITEM + MARGIN
    strip, draw, top = _sheet(
        "To which of the two is the upper picture nearer?", 2 * MARGIN + 2 * step - MARGIN, below + _BODY + 10 + _ITEM
    )
    middle = MARGIN + (step - MARGIN // 2) - _ITEM // 2
    strip.paste(tile(pictures.image(question.items[0]), _ITEM), (middle, top))
    for place, (item,) in enumerate(question.options):
        left = MARGIN + place * step
        draw.text((left, top + below), str(place + 1), ACCENT, font(_BODY + 4))
        strip.paste(tile(pictures.image(item), _ITEM), (left, top + below + _BODY + 10))
    return strip


def _single(pictures: Pictures, item: int) -> Image.Image:
    strip, _, top = _sheet("Is this a clear case, of whichever group?", 2 * MARGIN + _LARGE, _LARGE)
    strip.paste(tile(pictures.image(item), _LARGE), (MARGIN, top))
    return strip


def _sheet(words: str, width: int, body: int) -> tuple[Image.Image, ImageDraw.ImageDraw, int]:
    """Return a sheet with words on it, wide enough for them, and where its body of ``body`` pixels begins."""
    top = MARGIN + _BODY + 4 + 20
    width = max(width, 2 * MARGIN + round(font(_BODY + 4).getlength(words)))
    sheet = Image.new("RGB", (width, top + body + MARGIN), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN, MARGIN), words, TEXT, font(_BODY + 4))
    return sheet, draw, top
