import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, JsonOf, draw


def test_partial_labels_become_groups_with_names(mine: str, cli: Cli, json_of: JsonOf, tmp_path: Path) -> None:
    colours = ("red", "green", "blue")
    rows = "".join(f"p{item:02d}.png,{colours[item % 3]}\n" for item in range(9))
    (tmp_path / "labels.csv").write_text("id,label\n" + rows + "elsewhere.png,red\n")
    found = json_of("import", mine, tmp_path / "labels.csv")
    assert (found["answers"], found["known"]) == (8, 0)
    assert found["unknown"] == [{"line": 11, "item": "elsewhere.png"}]
    groups = {group["name"]: group["size"] for group in json_of("status", mine)["groups"]}
    assert groups == {"red": 12, "green": 12, "blue": 12}
    again = cli("import", mine, tmp_path / "labels.csv")
    assert "0 answers" in again.stdout
    assert "line 11: elsewhere.png" in again.stderr


def test_the_sorting_of_a_folder_is_taken_over(cli: Cli, json_of: JsonOf, folder: Path) -> None:
    for number in range(12):
        place = folder / ("sorted/red", "green")[number % 3] if number % 3 < 2 else folder
        place.mkdir(parents=True, exist_ok=True)
        shutil.move(folder / f"p{number:02d}.png", place / f"p{number:02d}.png")
    cli("new", "half", "--images", folder, "--encoder", "pixels")
    assert json_of("import", "half", "--folders")["answers"] == 7
    assert {group["name"] for group in json_of("status", "half")["groups"]} >= {"sorted/red", "green"}
    cli("new", "part", "--images", folder, "--encoder", "pixels")
    assert json_of("import", "part", "--folders", "--except", "green")["answers"] == 3
    assert "give --folders with it" in cli("import", "part", "x.csv", "--except", "green", status=2).output


def test_another_sessions_answers_are_taken_over(
    told: str, cli: Cli, json_of: JsonOf, folder: Path, tmp_path: Path
) -> None:
    cli("export", told, "--to", tmp_path / "out")
    other = draw(tmp_path / "other", n=40)
    cli("new", "yours", "--images", other, "--encoder", "pixels")
    found = json_of("import", "yours", tmp_path / "out" / "replay.json")
    assert found["answers"] == 10
    assert json_of("status", "yours")["answers"] == 10
    assert "10 known before" in cli("import", "yours", tmp_path / "out" / "replay.json").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [((), "give either a FILE"), (("x.csv", "--folders"), "give either a FILE"), (("x.csv",), "there is no file x.csv"),
     (("--folders",), "none of the 36 items lies in a subfolder")],
)  # fmt: skip
def test_an_import_of_nothing_is_refused(mine: str, cli: Cli, arguments: tuple[str, ...], says: str) -> None:
    assert says in cli("import", mine, *arguments, status=2).output.replace("\n", " ")
