"""The commands bench list, run, table and plot."""

from pathlib import Path

import pytest
from PIL import Image

from clusteer.bench import Case, Spec, spec_names
from clusteer.bench.spec import Row
from tests.cli.conftest import Cli, JsonOf

STEPS: tuple[Case, ...] = tuple({"items": 1000, "step": step} for step in ("encode", "index", "session"))
METHODS: tuple[Case, ...] = tuple(
    {"dataset": "d", "truth": "t", "noise": 0.0, "method": method, "seed": 0} for method in ("margin", "kmeans")
)


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two small ones, measured at once."""
    known = {
        "small": Spec("small", "Small", "scale", (Row(STEPS, {}, (), ""),)),
        "curves": Spec("curves", "Curves", "rivals", (Row(METHODS, {}, (), ""),)),
    }

    def measure(kind: str, case: Case) -> dict[str, object]:
        if kind == "scale":
            return {"seconds": 1.5, "update_seconds": 0.25, "ask_seconds": 0.125, "peak_megabytes": 300.0}
        links = {"links": 3, "pairs_known": 5}
        points = [{"budget": 60.0 * n, "human_seconds": 60.0 * n, "answers": n, "acc": 0.5 + n / 8} for n in range(4)]
        return {"points": [point | links for point in points]}

    monkeypatch.setattr("clusteer.bench.load_spec", lambda name, quick=False, seeds=None: known[name])
    monkeypatch.setattr("clusteer.bench.spec_names", lambda: tuple(known))
    monkeypatch.setattr("clusteer.bench.run._measure", measure)


def test_list_names_every_benchmark(cli: Cli, json_of: JsonOf) -> None:
    names = {entry["name"] for entry in json_of("bench", "list")["benchmarks"]}
    assert names == set(spec_names()) >= {"instant-accuracy", "instant-scale", "rivals"}
    assert all(name in cli("bench", "list").stdout for name in names)


@pytest.mark.usefixtures("benchmarks")
def test_run_prints_a_table_and_keeps_json(cli: Cli, json_of: JsonOf, tmp_path: Path) -> None:
    done = cli("bench", "run", "small", "--to", tmp_path / "results")
    assert "1 of 3: 1000 encode" in done.stderr
    assert all(number in done.stdout for number in ("1,000", "1.500", "0.250", "0.125", "300"))
    assert (tmp_path / "results" / "small.json").exists()
    again = cli("bench", "run", "small", "--to", tmp_path / "results")
    assert "of 3" not in again.stderr
    found = json_of("bench", "run", "small", "--to", tmp_path / "results")
    assert len(found["runs"]) == 3
    assert found["origins"][0]["environment"]["cores"] >= 1


@pytest.mark.usefixtures("benchmarks")
def test_table_shows_what_was_run_and_what_was_not(cli: Cli, json_of: JsonOf, tmp_path: Path) -> None:
    cli("bench", "run", "small", "--to", tmp_path)
    shown = cli("bench", "table", "--from", tmp_path).stdout
    assert "1.500" in shown
    assert "not run" in shown
    one, other = json_of("bench", "table", "--from", tmp_path)["tables"]
    assert one["rows"][0][1] == "1.500"
    assert other["rows"][0][-1] == "not run: needs clusteer bench run curves"
    assert len(json_of("bench", "table", "small", "--from", tmp_path)["tables"]) == 1


@pytest.mark.usefixtures("benchmarks")
def test_plot_draws_a_picture(cli: Cli, json_of: JsonOf, tmp_path: Path) -> None:
    assert "nothing of curves was run yet" in cli(
        "bench", "plot", "curves", "--from", tmp_path, "--to", tmp_path / "c.png", status=2
    ).stderr  # fmt: skip
    cli("bench", "run", "curves", "--to", tmp_path)
    assert json_of("bench", "plot", "curves", "--from", tmp_path, "--to", tmp_path / "c.png") == {
        "picture": str(tmp_path / "c.png")
    }
    assert Image.open(tmp_path / "c.png").size > (600, 400)
    cli("bench", "plot", "curves", "--from", tmp_path, "--to", tmp_path / "c.svg")
    assert "<svg" in (tmp_path / "c.svg").read_text()
    assert "let it end in .png" in cli("bench", "plot", "curves", "--to", tmp_path / "c.txt", status=2).stderr


def test_a_quick_run_is_kept_apart(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = {"seconds": 1.5, "update_seconds": 0.25, "ask_seconds": 0.125, "peak_megabytes": 300.0}
    monkeypatch.setattr("clusteer.bench.run._measure", lambda kind, case: result)
    cli("bench", "run", "instant-scale", "--quick", "--seeds", "2", "--to", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["instant-scale.quick.json"]
    assert "1.500" in cli("bench", "table", "instant-scale", "--quick", "--from", tmp_path).stdout
    assert "not run" in cli("bench", "table", "instant-scale", "--from", tmp_path).stdout


def test_an_unknown_benchmark_is_said(cli: Cli) -> None:
    assert "there are adc, audit, dcc-demands, " in cli("bench", "run", "speed", status=2).stderr
