"""Each fault a user can make: one sentence on standard error, exit status 2, nothing lost."""

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from clusteer.core.questions import Question
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.cli.conftest import Cli, JsonOf

PROGRAM = [sys.executable, "-c", "from clusteer.cli.main import run; run()"]


def said(cli: Cli, *arguments: object) -> str:
    """Return the one sentence of a command that has to fail."""
    result = cli(*arguments, status=2)
    assert result.stdout == ""
    (sentence,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert result.stderr.splitlines()[-1] == sentence
    return sentence


def test_an_empty_folder(tmp_path: Path, cli: Cli) -> None:
    assert "holds no pictures" in said(cli, "new", "x", "--images", tmp_path)


def test_a_folder_of_broken_pictures(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "cut.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    assert "cut.jpg" in said(cli, "new", "x", "--images", tmp_path)


def test_no_such_folder(tmp_path: Path, cli: Cli) -> None:
    assert "there is no folder" in said(cli, "new", "x", "--images", tmp_path / "none")


def test_nothing_or_too_much_to_group(folder: Path, cli: Cli) -> None:
    assert "give --images DIR, --texts FILE, --dataset NAME or --features" in said(cli, "new", "x")
    assert "give one of them" in said(cli, "new", "x", "--images", folder, "--dataset", "inks")
    assert "only named sets" in said(cli, "new", "x", "--images", folder, "--split", "test")


def test_a_row_that_is_not_a_number(tmp_path: Path, cli: Cli, json_of: JsonOf) -> None:
    values = np.ones((10, 3), np.float32)
    values[4, 1] = np.nan
    np.save(tmp_path / "F.npy", values)
    assert "row 4" in said(cli, "new", "x", "--features", tmp_path / "F.npy")
    assert json_of("list")["sessions"] == []


def test_features_for_other_pictures(folder: Path, tmp_path: Path, cli: Cli) -> None:
    np.save(tmp_path / "F.npy", np.ones((10, 3), np.float32))
    assert "36 pictures but 10 rows" in said(cli, "new", "x", "--images", folder, "--features", tmp_path / "F.npy")


def test_one_item(folder: Path, cli: Cli, json_of: JsonOf) -> None:
    for path in sorted(folder.iterdir())[1:]:
        path.unlink()
    cli("new", "one", "--images", folder, "--encoder", "pixels")
    assert json_of("ask", "one")["questions"] == []
    assert json_of("status", "one")["groups"] == [{"number": 0, "name": "", "size": 1}]
    assert len(json_of("show", "one")["sheets"]) == 1


def test_more_groups_than_items(folder: Path, cli: Cli, json_of: JsonOf) -> None:
    command = ("new", "x", "--images", folder, "--encoder", "pixels", "--clusters", 37)
    assert "37 groups were asked for but there are 36 items" in said(cli, *command)
    assert json_of("list")["sessions"] == []


def test_contradictory_answers_are_kept_and_said(mine: str, cli: Cli, json_of: JsonOf) -> None:
    Session.open(mine, Store()).pose([Question("", "same", pair) for pair in [(0, 3), (3, 6), (0, 6)]])
    for id, choice in [("q1", "same"), ("q2", "same"), ("q3", "different")]:
        cli("tell", mine, id, choice)
    status = json_of("status", mine)
    assert status["answers"] == 3
    (conflict,) = status["conflicts"]
    assert conflict["items"] == [0, 3, 6]
    assert conflict["sentence"] in cli("status", mine).stdout.replace("\n", " ")
    for word in ("p00.png", "p03.png", "p06.png", "a1", "a2", "a3", "q3"):
        assert word in conflict["sentence"]
    cli("ask", mine)
    cli("tell", mine, "q3", "same")
    assert json_of("status", mine)["conflicts"] == []


def test_a_home_that_cannot_be_written(tmp_path: Path, folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CLUSTEER_HOME", str(tmp_path / "file" / "home"))
    assert "CLUSTEER_HOME" in said(cli, "new", "x", "--images", folder, "--encoder", "pixels")
    assert "CLUSTEER_HOME" in said(cli, "list")


def test_a_full_disk_loses_no_answer(told: str, json_of: JsonOf) -> None:
    questions = json_of("ask", told)["questions"]

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))

    command = [*PROGRAM, "tell", told, questions[0]["id"], "unsure"]
    # Not measured: coverage would find no room either, and say so at length.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=no_room, env=plain, check=False)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr
    assert json_of("status", told)["answers"] == 10


def test_a_full_disk_leaves_the_file_that_was_there(
    told: str, folder: Path, tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out.csv").write_text("before")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("clusteer.core.files.os.fsync", full)
        assert "No space left" in said(cli, "predict", told, "--images", folder, "--to", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "before"


def test_an_unknown_question_choice_session_and_item(mine: str, cli: Cli, json_of: JsonOf) -> None:
    (question,) = json_of("ask", mine)["questions"]
    assert "no question 'q99'; it has q1 to q1" in said(cli, "tell", mine, "q99", "1")
    assert "'first' is no question" in said(cli, "tell", mine, "first", "1")
    assert "'maybe' is no answer" in said(cli, "tell", mine, question["id"], "maybe")
    assert "'yours'" in said(cli, "status", "yours")
    assert "'mine'" in said(cli, "ask", "yours")
    assert "did you mean 'p07.png'" in said(cli, "why", mine, "pictures/p07.png")
    assert "rows 0 to 35" in said(cli, "name", mine, "36", "cats")
    assert "ask for at least 1" in said(cli, "ask", mine, "-n", 0)
    assert json_of("status", mine)["answers"] == 0


def test_a_name_that_is_taken_is_said_before_anything_is_read(mine: str, tmp_path: Path, cli: Cli) -> None:
    assert "exists already" in said(cli, "new", mine, "--images", tmp_path / "none")


def test_unknown_names_of_parts(folder: Path, cli: Cli) -> None:
    assert "choose from pixels" in said(cli, "new", "x", "--images", folder, "--encoder", "eyes")
    assert "choose one of inks" in said(cli, "new", "x", "--dataset", "outks")
    assert "there is no session" in said(cli, "new", "x", "--images", folder, "--like", "other")


def test_a_replay_that_is_none(tmp_path: Path, cli: Cli) -> None:
    assert "there is no file" in said(cli, "replay", tmp_path / "replay.json")
    (tmp_path / "replay.json").write_text("{}")
    assert "no replay" in said(cli, "replay", tmp_path / "replay.json")


def test_an_export_into_a_folder_of_other_things(told: str, folder: Path, cli: Cli) -> None:
    assert "not empty" in said(cli, "export", told, "--to", folder)


def test_a_picture_that_has_gone(told: str, folder: Path, cli: Cli) -> None:
    (folder / "p00.png").unlink()
    assert "p00.png is gone" in said(cli, "show", told)


def test_usage_errors_exit_with_the_same_status(cli: Cli) -> None:
    assert "Missing argument" in cli("tell", "mine", status=2).stderr
    assert "No such command" in cli("sing", status=2).stderr


def test_two_processes_on_one_session_lose_nothing(mine: str, json_of: JsonOf) -> None:
    Session.open(mine, Store()).pose([Question("", "same", pair) for pair in [(0, 3), (0, 1)]])
    commands = [[*PROGRAM, "tell", mine, f"q{number}", "skip"] for number in (1, 2)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
    acknowledged = {process.communicate()[0].split(":")[0] for process in both}
    assert acknowledged == {"a1", "a2"}
    assert json_of("status", mine)["answers"] == 2
