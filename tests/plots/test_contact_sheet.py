import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from clusteer.core.errors import InvalidInputError
from clusteer.plots.contact_sheet import COLUMNS, ROWS, SIDE, contact_sheet, parts
from clusteer.plots.tiles import ACCENT, GAP, MARGIN

RED, BLUE = (255, 0, 0), (0, 0, 255)


class Plain:
    """Pictures of one colour each; the rows asked for are recorded."""

    def __init__(self, colours: list[tuple[int, int, int]] | None = None, shape: tuple[int, int] = (20, 20)) -> None:
        self.colours = colours
        self.shape = shape
        self.shown: list[int] = []

    def image(self, row: int) -> Image.Image:
        self.shown.append(row)
        return Image.new("RGB", self.shape, self.colours[row] if self.colours else RED)


@given(st.integers(1, 1000))
def test_parts_are_the_first_and_the_last_places(n: int) -> None:
    sure, doubtful = parts(n)
    assert sure.start == 0
    assert doubtful.stop == n
    assert set(sure).isdisjoint(doubtful)
    assert len(sure) <= ROWS * COLUMNS
    assert len(doubtful) <= COLUMNS
    assert len(sure) + len(doubtful) == min(n, (ROWS + 1) * COLUMNS)
    assert bool(doubtful) == (n > COLUMNS)


def test_most_certain_come_first_and_least_certain_last() -> None:
    pictures = Plain()
    confidence = np.random.default_rng(0).permutation(np.linspace(0.2, 1, 300)).astype(np.float32)
    rows = np.arange(1000, 1300)
    contact_sheet(pictures, rows, confidence, "cats")
    order = rows[np.argsort(-confidence)].tolist()
    assert pictures.shown == order[:96] + order[-12:]


@pytest.mark.parametrize(("n", "marked"), [(3, False), (12, False), (13, True), (200, True)])
def test_the_row_of_doubt_is_marked_where_there_is_one(n: int, marked: bool) -> None:
    sheet = contact_sheet(Plain(), np.arange(n), np.ones(n, np.float32), "cats")
    colours = {colour for _, colour in sheet.getcolors(2**24) or []}
    accent = tuple(bytes.fromhex(ACCENT[1:]))
    assert (accent in colours) == marked


def test_tiles_stand_where_they_belong_and_inside_the_margins() -> None:
    sheet = contact_sheet(Plain([RED, BLUE]), np.array([0, 1]), np.array([0.1, 0.9], np.float32), "two")
    top = next(y for y in range(sheet.height) if sheet.getpixel((MARGIN + SIDE // 2, y)) == BLUE)
    assert sheet.getpixel((MARGIN + SIDE + GAP + SIDE // 2, top)) == RED
    edges = [sheet.getpixel((x, y)) for x in (0, sheet.width - 1) for y in range(sheet.height)]
    assert set(edges) == {(255, 255, 255)}


def test_oblong_pictures_are_shown_whole() -> None:
    sheet = contact_sheet(Plain(shape=(40, 10)), np.array([0]), np.ones(1, np.float32), "flat")
    red = [(x, y) for x in range(sheet.width) for y in range(sheet.height) if sheet.getpixel((x, y)) == RED]
    height = max(y for _, y in red) - min(y for _, y in red) + 1
    assert height < SIDE / 3


def test_a_long_title_does_not_leave_the_sheet() -> None:
    short = contact_sheet(Plain(), np.arange(20), np.ones(20, np.float32), "a")
    long = contact_sheet(Plain(), np.arange(20), np.ones(20, np.float32), "a group of many words " * 20)
    assert long.size == short.size
    assert {long.getpixel((long.width - 1, y)) for y in range(long.height)} == {(255, 255, 255)}


@pytest.mark.parametrize(("items", "confidences"), [(0, 0), (3, 2)])
def test_what_cannot_be_drawn_is_said(items: int, confidences: int) -> None:
    with pytest.raises(InvalidInputError, match=f"{items} items with {confidences} confidences"):
        contact_sheet(Plain(), np.arange(items), np.ones(confidences, np.float32), "x")
