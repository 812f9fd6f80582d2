"""What commands print: results on standard output, remarks and progress on standard error."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from clusteer.sessions.preparing import Advance, Narrator
from clusteer.sessions.words import duration

# Names of files and groups are printed as they are: brackets in them are no markup, colons no emoji.
_results = Console(markup=False, emoji=False, highlight=False)
_remarks = Console(markup=False, emoji=False, highlight=False, stderr=True)


# A file may be called anything: what commands a terminal or turns the direction of writing is spelled out.
_COMMANDS = (*range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SPELLED = {code: chr(code).encode("unicode_escape").decode() for code in _COMMANDS}

_UNBOUNDED = 100_000
"""A width that no table has."""


def say(text: str, style: str | None = None) -> None:
    """Print a line of the result."""
    _results.print(visible(text), style=style, soft_wrap=True)


def remark(text: str, style: str | None = None) -> None:
    """Print a line that is not part of the result."""
    _remarks.print(visible(text), style=style, soft_wrap=True)


def emit(value: object) -> None:
    """Print the result as JSON."""
    sys.stdout.write(json.dumps(value, default=_plain, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def tabulate(columns: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> None:
    """Print a table as a result; columns of numbers are aligned right.

    Where not even the names of the columns have room side by side, each row is a block of lines instead, as databases
    print what is too wide, without the cells that are empty.
    """
    table = Table(box=SIMPLE_HEAD, title=title or None, title_justify="left", title_style="bold")
    for place, column in enumerate(columns):
        numbers = bool(rows) and all(isinstance(row[place], int | float) for row in rows)
        table.add_column(column, justify="right" if numbers else "left", overflow="fold")
    texts = [[f"{cell:,}" if isinstance(cell, int) else visible(str(cell)) for cell in row] for row in rows]
    if Measurement.get(_results, _results.options.update(max_width=_UNBOUNDED), table).minimum <= _results.width:
        for row in texts:
            table.add_row(*row)
        _results.print(table)
        return
    if title:
        say(title, "bold")
    widest = max(map(len, columns))
    for row in texts:
        say("")
        for column, cell in zip(columns, row, strict=True):
            if cell:
                say(f"{column:>{widest}}  {cell}")


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


TERMINAL = Narrator(lambda text, warning: remark(text, "yellow" if warning else None), progress)
"""Tells who sits at the terminal how long work goes."""


def visible(text: str) -> str:
    """Return a text that does nothing to a terminal but fill lines."""
    return text.translate(_SPELLED)


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
