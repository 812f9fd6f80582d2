"""The command simulate and its JSON."""

from pathlib import Path

import numpy as np
import pytest

from clusteer.queries import STRATEGIES
from tests.cli.conftest import Cli, JsonOf

N = 60


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Features of three groups, and their truth as words."""
    truth = np.arange(N) % 3
    values = np.eye(3)[truth] + np.random.default_rng(0).normal(0, 0.15, (N, 3))
    np.save(tmp_path / "F.npy", values.astype(np.float32))
    np.save(tmp_path / "Y.npy", np.array(["cat", "dog", "owl"])[truth])
    return tmp_path / "F.npy", tmp_path / "Y.npy"


def test_the_curve_and_the_settings_are_printed(files: tuple[Path, Path], json_of: JsonOf) -> None:
    command = ("simulate", "--features", files[0], "--truth", files[1], "--budget", 25, "--seed", 3)
    found = json_of(*command)
    assert [point["answers"] for point in found["curve"]][:3] == [0, 10, 20]
    for point in found["curve"]:
        assert set(point) == {"answers", "human_seconds", "acc", "nmi", "ari", "update_seconds", "ask_seconds"}
    assert found["curve"][-1]["acc"] > 0.95
    assert found["curve"][1]["human_seconds"] > 10
    settings = {key: found[key] for key in ("items", "clusters", "budget", "oracle", "noise", "seed", "strategy")}
    assert settings == {
        "items": N, "clusters": "unknown", "budget": 25, "oracle": "by-exemplar", "noise": 0.0, "seed": 3,
        "strategy": "margin",
    }  # fmt: skip
    again = json_of(*command)
    assert [point["acc"] for point in again["curve"]] == [point["acc"] for point in found["curve"]]


def test_every_setting_can_be_given(files: tuple[Path, Path], json_of: JsonOf, cli: Cli) -> None:
    found = json_of(
        "simulate", "--features", files[0], "--truth", files[1], "--budget", 10, "--clusters", 3, "--oracle", "truth",
        "--noise", 0.3, "--method", "propagation", "--strategy", "uniform",
    )  # fmt: skip
    assert (found["clusters"], found["oracle"], found["noise"], found["strategy"]) == (3, "truth", 0.3, "uniform")
    words = cli("simulate", "--features", files[0], "--truth", files[1], "--budget", 10)
    assert "acc" in words.stdout
    assert "simulating 10 answers on 60 items" in words.stderr


@pytest.mark.parametrize("strategy", [name for name, place in STRATEGIES.items() if place.startswith("clusteer.")])
def test_every_strategy_can_be_simulated_and_is_named_in_the_help(
    files: tuple[Path, Path], json_of: JsonOf, cli: Cli, strategy: str
) -> None:
    found = json_of("simulate", "--features", files[0], "--truth", files[1], "--budget", 25, "--strategy", strategy)
    assert found["strategy"] == strategy
    # 25 pairs, asked as published, do not always open all three groups.
    assert found["curve"][-1]["acc"] > (0.3 if strategy.startswith("boundary-") else 0.6)
    assert strategy in cli("simulate", "--help").stdout


def test_recorded_answers_can_be_taken(
    files: tuple[Path, Path], json_of: JsonOf, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cli("new", "mine", "--features", files[0])
    for _ in range(2):
        (question,) = json_of("ask", "mine")["questions"]
        cli("tell", "mine", question["id"], "skip")
    cli("export", "mine", "--to", "export")
    command = ("simulate", "--features", files[0], "--truth", files[1], "--budget", 10)
    found = json_of(*command, "--answers", tmp_path / "export" / "replay.json")
    assert found["curve"][-1]["answers"] == 2
    deep = json_of(*command, "--answers", tmp_path / "export" / "replay.json", "--method", "adc")
    assert (deep["method"], deep["curve"][-1]["answers"]) == ("adc", 2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--budget", 5, "--truth", "digit"), "give --dataset NAME or --features"),
        (("--budget", 5, "--dataset", "inks", "--truth", "colour"), "choose one of digit, ink"),
        (("--budget", 5, "--dataset", "inks", "--split", "test", "--truth", "ink"), "no official split"),
        (("--budget", 0, "--features", "F.npy", "--truth", "Y.npy"), "budget is 0"),
        (("--budget", 5, "--features", "F.npy", "--truth", "Z.npy"), "there is no file Z.npy"),
        (("--budget", 5, "--features", "F.npy", "--truth", "Y.npy", "--clusters", "some"), "give a number from 1"),
        (("--budget", 5, "--features", "F.npy", "--truth", "Y.npy", "--clusters", "61"), "61 groups"),
        (("--budget", 5, "--features", "F.npy", "--truth", "Y.npy", "--oracle", "me"), "no oracle named 'me'"),
        (("--budget", 5, "--features", "F.npy", "--truth", "Y.npy", "--noise", "2"), "noise is 2"),
        (("--budget", 5, "--features", "F.npy", "--truth", "Y.npy", "--strategy", "x"), "no strategy named 'x'"),
        (("--budget", 5, "--features", "F.npy", "--truth", "Y.npy", "--method", "x"), "no method named 'x'"),
    ],
)
def test_what_cannot_be_simulated_is_said(
    files: tuple[Path, Path], cli: Cli, monkeypatch: pytest.MonkeyPatch, arguments: tuple[object, ...], words: str
) -> None:
    monkeypatch.chdir(files[0].parent)
    assert words in cli("simulate", *arguments, status=2).stderr
