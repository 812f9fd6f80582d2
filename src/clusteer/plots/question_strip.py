"""The strip of a question: the item on the left, the groups on offer beside it, each under the key that chooses it."""

from collections.abc import Mapping

from PIL import Image, ImageDraw

from clusteer.core.questions import PAGE, Question
from clusteer.plots.tiles import ACCENT, FAINT, FRAME, GAP, MARGIN, PAPER, TEXT, Pictures, clipped, font, tile

_ITEM = 232
_OPTION = 112
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
    options = question.page(page)
    words = "Do these two belong together?" if question.kind == "same" else "With which group does this picture go?"
    if question.pages > 1:
        words += f"  Page {page + 1} of {question.pages}."
    tallest = max((len(option) for option in options), default=0)
    below = 2 * _BODY + 8
    body = max(_ITEM, below + tallest * (_OPTION + GAP) - GAP if options else 0)
    items_width = len(question.items) * (_ITEM + GAP) - GAP
    width = 2 * MARGIN + items_width + (MARGIN + len(options) * (_OPTION + 2 * GAP) - 2 * GAP if options else 0)
    width = max(width, 2 * MARGIN + round(font(_BODY + 4).getlength(words)))
    top = MARGIN + _BODY + 4 + 20
    strip = Image.new("RGB", (width, top + body + MARGIN), PAPER)
    draw = ImageDraw.Draw(strip)
    draw.text((MARGIN, MARGIN), words, TEXT, font(_BODY + 4))
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
