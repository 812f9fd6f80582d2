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


def test_a_table_that_no_terminal_shows_is_printed_row_by_row(capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"measure{number:02}" for number in range(20)]
    tabulate(names, [(*range(1_000, 1_019), ""), (*[7.5] * 19, "end")], title="Many")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["Many", "", "measure00  1,000"]
    assert {"measure18  1,018", "measure18  7.5"} <= set(lines)
    assert [line for line in lines if "measure19" in line] == ["measure19  end"]  # Empty cells are left out.


def test_long_names_are_broken_before_a_table_is_taken_apart(capsys: pytest.CaptureFixture[str]) -> None:
    tabulate(("name", "value"), [("x" * 200, 1)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["name", "value"]
    assert "".join(lines).count("x") == 200
    assert not any("name  x" in line for line in lines)
