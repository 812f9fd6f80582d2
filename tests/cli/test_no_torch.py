"""What shows a question or takes an answer never loads torch: it would cost the person seconds each time."""

import json
import subprocess
import sys

from tests.cli.conftest import JsonOf, choice_by_colour

IN_ONE_PROCESS = """
import io, json, sys
from clusteer.cli.main import app

for line in json.loads(sys.argv[1]):
    sys.stdin = io.StringIO("?q")
    app(line, standalone_mode=False)
    print(line[0], "torch" in sys.modules, file=sys.stderr)
"""


def test_no_torch_where_questions_are_shown(told: str, json_of: JsonOf) -> None:
    (question,) = json_of("ask", told)["questions"]
    lines = [
        ["ask", told],
        ["tell", told, question["id"], choice_by_colour(question)],
        ["answer", told],
        ["undo", told],
        ["status", told],
        ["why", told, "0"],
        ["name", told, "0", "red"],
        ["list"],
    ]
    command = [sys.executable, "-c", IN_ONE_PROCESS, json.dumps(lines)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stderr.splitlines() if line.endswith((" True", " False"))]
    assert said == [f"{line[0]} False" for line in lines]


def test_help_loads_nothing_heavy() -> None:
    code = """
import sys
sys.argv = ["clusteer", "--help"]
from clusteer.cli.main import run
try:
    run()
finally:
    heavy = {"torch", "scipy", "sklearn", "sqlalchemy", "matplotlib", "PIL"} & set(sys.modules)
    print(sorted(heavy), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr == "[]\n"
    assert "Group a collection" in done.stdout
