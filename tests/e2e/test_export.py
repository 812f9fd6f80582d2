"""A grouping is taken away through the page, and all of it is on disk."""

import csv
import json
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.e2e.grouping import settled
from tests.e2e.picturing import leave_picture
from tests.e2e.sessions import TOLD, N
from tests.e2e.watching import Windows
from tests.studio.serving import Server


def test_everything_is_exported(windows: Windows, studio: Server, told: str) -> None:
    page = windows.open(f"#/s/{told}/export")
    page.get_by_role("button", name=f"Export {N} items").click()
    done = page.get_by_role("status").filter(has_text="Exported.")
    expect(done).to_be_visible()
    leave_picture(page, "exported")
    folder = Path(done.locator("code").inner_text())

    sizes = {group["number"]: group["size"] for group in settled(studio, told)["groups"]}
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == N
    assert "Übungen (München)/Seite 002.png" in {line["id"] for line in lines}
    pictures = sorted((folder / "groups").rglob("*.png"))
    assert len(pictures) == N
    with Image.open(pictures[0]) as picture:
        assert picture.size == (56, 56)
    assert sorted(len(list(group.rglob("*.png"))) for group in (folder / "groups").iterdir()) == sorted(sizes.values())
    constraints = (folder / "constraints.jsonl").read_text(encoding="utf-8").splitlines()
    assert all(json.loads(line) for line in constraints)
    assert len(constraints) >= TOLD
    assert json.loads((folder / "replay.json").read_text(encoding="utf-8"))
    assert any((folder / "model").iterdir())
