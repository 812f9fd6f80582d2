"""Plane maps of a collection: what lies near what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clusteer.core.errors import InvalidInputError
from clusteer.plots.curves import empty_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SIDE = 3.6
"""Inches of a panel."""


def map_panels(
    panels: Mapping[str, tuple[NDArray[Any], NDArray[np.integer[Any]]]], names: Sequence[str], title: str = ""
) -> Figure:
    """Plot a map per entry side by side, each item a dot in the colour of its class.

    Parameters
    ----------
    panels : mapping of str to (places, classes)
        For each map its name, where its items lie (n, 2), and their classes (n,), numbers of ``names``.
    names : sequence of str
        What the classes are called, at most ten.
    title : str
        Written above the maps.

    Returns
    -------
    Figure
        Save it with ``figure.savefig(path)``; no window is opened.

    Raises
    ------
    InvalidInputError
        If there is no map, or there are more than ten classes.
    UnavailableError
        If matplotlib is not installed.
    """
    if not panels or len(names) > 10:
        raise InvalidInputError(
            f"{len(panels)} maps of {len(names)} classes were given; give at least 1 map, of 1 to 10"
        )
    figure = empty_figure(_SIDE * len(panels), _SIDE + 1.2)
    grid = figure.subplots(1, len(panels), squeeze=False)
    for axes, (panel, (places, classes)) in zip(grid[0], panels.items(), strict=True):
        for number in range(len(names)):
            own = places[classes == number]
            axes.scatter(own[:, 0], own[:, 1], s=4, color=f"C{number}", linewidths=0)
        axes.set_title(panel, loc="left", fontsize=10.5)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[:].set_color("#d8dee4")
    figure.legend(names, loc="outside lower center", ncols=5, frameon=False, fontsize=10, markerscale=3)
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontsize=13)
    return figure
