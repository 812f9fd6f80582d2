import json
from pathlib import Path
from typing import Any

import pytest

from clusteer.bench import Case, Spec
from clusteer.bench import run as module
from clusteer.bench.run import run
from clusteer.bench.table import table
from clusteer.core.errors import StorageError, UnavailableError

SPEC = Spec("toy", "A toy", "accuracy", tuple({"seed": seed} for seed in range(4)))


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[Case]:
    """The cases measured, each at once."""
    seen: list[Case] = []

    def measure(kind: str, case: Case) -> dict[str, object]:
        seen.append(case)
        return {"value": case["seed"]}

    monkeypatch.setattr(module, "_measure", measure)
    return seen


def fail_at(monkeypatch: pytest.MonkeyPatch, seed: int, fault: BaseException) -> None:
    before = module._measure

    def measure(kind: str, case: Case) -> dict[str, object]:
        if case["seed"] == seed:
            raise fault
        return before(kind, case)

    monkeypatch.setattr(module, "_measure", measure)


def test_results_are_json_with_environment_commit_and_seeds(measured: list[Case], tmp_path: Path) -> None:
    found = run(SPEC, tmp_path / "new" / "folder")
    assert json.loads((tmp_path / "new" / "folder" / "toy.json").read_text()) == found
    assert found["environment"].keys() >= {"cores", "python", "numpy", "torch", "clusteer"}
    assert found.keys() >= {"commit", "code", "benchmark"}
    assert [entry["case"]["seed"] for entry in found["runs"]] == [0, 1, 2, 3]
    assert [path.name for path in (tmp_path / "new" / "folder").iterdir()] == ["toy.json"]


def test_an_interrupted_run_goes_on_where_it_was(
    measured: list[Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        fail_at(patch, 2, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            run(SPEC, tmp_path)
    assert [case["seed"] for case in measured] == [0, 1]
    reported: list[int] = []
    found = run(SPEC, tmp_path, lambda done, total, case: reported.append(done))
    assert [case["seed"] for case in measured] == [0, 1, 2, 3]
    assert reported == [2, 3]
    assert [entry["result"]["value"] for entry in found["runs"]] == [0, 1, 2, 3]


@pytest.mark.parametrize("changed", ["code", "environment"])
def test_results_of_other_code_or_another_machine_do_not_count(
    measured: list[Case], tmp_path: Path, changed: str
) -> None:
    found = run(SPEC, tmp_path)
    (tmp_path / "toy.json").write_text(json.dumps({**found, changed: "other"}))
    run(SPEC, tmp_path)
    assert len(measured) == 8


def test_a_case_that_left_the_benchmark_leaves_its_results(measured: list[Case], tmp_path: Path) -> None:
    run(SPEC, tmp_path)
    fewer = Spec("toy", "A toy", "accuracy", SPEC.cases[1:])
    assert len(run(fewer, tmp_path)["runs"]) == 3
    assert len(measured) == 4


def test_missing_data_are_said_and_tried_again(
    measured: list[Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        fail_at(patch, 1, UnavailableError("needs toy.npz"))
        found = run(SPEC, tmp_path)
    assert [entry.get("not_run") for entry in found["runs"]] == [None, "needs toy.npz", None, None]
    assert all("result" in entry for entry in run(SPEC, tmp_path)["runs"])


def test_a_folder_that_cannot_be_written_is_said(measured: list[Case], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="name another place"):
        run(SPEC, tmp_path / "file" / "results")
    assert measured == []


def entry(seed: int, strategy: str, accuracies: dict[int, float]) -> dict[str, Any]:
    targets = {"20": 0.7, "50": 0.9}
    case = {"dataset": "d", "truth": "t", "noise": 0.0, "strategy": strategy, "seed": seed, "targets": targets}
    return {"case": case, "result": {"curve": [{"answers": n, "acc": acc} for n, acc in accuracies.items()]}}


def test_table_compares_means_with_targets_and_strategies_in_pairs() -> None:
    runs = [
        entry(0, "margin", {0: 0.1, 20: 0.8, 50: 0.85}),
        entry(1, "margin", {0: 0.1, 20: 0.6, 50: 0.84}),
        entry(0, "uniform", {0: 0.1, 20: 0.7, 50: 0.8}),
        entry(1, "uniform", {0: 0.1, 20: 0.5}),
    ]
    columns, rows = table({"kind": "accuracy", "runs": runs})
    assert all(len(row) == len(columns) for row in rows)
    assert [row[-1] for row in rows] == [
        "reached", "missed", "margin is better by +0.1000 (0.0000)", "margin is better by +0.1950 (0.1450)",
    ]  # fmt: skip
    assert [row[-3] for row in rows] == ["0.7000", "0.8450", "0.6000", "0.6500"]


def test_table_forgives_a_miss_within_two_errors() -> None:
    runs = [entry(0, "margin", {20: 0.5, 50: 0.9}), entry(1, "margin", {20: 0.8, 50: 0.9})]
    assert [row[-1] for row in table({"kind": "accuracy", "runs": runs})[1]] == ["within two errors", "reached"]


def test_table_says_what_was_not_run() -> None:
    runs: list[dict[str, Any]] = [{"case": entry(0, "margin", {})["case"], "not_run": "needs d.npz"}]
    _, rows = table({"kind": "accuracy", "runs": runs})
    assert [row[5] for row in rows] == ["not run: needs d.npz"] * 2
    runs = [{"case": {"items": 1000, "step": "encode"}, "result": {"seconds": 1.25, "peak_megabytes": 310.0}}]
    columns, rows = table({"kind": "scale", "runs": runs})
    assert dict(zip(columns, rows[0], strict=True))["encode s"] == "1.250"
    assert "not run" in rows[0]
