"""The dialogue, from piped keys and in a terminal."""

import json
import os
import pty
import re
import select
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from PIL import Image

from clusteer.core.questions import Question
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.cli.conftest import Cli, JsonOf, choice_by_colour


def pose(name: str, *questions: Question, annotator: str = "") -> None:
    """Put questions before everything the strategy would ask."""
    Session.open(name, Store()).pose(list(questions), annotator)


def member(item: int, *leaders: int) -> Question:
    return Question("", "member", (item,), tuple((leader,) for leader in leaders), True)


def choices(name: str) -> dict[str, str]:
    return {answer.question.id: answer.choice for answer in Session.open(name, Store()).history.answers}


SAME = (Question("", "same", (0, 3)), Question("", "same", (1, 2)), Question("", "same", (4, 5)))


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("sdsq", {"q1": "same", "q2": "different", "q3": "same"}),
        ("s ?q", {"q1": "same", "q2": "skip", "q3": "unsure"}),
        ("s\nd\n", {"q1": "same", "q2": "different"}),
        ("x1mzsq", {"q1": "same"}),
        ("sduq", {"q1": "same"}),
        ("uusq", {"q1": "same"}),
        ("", {}),
    ],
)
def test_one_key_per_answer(mine: str, cli: Cli, keys: str, told: dict[str, str]) -> None:
    pose(mine, *SAME)
    cli("answer", mine, stdin=keys)
    assert choices(mine) == told


def test_undo_asks_the_same_question_again(mine: str, cli: Cli) -> None:
    pose(mine, *SAME)
    cli("answer", mine, stdin="suduu")
    assert choices(mine) == {}
    cli("answer", mine, stdin="dq")
    assert choices(mine) == {"q1": "different"}


NEARER = Question("", "nearer", (0,), ((1,), (2,)))
CLEAR = Question("", "difficulty", (0,))
SHEET = Question("", "page", (3, 6, 1, 9), ((0,),))


@pytest.mark.parametrize(
    ("question", "keys", "choice"),
    [
        (NEARER, "1", "1"),
        (NEARER, "03xs2", "2"),
        (NEARER, " ", "skip"),
        (CLEAR, "e", "easy"),
        (CLEAR, "1shh", "hard"),
        (CLEAR, "?", "unsure"),
        (SHEET, ".", "all"),
        (SHEET, "c.", "3"),
        (SHEET, "dA1zca.", "1,3,4"),
        (SHEET, "a\nb\na.", "2"),
        (SHEET, "c ", "skip"),
        (SHEET, "cab?", "unsure"),
    ],
)
def test_every_kind_has_its_keys(mine: str, cli: Cli, question: Question, keys: str, choice: str) -> None:
    pose(mine, question)
    cli("answer", mine, stdin=keys + "q")
    assert choices(mine)["q1"] == choice


def test_a_page_is_kept_only_once_it_is_confirmed(mine: str, cli: Cli) -> None:
    pose(mine, SHEET)
    result = cli("answer", mine, stdin="cb")
    assert choices(mine) == {}
    assert "does not belong: c\n" in result.stderr
    assert "does not belong: b c\n" in result.stderr
    assert "none" in cli("answer", mine, stdin="cc").stderr


def test_a_page_of_24_has_a_letter_for_each(mine: str, cli: Cli) -> None:
    letters = "abcdefghijklmnoprstvwxyz"
    pose(mine, Question("", "page", tuple(range(1, 25)), ((0,),)))
    result = cli("answer", mine, stdin=f"{letters}.")
    assert choices(mine) == {"q1": ",".join(map(str, range(1, 25)))}
    assert "[a-z does not belong | Enter or . done |" in result.stderr
    for letter, item in zip(letters, range(1, 25), strict=True):
        assert f" {letter}  p{item:02d}.png" in result.stderr


@pytest.mark.parametrize("question", [NEARER, CLEAR, SHEET])
def test_every_kind_is_drawn_told_and_undone(mine: str, cli: Cli, question: Question) -> None:
    pose(mine, question)
    result = cli("answer", mine, stdin={"nearer": "1", "difficulty": "e", "page": "c."}[question.kind] + "uq")
    assert "q1  " in result.stderr
    assert "taken back: a1" in result.stderr
    assert choices(mine) == {}
    with Image.open(Store().home / "questions" / "mine.png") as picture:
        assert min(picture.size) > 200


@pytest.mark.parametrize(
    ("keys", "choice"),
    [("2", "2"), ("9", "9"), ("m1", "10"), ("m2", "11"), ("mm3", "3"), ("m0", "none"), ("00", "none"), ("m32", "11")],
)
def test_groups_have_digits_and_pages(mine: str, cli: Cli, keys: str, choice: str) -> None:
    pose(mine, member(30, *range(11)))
    cli("answer", mine, stdin=keys + "q")
    assert choices(mine)["q1"] == choice


