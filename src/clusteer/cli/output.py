"""What commands print: results on standard output, remarks and progress on standard error."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

# Names of files and groups are printed as they are: brackets in them are no markup, colons no emoji.
_results = Console(markup=False, emoji=False, highlight=False)
_remarks = Console(markup=False, emoji=False, highlight=False, stderr=True)


class Advance(Protocol):
    """What work calls to say how far it is."""

    def __call__(self, done: int, total: int, left: float | None = None, /) -> None:
        """Show that ``done`` of ``total`` are done, and the seconds left where these are known."""


def say(text: str, style: str | None = None) -> None:
    """Print a line of the result."""
    _results.print(text, style=style, soft_wrap=True)


def remark(text: str, style: str | None = None) -> None:
    """Print a line that is not part of the result."""
    _remarks.print(text, style=style, soft_wrap=True)


def emit(value: object) -> None:
    """Print the result as JSON."""
    sys.stdout.write(json.dumps(value, default=_plain, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def tabulate(columns: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> None:
    """Print a table as a result; columns of numbers are aligned right."""
    table = Table(box=SIMPLE_HEAD, title=title or None, title_justify="left", title_style="bold")
    for place, column in enumerate(columns):
        numbers = bool(rows) and all(isinstance(row[place], int | float) for row in rows)
        table.add_column(column, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row))
    _results.print(table)


@contextmanager
def progress(what: str) -> Iterator[Advance]:
    """Show a bar while the block runs, if somebody is there to see it."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[left]}"))
    with Progress(*columns, console=_remarks, transient=True, disable=not _remarks.is_terminal) as bar:
        task = bar.add_task(what, total=None, left="")

        def advance(done: int, total: int, left: float | None = None, /) -> None:
            bar.update(task, completed=done, total=total, left="" if left is None else f"{duration(left)} left")

        yield advance


def duration(seconds: float) -> str:
    """Return a time in words a person can plan with."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes / 60:.1f} h"


def count(number: int, thing: str) -> str:
    """Return a number of things in words."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def size(octets: int) -> str:
    """Return a number of bytes in words."""
    return f"{octets / 1e6:,.0f} MB" if octets < 1e9 else f"{octets / 1e9:,.1f} GB"


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
