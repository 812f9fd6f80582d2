"""The commands add and relink, from folders and features as people have them."""

from pathlib import Path

import numpy as np

from tests.cli.conftest import Cli, JsonOf, draw
from tests.cli.test_bad_input import said


def test_a_folder_that_changes_keeps_its_answers(told: str, folder: Path, json_of: JsonOf, cli: Cli) -> None:
    before = json_of("status", told)
    fresh = draw(folder.with_name("fresh"), 40, seed=9)
    for number in range(37, 40):
        (fresh / f"p{number}.png").rename(folder / f"p{number}.png")
    (folder / "p00.png").rename(folder / "renamed.png")
    (folder / "p01.png").unlink()
    (fresh / "p02.png").rename(folder / "p02.png")
    found = json_of("add", told)
    assert (found["items"], found["unchanged"]) == (38, 33)
    assert found["new"] == ["p37.png", "p38.png", "p39.png"]
    assert (found["moved"], found["gone"], found["returned"]) == (["renamed.png"], ["p01.png"], [])
    assert [entry["id"] for entry in found["edited"]] == ["p02.png"]
    after = json_of("status", told)
    assert (after["items"], after["gone"], after["answers"]) == (38, 1, before["answers"])
    assert sum(group["size"] for group in after["groups"]) == 38
    assert "38 items (1 more are gone)" in cli("status", told).stdout
    assert json_of("list")["sessions"][0]["items"] == 38
    assert json_of("why", told, "renamed.png")["item"] == {"row": 0, "id": "renamed.png"}
    assert json_of("ask", told, "-n", 3)["questions"]
    assert len(json_of("show", told)["sheets"]) == len([group for group in after["groups"] if group["size"]])
    assert "nothing has changed; 38 items now" in cli("add", told).stdout


def test_words_of_what_changed(told: str, folder: Path, cli: Cli) -> None:
    fresh = draw(folder.with_name("fresh"), 36, seed=9)
    for path in sorted(fresh.glob("*.png")):
        path.rename(folder / path.name)
    (folder / "p35.png").unlink()
    (folder / "broken.png").write_bytes(b"\x89PNG")
    result = cli("add", told)
    assert "session 'mine': 35 edited, 1 gone; 35 items now" in result.stdout
    assert ".png (you answered about it before: a" in result.stderr
    assert "and 25 more; --json lists them all" in result.stderr
    assert "broken.png" in result.stderr


def test_a_second_folder_and_a_folder_that_moved(told: str, folder: Path, json_of: JsonOf, cli: Cli) -> None:
    more = draw(folder.with_name("more"), 3, seed=7)
    assert json_of("add", told, more)["new"] == ["more/p00.png", "more/p01.png", "more/p02.png"]
    folder.rename(folder.with_name("elsewhere"))
    more.rename(more.with_name("more elsewhere"))
    assert "clusteer relink" in said(cli, "add", told)
    moved = json_of("relink", told, folder.with_name("elsewhere"))
    assert moved == {"items": 36, "missing": [], "other": []}
    assert (
        "3 items of session 'mine' found"
        in cli("relink", told, more.with_name("more elsewhere"), "--folder", "more").stdout
    )
    assert json_of("add", told)["unchanged"] == 39
    assert "none of the 36 items" in said(cli, "relink", told, more.with_name("more elsewhere") / "..")
    assert "has no folder 'x'" in said(cli, "relink", told, folder.with_name("elsewhere"), "--folder", "x")
    for wrong in (folder.with_name("elsewhere"), folder.parent):
        assert "lie one in the other" in said(cli, "add", told, wrong)
    (folder.with_name("elsewhere") / "p05.png").unlink()
    result = cli("relink", told, folder.with_name("elsewhere"))
    assert "1 item not there; record that with: clusteer add mine" in result.stderr


def test_own_features_of_a_folder_are_given_for_all(folder: Path, json_of: JsonOf, cli: Cli, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(38, 5)).astype(np.float32)
    np.save(tmp_path / "f.npy", values[:36])
    cli("new", "own", "--images", folder, "--features", tmp_path / "f.npy")
    more = draw(folder.with_name("more"), 2, seed=7)
    assert "give those of all pictures" in said(cli, "add", "own", more)
    np.save(tmp_path / "f.npy", values[36:])
    assert "38 pictures but 2 rows of features" in said(cli, "add", "own", more, "--features", tmp_path / "f.npy")
    np.save(tmp_path / "f.npy", values[::-1])
    assert "36 unchanged pictures differ" in said(cli, "add", "own", more, "--features", tmp_path / "f.npy")
    np.save(tmp_path / "f.npy", values)
    assert len(json_of("add", "own", more, "--features", tmp_path / "f.npy")["new"]) == 2
    assert json_of("status", "own")["items"] == 38


def test_a_file_of_features_grows(cli: Cli, json_of: JsonOf, tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(50, 5)).astype(np.float32)
    np.save(tmp_path / "f.npy", values[:40])
    cli("new", "rows", "--features", tmp_path / "f.npy")
    np.save(tmp_path / "g.npy", values)
    assert json_of("add", "rows", "--features", tmp_path / "g.npy")["items"] == 50
    assert json_of("status", "rows")["items"] == 50
    assert "of the 40 given 10 rows are missing" in said(cli, "add", "rows", "--features", tmp_path / "f.npy")
    assert "only to the file of features it was made from" in said(cli, "add", "rows")


def test_what_cannot_change_says_so(mine: str, folder: Path, cli: Cli, tmp_path: Path) -> None:
    np.save(tmp_path / "f.npy", np.ones((36, 5), np.float32))
    assert "leave out --features" in said(cli, "add", mine, "--features", tmp_path / "f.npy")
    cli("new", "named", "--dataset", "inks", "--encoder", "pixels")
    assert "come from its dataset" in said(cli, "add", "named")
    assert "come from its dataset" in said(cli, "add", "named", folder)
    assert "are no files of a folder (dataset)" in said(cli, "relink", "named", folder)
    assert "there is no folder" in said(cli, "add", mine, tmp_path / "nowhere")
