import builtins
import io
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from clusteer.core.errors import InvalidInputError, UnavailableError
from clusteer.plots.curves import accuracy_curves

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
