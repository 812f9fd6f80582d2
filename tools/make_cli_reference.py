"""Write docs/cli.md from the commands themselves; a test checks that it is current.

python tools/make_cli_reference.py
"""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from typer.core import TyperArgument, TyperCommand, TyperGroup
from typer.main import get_command

from clusteer.cli.main import app

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"
INTRODUCTION = """\
# The command line

This page is written by `tools/make_cli_reference.py` from the commands themselves; change those and run it again.

- `--json` prints JSON and nothing else on standard output. Progress and remarks go to standard error.
- What you can put right (a missing folder, an unknown session, a full disk) is one sentence on standard error and exit
  status 2. Nothing that was acknowledged is lost.
- `CLUSTEER_DATABASE` is the address of a [PostgreSQL database](ledger.md) for the sessions of several people.
- Sessions live under `CLUSTEER_HOME` (default: the platform's data folder), encoded pictures under `CLUSTEER_CACHE`
  (default: the platform's cache folder), named sets under `CLUSTEER_DATA` (default: `~/.cache/clusteer-data`).
"""
COSTS = """\
## What an answer costs

`human_seconds` in the output of `clusteer simulate` adds up these figures. Every question shown counts, skips included.

| | seconds |
|---|---|
"""


def reference() -> str:
    """Return the whole page."""
    program = get_command(app)
    sections = [section(name, command) for name, command in commands(program, "clusteer")]
    return "\n".join([INTRODUCTION, *sections, COSTS + "\n".join(costs()) + "\n"])


def commands(group: object, *words: str) -> Iterator[tuple[str, TyperCommand]]:
    """Give the full name of each command that can be run, and the command."""
    assert isinstance(group, TyperGroup)
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, *words, name)
        elif isinstance(command, TyperCommand):
            yield " ".join([*words, name]), command


def section(name: str, command: TyperCommand) -> str:
    """Return what the page says of one command."""
    arguments = [param for param in command.params if isinstance(param, TyperArgument)]
    options = [param for param in command.params if not isinstance(param, TyperArgument)]
    usage = usage_lines([name, *(str(param.metavar) for param in arguments), *map(written, options)])
    lines = [f"## `{name}`", "", marked(re.sub(r"(?<!\n)\n(?!\n)", " ", command.help or "")), "", *usage, ""]
    lines += ["| | |", "|---|---|"]
    lines += [f"| `{param.metavar}` | {marked(param.help)} |" for param in arguments]
    for param in options:
        default = "" if param.default in (None, False, "") or param.required else f" Default: `{param.default}`."
        lines.append(f"| `{flag(param)}` | {marked(param.help)}{default} |")
    return "\n".join([*lines, ""])


def usage_lines(parts: list[str]) -> list[str]:
    """Return a usage line, broken between options where it is long."""
    lines = textwrap.wrap(" ".join(part.replace(" ", "\0") for part in parts), 92, subsequent_indent="    ",
                          break_long_words=False, break_on_hyphens=False)  # fmt: skip
    return [f"    {line}".replace("\0", " ") for line in lines]


def marked(text: str) -> str:
    """Return words of help with the options in them marked as code."""
    return re.sub(r"--[a-z][a-z-]*(?: [A-Z]+(?:\.[a-z]+)?\b)?", r"`\g<0>`", text)


def flag(param: object) -> str:
    """Return an option as it is typed, with what it takes."""
    name = max(param.opts, key=len)
    return name if param.is_flag else f"{name} {param.metavar}"


def written(param: object) -> str:
    """Return an option as the usage line has it: in brackets where it may be left out."""
    return flag(param) if param.required else f"[{flag(param)}]"


def costs() -> list[str]:
    """Return the table of what answers cost a person."""
    from clusteer.queries import costs

    return [
        f"| same or different | {costs.SAME_SECONDS} |",
        f"| one item beside up to nine groups | {costs.MEMBER_SECONDS} |",
        f"| each further page of groups | {costs.PAGE_SECONDS} |",
        f"| to which of two it is nearer | {costs.NEARER_SECONDS} |",
        f"| easy or hard | {costs.DIFFICULTY_SECONDS} |",
        f"| a page of one group | {costs.GROUP_SECONDS} |",
        f"| each item on that page | {costs.THUMBNAIL_SECONDS} |",
        f"| each item that does not belong | {costs.MARK_SECONDS} |",
        f"| a skip, or unsure | {costs.SKIP_SECONDS} |",
    ]


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(reference(), encoding="utf-8")
