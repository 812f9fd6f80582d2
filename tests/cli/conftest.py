"""A small folder of pictures in three colours, a session on it, and the program run in this process."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from clusteer.cli.asking import question_json
from clusteer.cli.main import app
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store

COLOURS = ((220, 40, 40), (40, 180, 60), (40, 60, 220))
N = 36

Cli = Callable[..., Result]
JsonOf = Callable[..., dict[str, Any]]


def draw(folder: Path, n: int = N, seed: int = 0) -> Path:
    """Fill a folder with n noisy squares; picture i has colour i % 3."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(n):
        noise = rng.normal(0, 25, (24, 24, 3))
        pixels = np.clip(np.array(COLOURS[number % 3]) + noise, 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"p{number:02d}.png")
    return folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of pictures in the working folder."""
    monkeypatch.chdir(tmp_path)
    return draw(tmp_path / "pictures")


@pytest.fixture
def cli() -> Cli:
    """The program: give it arguments, get what it printed; a traceback fails the test."""

    def run(*arguments: object, stdin: str = "", status: int = 0) -> Result:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == status, result.output
        assert "Traceback" not in result.output
        return result

    return run


@pytest.fixture
def json_of(cli: Cli) -> JsonOf:
    """The program with --json: give it arguments, get what it printed, read."""

    def run(*arguments: object, stdin: str = "") -> dict[str, Any]:
        value = json.loads(cli(*arguments, "--json", stdin=stdin).stdout)
        assert isinstance(value, dict)
        return value

    return run


@pytest.fixture
def mine(folder: Path, cli: Cli) -> str:
    """A session on the folder."""
    cli("new", "mine", "--images", folder, "--encoder", "pixels")
    return "mine"


def choice_by_colour(question: dict[str, Any]) -> str:
    """Answer as somebody who groups by colour."""
    item = question["items"][0]
    if question["kind"] == "same":
        return "same" if item % 3 == question["items"][1] % 3 else "different"
    for place, option in enumerate(question["options"]):
        if any(exemplar % 3 == item % 3 for exemplar in option):
            return str(place + 1)
    return "none"


@pytest.fixture
def told(mine: str) -> str:
    """The session after ten answers by colour."""
    session = Session.open(mine, Store())
    for _ in range(10):
        (question,) = session.ask(1)
        session.tell(question.id, choice_by_colour(question_json(question)))
    return mine
