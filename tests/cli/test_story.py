"""Every command in the order a person meets them, on pictures of three colours."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clusteer.core.questions import Question
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.cli.conftest import Cli, JsonOf, N, choice_by_colour, draw


def labels_of(path: Path) -> dict[str, str]:
    with path.open(newline="", encoding="utf-8") as file:
        return {row["id"]: row["group"] for row in csv.DictReader(file)}


def agree(groups: dict[str, str]) -> bool:
    """Whether pictures share a group exactly where they share a colour."""
    pairs = {(int(name.removesuffix(".png")[1:]) % 3, group) for name, group in groups.items()}
    return len(pairs) == 3 == len({group for _, group in pairs})


def test_new_says_what_it_will_take_and_names_what_it_skips(folder: Path, cli: Cli, json_of: JsonOf) -> None:
    whole = (folder / "p00.png").read_bytes()
    (folder / "cut.jpg").write_bytes(b"\xff\xd8\xff\xe0 cut short")
    (folder / "half.png").write_bytes(whole[: len(whole) // 2])
    result = cli("new", "mine", "--images", folder, "--encoder", "pixels")
    assert "36 of 36 pictures with pixels: about" in result.stderr
    assert "MB of disk" in result.stderr
    assert "cut.jpg: " in result.stderr
    assert "half.png: " in result.stderr
    assert "clusteer answer mine" in result.stdout
    made = json_of("new", "again", "--images", folder, "--encoder", "pixels", "--clusters", 3)
    assert made["items"] == N
    assert made["clusters"] == 3
    assert [skipped["path"] for skipped in made["skipped"]] == ["cut.jpg", "half.png"]


def test_ask_prints_exactly_what_the_issue_says(mine: str, json_of: JsonOf, cli: Cli) -> None:
    shown = json_of("ask", mine, "-n", 3)
    assert 1 <= len(shown["questions"]) <= 3
    for question in shown["questions"]:
        assert set(question) == {"id", "kind", "items", "options", "exhaustive", "why"}
        for item in question["items"]:
            assert shown["ids"][str(item)] == f"p{item:02d}.png"
    again = json_of("ask", mine, "-n", 3)["questions"]
    assert again[: len(shown["questions"])] == shown["questions"], "open questions come again, and first"
    words = cli("ask", mine).stdout
    assert words.startswith(shown["questions"][0]["id"])
    assert f"p{shown['questions'][0]['items'][0]:02d}.png" in words


def test_tell_undo_and_status(mine: str, json_of: JsonOf, cli: Cli) -> None:
    (question,) = json_of("ask", mine, "--annotator", "ann")["questions"]
    told = json_of("tell", mine, question["id"], choice_by_colour(question), "--annotator", "ann")
    assert told["answer"] == "a1"
    assert told["annotator"] == "ann"
    assert json_of("status", mine)["answers"] == 1
    assert "no standing answer" in cli("undo", mine, status=2).stderr, "it is ann's"
    assert json_of("undo", mine, "--annotator", "ann") == {
        "undone": "a1", "question": question["id"], "choice": told["choice"],
    }  # fmt: skip
    assert json_of("status", mine)["answers"] == 0
    assert json_of("ask", mine, "--annotator", "ann")["questions"] == [question]


def test_every_kind_of_question_is_put_in_words_and_told(mine: str, json_of: JsonOf, cli: Cli) -> None:
    page = Question("", "page", (3, 6, 1, 9), ((0,),))
    nearer, clear = Question("", "nearer", (12,), ((0,), (1,))), Question("", "difficulty", (15,))
    Session.open(mine, Store()).pose([page, nearer, clear])
    words = cli("ask", mine, "-n", 3).stdout
    for line in (
        "q1  which of these do not belong to this group?",
        "     group: p00.png",
        "   3 c  p01.png",
        "with all, the numbers of those that do not belong (2,5), skip, unsure",
        "q2  to which of the two is it nearer?  p12.png",
        "  2  p01.png",
        "with 1, 2, skip, unsure",
        "q3  is it a clear case, of whichever group?  p15.png",
        "with easy, hard, skip, unsure",
    ):
        assert line in words
    assert "choose all, skip, unsure, or the numbers" in cli("tell", mine, "q1", "c", status=2).stderr
    assert "count from 1" in cli("tell", mine, "q1", "5", status=2).stderr
    assert cli("tell", mine, "q1", "3, 1").stdout == "a1: 2 of 4 go with p00.png, not p03.png, p01.png\n"
    assert cli("tell", mine, "q1", "3").stdout == "a2: 3 of 4 go with p00.png, not p01.png\n"
    assert cli("tell", mine, "q2", "1").stdout == "a3: p12.png is nearer to p00.png\n"
    assert json_of("tell", mine, "q3", "hard")["choice"] == "hard"
    assert cli("undo", mine).stdout == "taken back: a4, p15.png: hard\n"
    assert cli("tell", mine, "q3", "unsure").stdout == "a6: p15.png: unsure\n"
    reasons = {row: json_of("why", mine, row)["provenance"] for row in (0, 3, 6, 9)}
    assert reasons == {0: "implied", 3: "human", 6: "human", 9: "human"}, "nobody was asked about the leader"
    cli("name", mine, "p00.png", "red")
    Session.open(mine, Store()).pose([Question("", "page", (18, 21), ((0,),))])
    shown = cli("ask", mine).stdout
    assert "which of these do not belong to red?" in shown
    assert cli("tell", mine, shown.split()[0], "all").stdout == "a7: 2 of 2 go with p00.png\n"
    Session.open(mine, Store()).pose([Question("", "page", (24, 27), ((0,),))])
    assert cli("tell", mine, cli("ask", mine).stdout.split()[0], "skip").stdout.startswith("a8: page of 2, p24.png")


def test_a_session_asks_by_the_strategy_it_is_made_with(folder: Path, json_of: JsonOf, cli: Cli) -> None:
    made = json_of("new", "mine", "--images", folder, "--encoder", "pixels", "--strategy", "pages")
    assert made["strategy"] == "pages"
    assert json_of("new", "again", "--images", folder, "--encoder", "pixels", "--like", "mine")["strategy"] == "pages"
    refused = cli("new", "third", "--images", folder, "--encoder", "pixels", "--strategy", "psychic", status=2).stderr
    assert "there is no strategy named 'psychic'; known are margin" in refused


def test_names_stay_with_their_groups(told: str, json_of: JsonOf, cli: Cli) -> None:
    assert "'red'" in cli("name", told, "p00.png", "red").stdout
    named = json_of("name", told, "1", "green [x] :smile:")
    assert named["exemplar"] == {"row": 1, "id": "p01.png"}
    assert named["group"]["name"] == "green [x] :smile:"
    assert {group["name"] for group in json_of("status", told)["groups"]} >= {"red", "green [x] :smile:"}
    assert "green [x] :smile:" in cli("status", told).stdout


def test_why_gives_evidence_and_the_path_to_the_group(told: str, json_of: JsonOf, cli: Cli) -> None:
    status = json_of("status", told)
    rows = range(status["items"])
    reasons = [json_of("why", told, row) for row in rows]
    by_provenance = {reason["provenance"]: reason for reason in reasons}
    assert {"human", "model"} <= set(by_provenance)
    model = by_provenance["model"]
    assert model["evidence"]
    assert model["evidence"][0]["row"] % 3 == model["item"]["row"] % 3
    assert 0 < model["confidence"] <= 1
    longest = max(reasons, key=lambda reason: len(reason["path"]))["path"]
    assert len(longest) > 1
    assert longest[0]["answer"] == ""
    assert all(step["answer"].startswith("a") for step in longest[1:])
    assert len({step["row"] % 3 for step in longest}) == 1
    words = cli("why", told, model["item"]["id"]).stdout
    assert model["evidence"][0]["id"] in words
    assert "like pictures you answered about" in words


def test_fit_show_predict_and_export(told: str, folder: Path, json_of: JsonOf, cli: Cli, tmp_path: Path) -> None:
    fitted = json_of("fit", told)
    assert fitted["round"] == 1
    assert sum(group["size"] for group in fitted["groups"]) == N
    assert json_of("status", told)["stale"] == 0

    cli("name", told, "p00.png", "red")
    sheets = json_of("show", told, "--to", tmp_path / "sheets")["sheets"]
    assert len(sheets) == len([group for group in fitted["groups"] if group["size"]])
    for sheet in sheets:
        with Image.open(sheet) as picture:
            assert min(picture.size) > 200

    others = draw(tmp_path / "others", 15, seed=1)
    predicted = json_of("predict", told, "--images", others, "--to", tmp_path / "others.csv")
    assert predicted["items"] == 15
    assert agree(labels_of(tmp_path / "others.csv"))

    exported = json_of("export", told, "--to", tmp_path / "export")
    assert {"labels.csv", "constraints.jsonl", "replay.json"} <= set(exported["files"])
    assert agree(labels_of(tmp_path / "export" / "labels.csv"))
    assert (tmp_path / "export" / "groups" / "red" / "p00.png").exists()
    assert len(list(folder.iterdir())) == N, "the originals are as they were"


@pytest.mark.parametrize("moved", [False, True])
def test_a_replay_is_the_session_again(
    told: str, folder: Path, json_of: JsonOf, cli: Cli, tmp_path: Path, moved: bool
) -> None:
    cli("export", told, "--to", tmp_path / "export")
    where: list[object] = []
    if moved:
        folder.rename(tmp_path / "elsewhere")
        where = ["--images", tmp_path / "elsewhere"]
    rebuilt = json_of("replay", tmp_path / "export" / "replay.json", "--name", "again", *where)
    assert rebuilt["name"] == "again"
    assert rebuilt["answers"] == 10
    before, after = json_of("status", told), json_of("status", "again")
    assert {**before, "name": "again", "stale": after["stale"]} == after
    assert [row["name"] for row in json_of("list")["sessions"]] == ["mine", "again"]
    assert "again" in cli("list").stdout


def test_like_takes_over_the_settings(mine: str, folder: Path, json_of: JsonOf, cli: Cli) -> None:
    cli("new", "three", "--images", folder, "--like", mine, "--clusters", 3)
    made = json_of("new", "alike", "--images", folder, "--like", "three")
    assert (made["encoder"], made["clusters"]) == ("pixels", 3)


def test_own_features_with_and_without_pictures(folder: Path, json_of: JsonOf, cli: Cli, tmp_path: Path) -> None:
    values = np.eye(3, dtype=np.float32)[np.arange(N) % 3] + np.random.default_rng(0).normal(0, 0.1, (N, 3))
    np.save(tmp_path / "own.npy", values.astype(np.float32))
    assert json_of("new", "bare", "--features", "own.npy")["encoder"] == "features"
    assert json_of("new", "both", "--features", "own.npy", "--images", folder)["items"] == N
    assert "no pictures to show" in cli("show", "bare", status=2).stderr
    assert len(json_of("show", "both")["sheets"]) >= 1
    for name in ("bare", "both"):
        (question,) = json_of("ask", name)["questions"]
        json_of("tell", name, question["id"], choice_by_colour(question))
        assert json_of("predict", name, "--features", "own.npy", "--to", "out.csv")["items"] == N
    assert "--features F.npy" in cli("predict", "both", "--images", folder, "--to", "out.csv", status=2).stderr
    assert "--features F.npy" in cli("new", "third", "--images", folder, "--like", "both", status=2).stderr
    cli("export", "both", "--to", "export")
    assert "--features F.npy" in cli("replay", "export/replay.json", "--name", "third", status=2).stderr
    assert json_of("replay", "export/replay.json", "--name", "third", "--features", "own.npy")["answers"] == 1


def test_a_named_set_may_be_split(tmp_path: Path, json_of: JsonOf, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(0).integers(0, 256, (40, 28, 28)).astype(np.uint8)
    np.savez(tmp_path / "mnist.npz", x=x, y=np.arange(40) % 10, train=np.arange(40) < 30)
    monkeypatch.setenv("CLUSTEER_DATA", str(tmp_path))
    sizes = {
        split: json_of("new", split, "--dataset", "mnist", "--split", split, "--encoder", "pixels")["items"]
        for split in ("train", "test", "all")
    }
    assert sizes == {"train": 30, "test": 10, "all": 40}
    (question,) = json_of("ask", "test")["questions"]
    cli("tell", "test", question["id"], "skip")
    cli("export", "test", "--to", tmp_path / "export")
    assert json_of("replay", tmp_path / "export" / "replay.json", "--name", "again")["items"] == 10
