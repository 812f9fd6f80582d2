from dataclasses import replace

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


GRID = Question("q1", "page", tuple(range(100, 124)), ((5, 6, 7),))


def test_a_page_shows_its_group_and_then_every_item() -> None:
    assert shown(GRID) == [5, 6, 7, *range(100, 124)]
    assert shown(Question("q1", "page", (9,), ((5,),))) == [5, 9]
    assert shown(Question("q1", "page", (9,), ((5, 6, 7),))) == [5, 6, 7, 9]


def test_a_page_names_its_group_and_grows_by_rows_of_eight() -> None:
    plain = question_strip(Recorded(), GRID)
    assert question_strip(Recorded(), GRID, 0, {0: "cats"}) != plain
    heights = [
        question_strip(Recorded(), Question("q1", "page", GRID.items[:m], ((5,),))).height for m in (1, 8, 9, 16, 24)
    ]
    assert heights[0] == heights[1] < heights[2] == heights[3] < heights[4] == plain.height


def test_an_item_stands_above_the_two_it_is_held_against() -> None:
    assert shown(Question("q1", "nearer", (3,), ((4,), (5,)))) == [3, 4, 5]
    strip = question_strip(Recorded(), Question("q1", "nearer", (3,), ((4,), (5,))))
    reds = [x for y in range(strip.height) for x in range(strip.width) if strip.getpixel((x, y)) == (3, 0, 0)]
    assert abs(sum(reds) / len(reds) - strip.width / 2) < 20


def test_a_single_item_is_drawn_large() -> None:
    assert shown(Question("q1", "difficulty", (3,))) == [3]
    assert min(question_strip(Recorded(), Question("q1", "difficulty", (3,))).size) > 400


def test_margins_are_kept_by_every_kind() -> None:
    paper = tuple(bytes.fromhex(PAPER[1:]))
    others = (Question("q1", "nearer", (3,), ((4,), (5,))), Question("q1", "difficulty", (3,)))
    for question in (GRID, replace(GRID, items=(9,)), *others):
        strip = question_strip(Recorded(), question)
        assert {strip.getpixel((strip.width - 4, y)) for y in range(strip.height)} == {paper}
        assert {strip.getpixel((x, strip.height - 4)) for x in range(strip.width)} == {paper}
