from PIL import Image

from clusteer.core.questions import Question
from clusteer.plots.question_strip import question_strip
from clusteer.plots.tiles import PAPER


class Recorded:
    def __init__(self) -> None:
        self.shown: list[int] = []

    def image(self, row: int) -> Image.Image:
        self.shown.append(row)
        return Image.new("RGB", (30, 20), (row % 256, 0, 0))


def shown(question: Question, page: int = 0) -> list[int]:
    pictures = Recorded()
    question_strip(pictures, question, page)
    return pictures.shown


def test_every_picture_of_a_page_is_drawn_in_order() -> None:
    options = tuple((10 * group, 10 * group + 1)[: 1 + group % 2] for group in range(1, 12))
    question = Question("q1", "member", (5,), options)
    assert shown(question, 0) == [5, *(item for option in options[:9] for item in option)]
    assert shown(question, 1) == [5, *(item for option in options[9:] for item in option)]


def test_two_items_stand_side_by_side() -> None:
    assert shown(Question("q1", "same", (3, 4))) == [3, 4]
    strip = question_strip(Recorded(), Question("q1", "same", (3, 4)))
    assert strip.width > strip.height


def test_names_are_those_of_the_page() -> None:
    options = tuple((group,) for group in range(10, 21))
    question = Question("q1", "member", (5,), options)
    plain = question_strip(Recorded(), question, 1)
    assert question_strip(Recorded(), question, 1, {0: "first page"}) == plain
    assert question_strip(Recorded(), question, 1, {9: "cats"}) != plain


def test_margins_are_kept() -> None:
    question = Question("q1", "member", (5,), tuple((group,) for group in range(10, 19)))
    strip = question_strip(Recorded(), question, 0, {8: "a name much longer than the room it has"})
    paper = tuple(bytes.fromhex(PAPER[1:]))
    assert {strip.getpixel((strip.width - 4, y)) for y in range(strip.height)} == {paper}
    assert {strip.getpixel((x, strip.height - 4)) for x in range(strip.width)} == {paper}
