"""What a benchmark runs: a TOML file of rows, each a case or a sweep over cases, beside what was published of it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import product
from typing import Any, TypeAlias

from clusteer.core.errors import InvalidInputError, NotFoundError

Value: TypeAlias = str | int | float
Case: TypeAlias = dict[str, Value]
"""The settings of one run."""
Setting: TypeAlias = frozenset[tuple[str, Value]]
"""What the runs of all seeds have in common."""


@dataclass(frozen=True)
class Published:
    """A figure from a paper.

    Attributes
    ----------
    method : str
        Whose it is.
    metric : {"acc", "nmi", "ari", "fowlkes_mallows", "rand", "total_seconds"}, or one of the first four after "test_"
        What was measured.
    value : float
        The figure.
    asked : str
        What people, or a simulation of them, had to answer for it.
    source : str
        Paper and table.
    differs : str
        What makes it no like-for-like comparison.
    """

    method: str
    metric: str
    value: float
    asked: str
    source: str
    differs: str


@dataclass(frozen=True)
class Row:
    """Cases that belong together.

    Attributes
    ----------
    cases : tuple of Case
        Every run, in order.
    targets : mapping of int to float
        Accuracy wanted after so many answers.
    published : tuple of Published
        What papers have to say of the same set and criterion.
    needs : str
        What is missing to run it; empty where it can be run.
    """

    cases: tuple[Case, ...]
    targets: Mapping[int, float]
    published: tuple[Published, ...]
    needs: str

    @property
    def settings(self) -> dict[Setting, Case]:
        """Each setting once, in order, with its first case."""
        found: dict[Setting, Case] = {}
        for case in self.cases:
            found.setdefault(setting(case), case)
        return found


@dataclass(frozen=True)
class Spec:
    """A benchmark.

    Attributes
    ----------
    name : str
        Name of its file; that of a quick version ends in ``.quick``, and so does its file of results.
    title : str
        What it measures.
    kind : str
        How a case is run: the name of a module here that measures it, "accuracy" say.
    rows : tuple of Row
        What is run.
    """

    name: str
    title: str
    kind: str
    rows: tuple[Row, ...]

    @property
    def cases(self) -> tuple[Case, ...]:
        """Every run, in order."""
        return tuple(case for row in self.rows for case in row.cases)


def setting(case: Case) -> Setting:
    """Return a case without its seed."""
    return frozenset((name, value) for name, value in case.items() if name != "seed")


def case_name(case: Case) -> str:
    """Return the set and criterion of a case in words, and how many answers are wrong."""
    dataset, truth = str(case["dataset"]), str(case["truth"])
    wrong = f", {case['noise']:.0%} wrong" if case.get("noise") else ""
    return (truth if truth.startswith(dataset) else f"{dataset} {truth}") + wrong


def spec_names() -> tuple[str, ...]:
    """Return the benchmarks there are."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in _folder().iterdir() if file.name.endswith(".toml")))


def load_spec(name: str, *, quick: bool = False, seeds: int | None = None) -> Spec:
    """Return a benchmark by name.

    Parameters
    ----------
    name : str
        One of ``spec_names()``.
    quick : bool
        With the settings under ``[quick]`` in its file in place of those of each row.
    seeds : int, optional
        Run seeds 0, 1, ... up to so many, in place of those in its file.

    Raises
    ------
    NotFoundError
        If there is none of that name.
    InvalidInputError
        If ``seeds`` is below 1.
    """
    if name not in spec_names():
        raise NotFoundError(f"there is no benchmark named {name!r}; there are {', '.join(spec_names())}")
    if seeds is not None and seeds < 1:
        raise InvalidInputError(f"{seeds} seeds were asked for; give at least 1")
    words = tomllib.loads((_folder() / f"{name}.toml").read_text(encoding="utf-8"))
    instead = dict(words["quick"]) if quick else {}
    if seeds is not None:
        instead["seed"] = list(range(seeds))
    rows = tuple(_row(row, instead) for row in words["row"])
    return Spec(f"{name}.quick" if quick else name, words["title"], words["kind"], rows)


def sweep(settings: Mapping[str, Value | list[Value]]) -> list[Case]:
    """Return a case for each combination of the values in lists."""
    choices = [value if isinstance(value, list) else [value] for value in settings.values()]
    return [dict(zip(settings, values, strict=True)) for values in product(*choices)]


def _row(words: Mapping[str, Any], instead: Mapping[str, Value | list[Value]]) -> Row:
    """Return a row from what TOML says of it."""
    beside = ("targets", "published", "needs")
    settings = {name: value for name, value in words.items() if name not in beside}
    if "needs" not in words:
        settings |= instead
    return Row(
        cases=tuple(sweep(settings)),
        targets={int(answers): wanted for answers, wanted in words.get("targets", {}).items()},
        published=tuple(Published(**figure) for figure in words.get("published", ())),
        needs=words.get("needs", ""),
    )


def _folder() -> Traversable:
    return files("clusteer.bench") / "specs"
