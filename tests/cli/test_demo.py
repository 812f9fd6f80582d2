"""The demonstration, with few pictures, few answers and the fastest encoder."""

import json
from pathlib import Path

import pytest
from PIL import Image

from clusteer.data import load
from tests.cli.conftest import Cli, JsonOf

N = 60


@pytest.fixture(autouse=True)
def _short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("clusteer.cli.demo.ENCODER", "pixels")
    monkeypatch.setattr("clusteer.cli.demo.open_items", lambda *place: load("inks").subset(range(N)))
    monkeypatch.setattr("clusteer.cli.demo.BUDGET", 3)
    monkeypatch.setattr("clusteer.cli.demo.MARKS", (0, 3))


def test_it_leaves_plot_sheets_and_an_export_and_can_be_repeated(cli: Cli, json_of: JsonOf, tmp_path: Path) -> None:
    words = cli("demo").stdout
    assert words.rstrip().splitlines()[-1].startswith("next, with your own pictures: clusteer new")
    assert all(f"\n  {criterion} " in words for criterion in ("digit", "ink", "parity"))
    out = tmp_path / "demo-output"
    (out / "sheets" / "ink" / "old.png").write_text("")
    found = json_of("demo")
    assert [[answers for answers, _ in points] for points in found["curves"].values()] == [[0, 3]] * 3
    assert json.loads((out / "demo.json").read_text())["items"] == N
    assert not (out / "sheets" / "ink" / "old.png").exists()
    for path in (found["plot"], *found["sheets"]):
        with Image.open(path) as picture:
            assert min(picture.size) > 200
    assert (out / "export" / "labels.csv").exists()
    assert {path.name for path in out.iterdir()} == {"accuracy.png", "demo.json", "export", "sheets"}


def test_it_leaves_other_things_alone(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "demo-output").mkdir()
    (tmp_path / "demo-output" / "thesis.txt").write_text("mine")
    assert "holds other things" in cli("demo", status=2).stderr
    assert (tmp_path / "demo-output" / "thesis.txt").read_text() == "mine"
