"""What tables of benchmarks are made of: rows of cells, means in words, and why there is none."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev
from typing import Any

from clusteer.bench.results import Results
from clusteer.bench.spec import Case, Spec, setting

Run = dict[str, Any]


OLDER = " *"
"""Stands behind the name of a row with runs of older code."""


@dataclass(frozen=True)
class Table:
    """A table: its title, column names, rows of as many cells, and sentences below it."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    notes: tuple[str, ...] = ()


def standard_error(values: list[float]) -> float:
    """Return the standard error of a mean; 0 for a single value."""
    return stdev(values) / sqrt(len(values)) if len(values) > 1 else 0.0


def verdict(mean: float, error: float, wanted: float) -> str:
    """Return whether a mean is enough; a miss within two standard errors passes."""
    if mean >= wanted:
        return "reached"
    return "within two errors" if mean + 2 * error >= wanted else "missed"


def not_run(spec: Spec, runs: Iterable[Run]) -> str:
    """Return why a setting has no result."""
    reasons = [run["not_run"] for run in runs if "not_run" in run]
    name, _, quick = spec.name.partition(".quick")
    how = f"needs clusteer bench run {name}" + (" --quick" if quick or spec.name.endswith(".quick") else "")
    return f"not run: {reasons[0] if reasons else how}"


def finished(found: Results, case: Case) -> list[Run]:
    """Return the runs of a case, all seeds, that have a result."""
    return [run for run in found.of(setting(case)) if "result" in run]


def mark(found: Results, runs: Iterable[Run]) -> str:
    """Return what stands behind the name of a row: nothing, or that older code made a run of it."""
    return OLDER if any(found.is_older(run) for run in runs) else ""


def spread(values: list[float]) -> str:
    """Return a mean in words, and of several values its standard error."""
    if not values:
        return ""
    return f"{fmean(values):.4f}" + (f" ({standard_error(values):.4f})" if len(values) > 1 else "")


def mean_of(points: list[dict[str, float]], name: str, form: str) -> str:
    """Return the mean of a measure in a form, over the points that have it."""
    values = [point[name] for point in points if name in point]
    return format(fmean(values), form) if values else ""
