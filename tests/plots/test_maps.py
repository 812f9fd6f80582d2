"""Maps show every item once, in the colour of its class."""

import numpy as np
import pytest

from clusteer.core.errors import InvalidInputError
from clusteer.plots import map_panels

PLACES, CLASSES = np.arange(12.0).reshape(6, 2), np.array([0, 1, 2, 0, 1, 0])


def test_each_map_has_its_items_by_class() -> None:
    figure = map_panels({"before": (PLACES, CLASSES), "after": (-PLACES, CLASSES)}, ("cat", "dog", "ship"), "Codes")
    before, after = figure.axes
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["before", "after"]
    assert [np.shape(dots.get_offsets())[0] for dots in before.collections] == [3, 2, 1]
    assert np.array_equal(after.collections[1].get_offsets(), -PLACES[CLASSES == 1])
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["cat", "dog", "ship"]


@pytest.mark.parametrize(("panels", "names"), [({}, ("cat",)), ({"one": (PLACES, CLASSES)}, tuple("abcdefghijk"))])
def test_what_cannot_be_drawn_is_said(panels: dict[str, tuple[np.ndarray, np.ndarray]], names: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInputError, match="give at least 1 map, of 1 to 10"):
        map_panels(panels, names)
