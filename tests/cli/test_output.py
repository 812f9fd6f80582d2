"""What is printed does nothing to the terminal it is printed on."""

from pathlib import Path

import pytest

from clusteer.cli.output import remark, say, tabulate, visible
from tests.cli.conftest import Cli

HOSTILE = "\x1b[2J\x07\x9b\u202egnp.exe"


def test_what_commands_a_terminal_is_spelled_out() -> None:
    assert visible(HOSTILE) == r"\x1b[2J\x07\x9b\u202egnp.exe"
    assert visible("two\nlines\tü 猫 🐈 [bold]") == "two\nlines\tü 猫 🐈 [bold]"


def test_lines_tables_and_faults_are_visible(cli: Cli, capfd: pytest.CaptureFixture[str]) -> None:
    say(HOSTILE)
    remark(HOSTILE)
    tabulate(("name",), [(HOSTILE,)])
    printed = "".join(capfd.readouterr())
    assert printed.count(visible(HOSTILE)) == 3
    assert "\x1b" not in printed
    assert visible(HOSTILE) in cli("new", "x", "--images", Path(HOSTILE), status=2).stderr
