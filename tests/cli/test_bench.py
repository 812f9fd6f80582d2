"""The commands bench list and bench run."""

from pathlib import Path

import pytest

from clusteer.bench import Case, Spec
from tests.cli.conftest import Cli, JsonOf


def test_list_names_every_benchmark(cli: Cli, json_of: JsonOf) -> None:
    names = {entry["name"] for entry in json_of("bench", "list")["benchmarks"]}
    assert names == {"instant-accuracy", "instant-scale"}
    assert all(name in cli("bench", "list").stdout for name in names)


def test_run_prints_a_table_and_keeps_json(
    cli: Cli, json_of: JsonOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: tuple[Case, ...] = tuple({"items": 1000, "step": step} for step in ("encode", "index", "session"))
    monkeypatch.setattr("clusteer.bench.load_spec", lambda name: Spec(name, "Small", "scale", steps))
    result = {"seconds": 1.5, "update_seconds": 0.25, "ask_seconds": 0.125, "peak_megabytes": 300.0}
    monkeypatch.setattr("clusteer.bench.run._measure", lambda kind, case: result)
    done = cli("bench", "run", "small", "--to", tmp_path / "results")
    assert "1 of 3: 1000 encode" in done.stderr
    assert all(number in done.stdout for number in ("1,000", "1.500", "0.250", "0.125", "300"))
    assert (tmp_path / "results" / "small.json").exists()
    found = json_of("bench", "run", "small", "--to", tmp_path / "results")
    assert len(found["runs"]) == 3
    assert found["environment"]["cores"] >= 1


def test_an_unknown_benchmark_is_said(cli: Cli) -> None:
    assert "there are instant-accuracy" in cli("bench", "run", "speed", status=2).stderr
