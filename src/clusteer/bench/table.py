"""What a benchmark found, as a table for people."""

from collections import defaultdict
from math import sqrt
from statistics import fmean, stdev
from typing import Any

from clusteer.bench.accuracy import targets_of

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]
"""Column names, and rows."""


def table(found: dict[str, Any]) -> Table:
    """Return the table of a result of ``run``."""
    return _scale(found["runs"]) if found["kind"] == "scale" else _accuracy(found["runs"])


def _scale(runs: list[dict[str, Any]]) -> Table:
    """One row per number of items."""
    by_items: dict[int, dict[str, dict[str, float]]] = defaultdict(dict)
    for run in runs:
        by_items[run["case"]["items"]][run["case"]["step"]] = run["result"]
    rows: list[tuple[str, ...]] = []
    for items, steps in by_items.items():
        cells = [f"{items:,}"]
        for step, measures in (
            ("encode", ("seconds",)),
            ("index", ("seconds",)),
            ("session", ("update_seconds", "ask_seconds")),
        ):
            result = steps.get(step)
            cells += [f"{result[name]:.3f}" if result else "not run" for name in measures]
            cells.append(f"{result['peak_megabytes']:,.0f}" if result else "not run")
        rows.append(tuple(cells))
    return ("items", "encode s", "MB", "Index s", "MB", "update s", "next question s", "MB"), rows


def _accuracy(runs: list[dict[str, Any]]) -> Table:
    """One row per setting and target: the mean over seeds, its standard error, and whether it is enough."""
    settings: dict[tuple[object, ...], list[dict[str, Any]]] = defaultdict(list)
    for run in runs:
        case = run["case"]
        settings[case["dataset"], case["truth"], case["noise"], case["strategy"]].append(run)
    rows: list[tuple[str, ...]] = []
    for (dataset, truth, noise, strategy), group in settings.items():
        missing = [run["not_run"] for run in group if "not_run" in run]
        first = next(key for key in settings if key[:3] == (dataset, truth, noise))[3]
        for answers, wanted in targets_of(group[0]["case"]).items():
            name = (f"{dataset} {truth}", f"{noise:.0%}", str(strategy), str(answers))
            if missing:
                rows.append((*name, f"{wanted:.3f}", f"not run: {missing[0]}", "", ""))
                continue
            values = [_at(run, answers) for run in group]
            mean, error = fmean(values), standard_error(values)
            if strategy == first:
                rows.append((*name, f"{wanted:.3f}", f"{mean:.4f}", f"{error:.4f}", verdict(mean, error, wanted)))
            else:
                rival = {run["case"]["seed"]: _at(run, answers) for run in settings[dataset, truth, noise, first]}
                gains = [rival[run["case"]["seed"]] - _at(run, answers) for run in group]
                gain = f"{first} is better by {fmean(gains):+.4f} ({standard_error(gains):.4f})"
                rows.append((*name, "", f"{mean:.4f}", f"{error:.4f}", gain))
    return ("set and truth", "wrong", "strategy", "answers", "wanted", "mean acc", "std error", "verdict"), rows


def verdict(mean: float, error: float, wanted: float) -> str:
    """Return whether a mean is enough; a miss within two standard errors passes."""
    if mean >= wanted:
        return "reached"
    return "within two errors" if mean + 2 * error >= wanted else "missed"


def standard_error(values: list[float]) -> float:
    """Return the standard error of a mean; 0 for a single value."""
    return stdev(values) / sqrt(len(values)) if len(values) > 1 else 0.0


def _at(run: dict[str, Any], answers: int) -> float:
    """Return the accuracy after so many answers, or at the end where the questions ran out before."""
    points = [point for point in run["result"]["curve"] if point["answers"] <= answers]
    return float(points[-1]["acc"])
