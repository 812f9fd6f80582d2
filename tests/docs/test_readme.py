"""The README runs as written, and the command-line reference knows every command."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from clusteer.cli.main import app

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
REFERENCE = ROOT / "docs" / "cli.md"
FENCE = re.compile(r"^```(?P<language>[a-z]+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, *languages: str) -> list[tuple[int, str]]:
    """Give each fenced block of these languages with the number of lines that stand before its code."""
    text = page.read_text(encoding="utf-8")
    return [
        (text[: match.start("code")].count("\n"), match["code"])
        for match in FENCE.finditer(text)
        if match["language"] in languages
    ]


def commands(parent: object, *prefix: str) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    """Give the words of each command that can be run, such as ``("bench", "list")``, and its options."""
    assert isinstance(parent, TyperGroup)
    for name, command in parent.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, *prefix, name)
        else:
            options = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
            yield (*prefix, name), options | {"--help"}


COMMANDS = dict(commands(get_command(app)))


def test_python_blocks_run_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    examples = blocks(README, "python")
    assert examples, "README.md shows no Python"
    namespace: dict[str, object] = {"__name__": "readme"}
    for lines_before, code in examples:
        exec(compile("\n" * lines_before + code, str(README), "exec"), namespace)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_reference_has_command(words: tuple[str, ...]) -> None:
    assert re.search(rf"\bclusteer {re.escape(' '.join(words))}\b", REFERENCE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", [README, *sorted((ROOT / "docs").glob("**/*.md"))], ids=lambda page: page.name)
def test_command_lines_name_real_commands_and_options(page: Path) -> None:
    for _, code in blocks(page, "bash", "console", "sh", "shell"):
        for line in code.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if not words or words[0] != "clusteer":
                continue
            known = next((COMMANDS[key] for n in (3, 2) if (key := tuple(words[1:n])) in COMMANDS), None)
            assert known is not None or words[1:] == ["--help"], f"{line}: no such command"
            given = {word.split("=")[0] for word in words if word.startswith("-")}
            assert given <= (known or {"--help"}), f"{line}: no such option"
