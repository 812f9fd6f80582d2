"""Copies among the pictures of a session, as the program tells of them."""

from pathlib import Path

from PIL import Image

from tests.cli.conftest import Cli, JsonOf


def test_copies_are_told_when_a_session_is_made_and_when_asked(folder: Path, cli: Cli, json_of: JsonOf) -> None:
    assert "copies" not in cli("new", "clean", "--images", folder, "--encoder", "pixels").stdout
    assert cli("duplicates", "clean").stdout == "no copies among 36 items\n"

    (folder / "again.png").write_bytes((folder / "p00.png").read_bytes())
    Image.open(folder / "p05.png").resize((48, 48), Image.Resampling.BICUBIC).save(folder / "larger.png")
    made = cli("new", "mine", "--images", folder, "--encoder", "pixels").stdout
    assert "exact copies of others: 1 item; see: clusteer duplicates mine" in made
    assert json_of("duplicates", "mine") == {
        "items": 38,
        "groups": [
            {"kind": "exact", "items": [{"row": 0, "id": "again.png"}, {"row": 2, "id": "p00.png"}]},
            {"kind": "near", "items": [{"row": 1, "id": "larger.png"}, {"row": 7, "id": "p05.png"}]},
        ],
    }
    told = cli("duplicates", "mine").stdout
    assert "1 group of exact copies, 1 more than needed" in told
    assert "1 group of near copies, 1 more than needed" in told
    assert "again.png, p00.png" in told
    assert json_of("new", "json", "--images", folder, "--encoder", "pixels")["copies"] == 1
