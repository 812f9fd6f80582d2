"""What a benchmark found, as a figure: accuracy against a person's minutes, a panel per set and criterion."""

from collections import defaultdict
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from clusteer.bench.deep_tables import map_name
from clusteer.bench.results import Results
from clusteer.bench.spec import Spec, case_name, setting
from clusteer.core.errors import InvalidInputError
from clusteer.data.builtin import class_names
from clusteer.plots.curves import Stage, accuracy_panels
from clusteer.plots.maps import map_panels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LABELS = {
    "margin": "clusteer",
    "uniform": "clusteer, questions at random",
    "kmeans": "k-means",
    "cop-kmeans": "COP-KMeans, random pairs",
    "pckmeans": "PCKMeans, random pairs",
    "mpckmeans": "MPCKMeans, random pairs",
    "boundary": "at the boundary",
    "boundary-check": "at the boundary, as published",
    "boundary-partition": "at the boundary, a fifth at a time",
    "boundary-uncertain": "farthest pairs of a group",
    "boundary-random": "pairs at random",
}
"""What a line is called; a method without an entry by its own name."""


IN_ROUNDS = {"margin": "items beside all groups"}
"""What a strategy is called where strategies are compared."""


def plot(spec: Spec, found: Results) -> "Figure":
    """Return the figure of a benchmark of kind accuracy, projection, rivals or rounds, without what was not run.

    Raises
    ------
    InvalidInputError
        If the benchmark measures no accuracy, or nothing of it was run.
    UnavailableError
        If matplotlib is not installed.
    """
    if spec.kind in ("deep", "latency", "scale"):
        raise InvalidInputError(f"{spec.name} measures no accuracy; plot a benchmark that does")
    if spec.kind == "projection":
        return _maps(spec, found)
    panels: dict[str, dict[str, list[Stage]]] = defaultdict(dict)
    for row in spec.rows:
        for wanted, case in row.settings.items():
            runs = [run["result"] for run in found.of(wanted) if "result" in run]
            if stages := _stages(runs):
                panel, method, labels = case_name(case), str(case.get("method", case.get("strategy"))), LABELS
                if spec.kind == "rounds":
                    panel += f", {case['items']:,} items" if case["items"] else ", whole set"
                    method, labels = str(case["strategy"]), LABELS | IN_ROUNDS
                panels[panel].setdefault(labels.get(method, method), stages)
    if not panels:
        raise InvalidInputError(f"nothing of {spec.name} was run yet; run it first with bench run")
    return accuracy_panels(panels, spec.title)


def _maps(spec: Spec, found: Results) -> "Figure":
    """Return a map per setting, its items coloured by class."""
    cases = [case for row in spec.rows for case in row.settings.values()]
    panels = {
        map_name(case): (np.array(run["result"]["places"]), np.array(run["result"]["classes"]))
        for case in cases
        for run in found.of(setting(case))[:1]
        if "result" in run
    }
    if not panels:
        raise InvalidInputError(f"nothing of {spec.name} was run yet; run it first with bench run")
    return map_panels(panels, class_names(str(cases[0]["dataset"])), spec.title)


def _stages(runs: list[dict[str, list[dict[str, float]]]]) -> list[Stage]:
    """Return mean, lowest and highest run at each budget, or number of answers, that all have an accuracy for."""
    at: dict[float, list[dict[str, float]]] = defaultdict(list)
    for result in runs:
        for point in result.get("points") or result["curve"]:
            if "acc" in point:
                at[point.get("budget", point["answers"])].append(point)
    stages = []
    for _, points in sorted(at.items()):
        if len(points) == len(runs):
            values = [point["acc"] for point in points]
            minutes = fmean(point["human_seconds"] for point in points) / 60
            stages.append(Stage(minutes, fmean(values), min(values), max(values)))
    # What found nothing after its start is no method that asks nothing, and a point alone is no line.
    asks_nothing = all(len(result.get("points") or result["curve"]) == 1 for result in runs)
    return stages if asks_nothing or len(stages) > 1 else []
