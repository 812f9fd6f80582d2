import builtins
import io
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from clusteer.core.errors import InvalidInputError, UnavailableError
from clusteer.plots.curves import Stage, accuracy_curves, accuracy_panels

CURVES = {"digit": [(0, 0.2), (50, 0.8), (100, 0.9)], "ink": [(0, 0.3), (100, 0.9)], "parity": [(0, 0.5), (80, 0.89)]}


def labels(figure: Figure) -> dict[str, float]:
    """Text at the end of each line, and its height."""
    return {text.get_text(): text.xy[1] for text in figure.axes[0].texts if hasattr(text, "xy")}


def test_each_line_has_its_points_and_its_label() -> None:
    figure = accuracy_curves(CURVES, "three ways")
    (axes,) = figure.axes
    drawn = [[tuple(point) for point in np.asarray(line.get_xydata()).tolist()] for line in axes.lines]
    assert drawn == list(CURVES.values())
    assert list(labels(figure)) == ["digit  90.0%", "ink  90.0%", "parity  89.0%"]
    assert axes.get_title(loc="left") == "three ways"
    assert axes.get_xlim() == (0, 100)


def test_labels_do_not_cover_each_other() -> None:
    heights = sorted(labels(accuracy_curves(CURVES)).values())
    assert min(high - low for low, high in pairwise(heights)) > 0.04


def test_it_saves_without_a_display() -> None:
    file = io.BytesIO()
    accuracy_curves({"one": [(0, 1.0)]}).savefig(file)
    assert Image.open(file).size > (800, 500)


@pytest.mark.parametrize("curves", [{}, {"empty": []}])
def test_no_curve_is_said(curves: Mapping[str, Sequence[tuple[int, float]]]) -> None:
    with pytest.raises(InvalidInputError, match="give at least one curve"):
        accuracy_curves(curves)


def test_a_missing_matplotlib_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return imported(name, *rest)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UnavailableError, match=r"pip install 'clusteer\[plots\]'"):
        accuracy_curves(CURVES)


LINE = [Stage(0, 0.5, 0.4, 0.6), Stage(2, 0.7, 0.6, 0.9)]


def test_panels_share_accuracy_and_colours() -> None:
    panels = {str(place): {"one": LINE, "two": LINE[:1]} for place in range(5)} | {"last": {"two": LINE}}
    figure = accuracy_panels(panels, "six")
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title(loc="left") for axes in shown] == list(panels)
    assert len({axes.get_ylim() for axes in shown}) == 1
    colours = {line.get_color() for axes in shown for line in axes.lines if line.get_linestyle() == "-"}
    first, second = shown[0].lines[1], shown[0].lines[0]  # the first method is drawn on top
    assert colours == {first.get_color(), second.get_color()}
    assert shown[-1].lines[0].get_color() == second.get_color()
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["one", "two"]


def test_a_method_that_asks_nothing_is_a_dashed_line_all_the_way() -> None:
    (axes,) = accuracy_panels({"p": {"asks": LINE, "asks nothing": LINE[:1]}}).axes
    flat = axes.lines[0]
    assert np.asarray(flat.get_xydata()).tolist() == [[0, 0.5], [2, 0.5]]
    assert flat.get_linestyle() == "--"


def test_each_panel_has_minutes_of_its_own() -> None:
    short, long = accuracy_panels({"short": {"one": LINE}, "long": {"one": [*LINE, Stage(40, 0.8, 0.8, 0.8)]}}).axes
    assert (short.get_xlim()[1], long.get_xlim()[1]) == pytest.approx((2.04, 40.8))


def test_a_band_reaches_from_the_lowest_to_the_highest_run() -> None:
    (axes,) = accuracy_panels({"p": {"one": LINE}}).axes
    corners = {tuple(point) for point in np.asarray(axes.collections[0].get_paths()[0].vertices).tolist()}
    assert corners == {(0.0, 0.4), (0.0, 0.6), (2.0, 0.6), (2.0, 0.9)}


def test_panels_without_anything_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="1 panels were given, none with anything measured"):
        accuracy_panels({"p": {"one": []}})