def test_names_pictures_and_reasons_are_shown(told: str, cli: Cli, json_of: JsonOf) -> None:
    cli("name", told, "p00.png", "red")
    (question,) = json_of("ask", told)["questions"]
    result = cli("answer", told, stdin="q")
    assert result.stdout == ""
    for item in (*question["items"], *(option[0] for option in question["options"])):
        assert f"p{item:02d}.png" in result.stderr
    assert question["why"] in result.stderr
    strip = Path(re.findall(r"pictures: (.*\.png)", result.stderr)[-1])
    assert strip == Store().home / "questions" / "mine.png"
    with Image.open(strip) as picture:
        assert min(picture.size) > 200


def test_the_pictures_are_those_of_the_question(mine: str, cli: Cli) -> None:
    pose(mine, *SAME)
    strip = Store().home / "questions" / "mine.png"
    cli("answer", mine, stdin="q")
    first = strip.read_bytes()
    cli("answer", mine, stdin="sq")
    assert strip.read_bytes() != first


def test_open_opens_the_pictures_once(mine: str, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("clusteer.cli.answer.typer.launch", opened.append)
    pose(mine, *SAME)
    cli("answer", mine, "--open", stdin="sdq")
    assert opened == [str(Store().home / "questions" / "mine.png")]


def test_a_picture_that_has_gone_can_still_be_answered(mine: str, folder: Path, cli: Cli) -> None:
    pose(mine, *SAME)
    (folder / "p00.png").unlink()
    result = cli("answer", mine, stdin="sq")
    assert "p00.png is gone" in result.stderr
    assert choices(mine) == {"q1": "same"}


def test_json_counts_what_was_told(mine: str, json_of: JsonOf) -> None:
    pose(mine, *SAME, annotator="ann")
    assert json_of("answer", mine, "--annotator", "ann", stdin="sudsq") == {"answers": ["a3", "a4"], "undone": 1}
    assert {answer.annotator for answer in Session.open(mine, Store()).history.answers} == {"ann"}


def test_answers_take_time(mine: str, cli: Cli) -> None:
    pose(mine, *SAME)
    cli("answer", mine, stdin="s")
    (answer,) = Session.open(mine, Store()).history.answers
    assert answer.seconds is not None
    assert 0 < answer.seconds < 600


def test_it_ends_where_nothing_is_left(folder: Path, cli: Cli) -> None:
    for path in sorted(folder.iterdir())[2:]:
        path.unlink()
    cli("new", "two", "--images", folder, "--encoder", "pixels")
    assert "nothing left" in cli("answer", "two", stdin="?" * 5).stderr


def test_a_terminal_needs_no_enter_and_is_left_as_it_was(mine: str) -> None:
    pose(mine, *SAME)
    terminal, far_end = pty.openpty()
    before = termios.tcgetattr(terminal)
    command = [sys.executable, "-c", "from clusteer.cli.main import run; run()", "answer", mine, "--json"]
    process = subprocess.Popen(command, stdin=far_end, stdout=subprocess.PIPE, stderr=far_end, text=True)
    seen = ""

    def wait_for(words: str) -> None:
        nonlocal seen
        while words not in seen:
            assert select.select([terminal], [], [], 60)[0], seen
            seen += os.read(terminal, 1000).decode()

    try:
        wait_for("q quit]")
        os.write(terminal, b"\x1b[D")  # an arrow, whose last letter would otherwise say "different"
        os.write(terminal, b"s")
        wait_for("a1: p00.png and p03.png: same")
        os.write(terminal, b"d q")  # typed ahead: nothing is lost
        told = json.loads(process.communicate(timeout=60)[0])
    finally:
        process.kill()
        process.wait()
    assert termios.tcgetattr(terminal) == before
    os.close(far_end)
    os.close(terminal)
    assert process.returncode == 0
    assert told == {"answers": ["a1", "a2", "a3"], "undone": 0}
    assert choices(mine) == {"q1": "same", "q2": "different", "q3": "skip"}


def test_enter_confirms_a_page_in_a_terminal(mine: str) -> None:
    pose(mine, SHEET)
    terminal, far_end = pty.openpty()
    command = [sys.executable, "-c", "from clusteer.cli.main import run; run()", "answer", mine]
    process = subprocess.Popen(command, stdin=far_end, stdout=subprocess.PIPE, stderr=far_end, text=True)
    os.write(terminal, b"c\rq")
    try:
        process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
        os.close(far_end)
        os.close(terminal)
    assert choices(mine) == {"q1": "3"}


def test_a_grouping_by_colour_comes_out(mine: str, cli: Cli, json_of: JsonOf) -> None:
    for _ in range(12):
        (question,) = json_of("ask", mine)["questions"]
        choice = choice_by_colour(question)
        cli("answer", mine, stdin={"same": "s", "different": "d", "none": "0"}.get(choice, choice))
    groups = [group["size"] for group in json_of("status", mine)["groups"] if group["size"]]
    assert groups == [12, 12, 12]
