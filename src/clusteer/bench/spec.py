"""What a benchmark runs: a TOML file of rows, each a case or a sweep over cases."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import product
from typing import TypeAlias

from clusteer.core.errors import NotFoundError

Value: TypeAlias = str | int | float | dict[str, float]
Case: TypeAlias = dict[str, Value]
"""The settings of one run."""


@dataclass(frozen=True)
class Spec:
    """A benchmark.

    Attributes
    ----------
    name : str
        Name of its file.
    title : str
        What it measures.
    kind : {"accuracy", "scale"}
        How a case is run.
    cases : tuple of Case
        Every run, in order.
    """

    name: str
    title: str
    kind: str
    cases: tuple[Case, ...]


def spec_names() -> tuple[str, ...]:
    """Return the benchmarks there are."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in _folder().iterdir() if file.name.endswith(".toml")))


def load_spec(name: str) -> Spec:
    """Return a benchmark by name.

    Raises
    ------
    NotFoundError
        If there is none of that name.
    """
    if name not in spec_names():
        raise NotFoundError(f"there is no benchmark named {name!r}; there are {', '.join(spec_names())}")
    words = tomllib.loads((_folder() / f"{name}.toml").read_text(encoding="utf-8"))
    return Spec(name, words["title"], words["kind"], tuple(case for row in words["row"] for case in sweep(row)))


def sweep(row: Mapping[str, Value | list[Value]]) -> list[Case]:
    """Return a case for each combination of the values in lists."""
    choices = [value if isinstance(value, list) else [value] for value in row.values()]
    return [dict(zip(row, values, strict=True)) for values in product(*choices)]


def _folder() -> Traversable:
    return files("clusteer.bench") / "specs"
