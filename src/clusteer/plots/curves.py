"""Accuracy against answers or minutes: what a little more of a person's time buys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from clusteer.core.errors import InvalidInputError, UnavailableError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = ("#0969da", "#b35900", "#1a7f37", "#8250df", "#cf222e", "#57606a")
_MARKERS = ("o", "s", "^", "D", "v", "P")
_APART = 0.055
"""Least distance between the labels of two lines, as a part of the axis."""
_COLUMNS = 4
"""Panels side by side."""


@dataclass(frozen=True)
class Stage:
    """Where several runs stood after so many minutes of a person's time: mean, lowest and highest accuracy."""

    minutes: float
    mean: float
    low: float
    high: float


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
    figure = empty_figure(8.4, 5)
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
    _plain(axes, ticks=9)
    if title:
        axes.set_title(title, loc="left", fontsize=13, pad=14)
    return figure


def accuracy_panels(panels: Mapping[str, Mapping[str, Sequence[Stage]]], title: str = "") -> Figure:
    """Plot a panel per entry and in it a line per method, with a band from the lowest to the highest run.

    Parameters
    ----------
    panels : mapping of str to lines
        For each panel its name and its lines: for each method its stages, minutes ascending. A single stage is a
        method that asks nothing, drawn as a dashed line all the way. A name has one colour in all panels; each panel
        has minutes of its own.
    title : str
        Written above the panels.

    Returns
    -------
    Figure
        Save it with ``figure.savefig(path)``; no window is opened.

    Raises
    ------
    InvalidInputError
        If there is no stage at all.
    UnavailableError
        If matplotlib is not installed.
    """
    stages = [stage for lines in panels.values() for line in lines.values() for stage in line]
    if not stages:
        raise InvalidInputError(f"{len(panels)} panels were given, none with anything measured; give at least one")
    lowest = min(stage.low for stage in stages)
    names = list(dict.fromkeys(name for lines in panels.values() for name in lines))
    columns = min(_COLUMNS, len(panels))
    rows = ceil(len(panels) / columns)
    figure = empty_figure(max(5.6, 3.1 * columns), 2.5 * rows + 1.3)
    grid = figure.subplots(rows, columns, sharey=True, squeeze=False)
    drawn = {}
    for place, (panel, lines) in enumerate(panels.items()):
        axes = grid[place // columns][place % columns]
        last = max((stage.minutes for line in lines.values() for stage in line), default=0.0)
        for name in (name for name in reversed(names) if lines.get(name)):  # the first method is drawn on top
            colour = _COLOURS[names.index(name) % len(_COLOURS)]
            line = lines[name]
            single = len(line) == 1
            minutes = [0.0, last] if single else [stage.minutes for stage in line]
            shown = [line[0]] * 2 if single else line
            means, lows, highs = zip(*((stage.mean, stage.low, stage.high) for stage in shown), strict=True)
            axes.fill_between(minutes, lows, highs, color=colour, alpha=0.15, linewidth=0)
            (drawn[name],) = axes.plot(minutes, means, color=colour, linewidth=1.8, linestyle="--" if single else "-",
                                       marker=None if single else _MARKERS[names.index(name) % len(_MARKERS)],
                                       markersize=4)  # fmt: skip
        axes.set_title(panel, loc="left", fontsize=10.5)
        axes.set_xlim(0, max(1.0, last) * 1.02)
        axes.set_ylim(max(0.0, lowest - 0.05), 1.02)
        _plain(axes, ticks=5)
    for axes in grid.ravel()[len(panels) :]:
        axes.set_visible(False)
    for column in range(columns):
        # Where the last line is not full, the axis of the panel above is named.
        grid[(len(panels) - 1 - column) // columns][column].set_xlabel("minutes of a person's time", fontsize=9.5)
    for axes in grid[:, 0]:
        axes.set_ylabel("accuracy", fontsize=9.5)
    figure.legend([drawn[name] for name in names if name in drawn], [name for name in names if name in drawn],
                  loc="outside lower center", ncols=min(3, columns), frameon=False, fontsize=10)  # fmt: skip
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontsize=13)
    return figure


def empty_figure(width: float, height: float) -> Figure:
    """Return an empty figure, width and height in inches."""
    try:
        from matplotlib.figure import Figure
        from matplotlib.layout_engine import ConstrainedLayoutEngine
    except ImportError as fault:
        raise UnavailableError("plots need matplotlib; run: pip install 'clusteer[plots]'") from fault
    return Figure(figsize=(width, height), dpi=150, layout=ConstrainedLayoutEngine(w_pad=0.2, h_pad=0.15))


def _plain(axes: Axes, ticks: int) -> None:
    """Give axes at most so many whole numbers below, percentages at the left, and nothing that is not needed."""
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    axes.xaxis.set_major_locator(MaxNLocator(ticks, integer=True))
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    axes.grid(axis="y", color="#d8dee4", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _spread(ends: Mapping[str, float], apart: float, top: float) -> dict[str, float]:
    """Return a height for the label of each line: its end, moved down where another label is too near."""
    heights: dict[str, float] = {}
    above = top + apart
    for name in sorted(ends, key=lambda name: -ends[name]):
        above = min(ends[name], above - apart)
        heights[name] = above
    return heights
