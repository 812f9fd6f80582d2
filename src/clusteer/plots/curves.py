"""Accuracy against answers: what a few more answers buy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from clusteer.core.errors import InvalidInputError, UnavailableError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLOURS = ("#0969da", "#b35900", "#1a7f37", "#8250df", "#cf222e", "#57606a")
_MARKERS = ("o", "s", "^", "D", "v", "P")
_APART = 0.055
"""Least distance between the labels of two lines, as a part of the axis."""


def accuracy_curves(curves: Mapping[str, Sequence[tuple[int, float]]], title: str = "") -> Figure:
    """Plot a line per entry, labelled at its end.

    Parameters
    ----------
    curves : mapping of str to points
        For each line its name and its points (answers, accuracy in [0, 1]), answers ascending.
    title : str
        Written above the plot.

    Returns
    -------
    Figure
        Save it with ``figure.savefig(path)``; no window is opened.

    Raises
    ------
    InvalidInputError
        If there is no line, or a line without points.
    UnavailableError
        If matplotlib is not installed.
    """
    if not curves or not all(curves.values()):
        empty = [name for name, points in curves.items() if not points]
        raise InvalidInputError(
            f"{len(curves)} curves were given, without points: {', '.join(empty) or 'none'}; give at least one curve "
            "and one point in each"
        )
    try:
        from matplotlib.figure import Figure
        from matplotlib.layout_engine import ConstrainedLayoutEngine
        from matplotlib.ticker import MaxNLocator, PercentFormatter
    except ImportError as fault:
        raise UnavailableError("plots need matplotlib; run: pip install 'clusteer[plots]'") from fault
    figure = Figure(figsize=(8.4, 5), dpi=150, layout=ConstrainedLayoutEngine(w_pad=0.2, h_pad=0.15))
    axes = figure.add_subplot()
    lowest = min(accuracy for points in curves.values() for _, accuracy in points)
    axes.set_ylim(max(0.0, lowest - 0.08), 1.01)
    low, high = axes.get_ylim()
    ends = {name: points[-1][1] for name, points in curves.items()}
    heights = _spread(ends, _APART * (high - low), high)
    last = max(points[-1][0] for points in curves.values())
    for place, (name, points) in enumerate(curves.items()):
        colour, marker = _COLOURS[place % len(_COLOURS)], _MARKERS[place % len(_MARKERS)]
        answers, accuracies = zip(*points, strict=True)
        axes.plot(answers, accuracies, color=colour, marker=marker, markersize=5, linewidth=2, clip_on=False)
        axes.annotate(f"{name}  {ends[name]:.1%}", (last, heights[name]), (12, 0), textcoords="offset points",
                      va="center", color=colour, fontsize=11, annotation_clip=False)  # fmt: skip
    axes.set_xlim(0, max(1, last))
    axes.set_xlabel("answers", fontsize=11)
    axes.set_ylabel("accuracy", fontsize=11)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    axes.grid(axis="y", color="#d8dee4", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    if title:
        axes.set_title(title, loc="left", fontsize=13, pad=14)
    return figure


def _spread(ends: Mapping[str, float], apart: float, top: float) -> dict[str, float]:
    """Return a height for the label of each line: its end, moved down where another label is too near."""
    heights: dict[str, float] = {}
    above = top + apart
    for name in sorted(ends, key=lambda name: -ends[name]):
        above = min(ends[name], above - apart)
        heights[name] = above
    return heights
