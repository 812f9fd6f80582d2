import json
from pathlib import Path

import pytest

from clusteer.bench import Case
from clusteer.bench import results as results_module
from clusteer.bench import run as module
from clusteer.bench.results import read_results
from clusteer.bench.run import run
from clusteer.core.errors import StorageError, UnavailableError
from tests.bench.specs import row, spec

CASES: tuple[Case, ...] = tuple({"truth": "t", "seed": seed} for seed in range(4))
SPEC = spec(row(*CASES))


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


def other_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results_module, "code_digest", lambda: "other")


def test_results_are_json_with_environment_commit_and_seeds(measured: list[Case], tmp_path: Path) -> None:
    found = run(SPEC, tmp_path / "new" / "folder")
    kept = json.loads((tmp_path / "new" / "folder" / "toy.json").read_text())
    assert kept["runs"] == found.runs
    assert kept["benchmark"] == "toy"
    (origin,) = kept["origins"]
    assert origin["environment"].keys() >= {"cores", "python", "numpy", "torch", "clusteer"}
    assert origin.keys() == {"commit", "code", "environment"}
    assert [entry["case"]["seed"] for entry in kept["runs"]] == [0, 1, 2, 3]
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
    assert [entry["result"]["value"] for entry in found.runs] == [0, 1, 2, 3]


def test_runs_of_other_code_are_kept_and_known_as_such(
    measured: list[Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(spec(row(*CASES[:2])), tmp_path)
    other_code(monkeypatch)
    found = run(SPEC, tmp_path)
    assert len(measured) == 4
    assert [found.is_older(entry) for entry in found.runs] == [True, True, False, False]
    assert len(found.origins) == 2
    read = read_results(SPEC, tmp_path)
    assert [read.is_older(entry) for entry in read.runs] == [True, True, False, False]


def test_again_replaces_runs_of_other_code_one_by_one(
    measured: list[Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(SPEC, tmp_path)
    other_code(monkeypatch)
    with monkeypatch.context() as patch:
        fail_at(patch, 1, UnavailableError("needs toy.npz"))
        fail_at(patch, 2, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            run(SPEC, tmp_path, again=True)
    found = read_results(SPEC, tmp_path)
    assert [found.is_older(entry) for entry in found.runs] == [False, True, True, True]
    assert all("result" in entry for entry in found.runs)
    found = run(SPEC, tmp_path, again=True)
    assert [case["seed"] for case in measured] == [0, 1, 2, 3, 0, 1, 2, 3]
    assert [found.is_older(entry) for entry in found.runs] == [False] * 4
    run(SPEC, tmp_path, again=True)
    assert len(measured) == 8


def test_fewer_seeds_lose_no_run_and_more_add_some(measured: list[Case], tmp_path: Path) -> None:
    run(SPEC, tmp_path)
    found = run(spec(row(*CASES[:1])), tmp_path)
    assert [entry["case"]["seed"] for entry in found.runs] == [0, 1, 2, 3]
    assert len(run(spec(row(*CASES, {"truth": "t", "seed": 4})), tmp_path).runs) == 5
    assert len(measured) == 5


def test_a_setting_that_left_the_benchmark_leaves_its_results(measured: list[Case], tmp_path: Path) -> None:
    run(spec(row(*CASES, {"truth": "other", "seed": 0})), tmp_path)
    assert len(run(SPEC, tmp_path).runs) == 4
    assert len(json.loads((tmp_path / "toy.json").read_text())["runs"]) == 4


def test_missing_data_are_said_and_tried_again(
    measured: list[Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        fail_at(patch, 1, UnavailableError("needs toy.npz"))
        found = run(SPEC, tmp_path)
    assert [entry.get("not_run") for entry in found.runs] == [None, "needs toy.npz", None, None]
    assert all("result" in entry for entry in run(SPEC, tmp_path).runs)


def test_what_the_specification_knows_to_be_missing_is_not_tried(measured: list[Case], tmp_path: Path) -> None:
    found = run(spec(row(CASES[0], needs="ten photographs")), tmp_path)
    assert [entry["not_run"] for entry in found.runs] == ["needs ten photographs"]
    assert measured == []


def test_a_folder_that_cannot_be_written_is_said(measured: list[Case], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="name another place"):
        run(SPEC, tmp_path / "file" / "results")
    assert measured == []


@pytest.mark.parametrize("text", ["{", "[]", '{"runs": [{"case": {"truth": "t"}}]}', '{"runs": 3}'])
def test_a_file_that_holds_no_results_is_left_as_it_is(measured: list[Case], tmp_path: Path, text: str) -> None:
    (tmp_path / "toy.json").write_text(text)
    with pytest.raises(StorageError, match=r"toy\.json holds no results"):
        run(SPEC, tmp_path)
    assert (tmp_path / "toy.json").read_text() == text
    assert measured == []
