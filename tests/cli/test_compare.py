"""Two sessions over one collection side by side."""

import json
from pathlib import Path

from tests.cli.conftest import Cli, JsonOf


def sort_by(cli: Cli, name: str, folder: Path, labels: dict[str, str]) -> None:
    """Make a session and tell it what each picture is."""
    cli("new", name, "--images", folder, "--encoder", "pixels")
    table = folder.parent / f"{name}.csv"
    table.write_text("id,label\n" + "".join(f"{item},{label}\n" for item, label in labels.items()))
    cli("import", name, table)


def test_the_groups_of_two_criteria_meet_in_a_table(folder: Path, cli: Cli, json_of: JsonOf) -> None:
    files = [f"p{number:02d}.png" for number in range(36)]
    sort_by(cli, "colour", folder, {file: "rgb"[place % 3] for place, file in enumerate(files)})
    sort_by(cli, "half", folder, {file: ("early", "late")[place // 18] for place, file in enumerate(files)})
    (folder / "p00.png").unlink()
    cli("add", "half")
    found = json_of("compare", "colour", "half")
    assert {group["name"] for group in found["rows"]} == {"r", "g", "b"}
    assert {group["name"] for group in found["columns"]} == {"early", "late"}
    names = [group["name"] for group in found["rows"]], [group["name"] for group in found["columns"]]
    red, early = names[0].index("r"), names[1].index("early")
    assert found["counts"][red][early] == 5, "six of eighteen are red, and one of them is gone"
    assert sum(map(sum, found["counts"])) == 35
    assert (found["only_here"], found["only_there"]) == (1, 0)
    assert found["nmi"] < 0.01
    told = cli("compare", "colour", "half").stdout
    assert "only colour has 1 more item" in told
    assert "35 items in both; the groupings share 0% of what they tell (NMI)" in told
    assert json_of("compare", "half", "half")["nmi"] == 1


def test_sessions_without_a_common_item_cannot_be_compared(folder: Path, cli: Cli, tmp_path: Path) -> None:
    cli("new", "mine", "--images", folder, "--encoder", "pixels")
    (tmp_path / "few.txt").write_text("one apple\ntwo pears\nthree plums\n")
    cli("new", "texts", "--texts", tmp_path / "few.txt")
    assert "have no item in common" in cli("compare", "mine", "texts", status=2).stderr
    assert json.loads(cli("list", "--json").stdout)
