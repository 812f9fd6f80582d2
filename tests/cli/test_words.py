"""Words on the command line: found, used for a session, and kept with it."""

import json
from pathlib import Path

import pytest
from PIL import Image

from clusteer.data import scenes
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.cli.conftest import Cli
from tests.data.test_wordnet import write


def test_words_are_printed_ready_to_be_edited(cli: Cli, tmp_path: Path) -> None:
    folder = write(tmp_path)
    found = cli("words", "colour", "--wordnet", folder)
    assert found.stdout.strip() == "red,blue,shade,chromatic color"
    assert "WordNet, kinds of color" in found.stderr
    told = json.loads(cli("words", "species", "--for", "fruit", "--wordnet", folder, "--json").stdout)
    assert told["words"] == ["pear", "apple"]
    drawn = cli("words", "identity", "--from", "random", "--count", "3", "--wordnet", folder).stdout
    assert len(drawn.strip().split(",")) == 3


@pytest.mark.parametrize(
    ("given", "message"),
    [(("words", "x", "--wordnet", "."), "wordnet-base"), (("words", "x", "--from", "endpoint"), "needs --endpoint URL"),
     (("new", "a", "--dataset", "scenes", "--criterion", "by form", "--words", "circle"), "holds 1 word"),
     (("new", "a", "--dataset", "scenes", "--words", "a,b", "--encoder", "pixels"), "knows no words"),
     (("new", "a", "--texts", "few.txt", "--words", "a,b"), "is for pictures alone")],
)  # fmt: skip
def test_what_cannot_be_done_is_one_sentence(
    cli: Cli, given: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "few.txt").write_text("one\ntwo\nthree\n")
    failed = cli(*given, status=2)
    assert message in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_session_by_words_names_its_groups_and_takes_answers_and_new_pictures(cli: Cli, tmp_path: Path) -> None:
    pixels, _ = scenes.drawn(4, 5)
    for number, picture in enumerate(pixels):
        Image.fromarray(picture).save(tmp_path / f"{number:02}.png")
    made = json.loads(
        cli("new", "colors", "--images", tmp_path, "--criterion", "by color", "--words", "red,green,blue,pink",
            "--json").stdout
    )  # fmt: skip
    assert made["encoder"] == "tiny-clip::a picture with the color of *::red,green,blue,pink"
    assert {"red", "green", "blue"} <= set(made["named"])
    shown = json.loads(cli("status", "colors", "--json").stdout)
    assert {"red", "green", "blue"} <= {group["name"] for group in shown["groups"]}
    question = json.loads(cli("ask", "colors", "--json").stdout)["questions"][0]
    cli("tell", "colors", question["id"], "none" if question["kind"] == "member" else "different")
    Image.fromarray(scenes.drawn(1, 6)[0][0]).save(tmp_path / "new.png")
    assert json.loads(cli("add", "colors", "--json").stdout)["new"] == ["new.png"]
    exported = tmp_path.parent / "sorted by color"
    cli("export", "colors", "--to", exported)
    assert (exported / "labels.csv").exists()
    (kept,) = [row for row in Session.open("colors", Store()).ledger.standing_declarations if row.kind == "criterion"]
    assert kept.value == {
        "criterion": "by color", "template": "a picture with the color of *", "words": ["red", "green", "blue", "pink"],
    }  # fmt: skip
