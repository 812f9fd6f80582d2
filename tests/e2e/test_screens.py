"""Every page on a desk and on a telephone, in light and in dark: it fits, and axe finds no serious fault in it."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.picturing import leave_picture
from tests.e2e.sessions import N
from tests.e2e.touch import PHONE
from tests.e2e.watching import Windows

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
FAULTS = """rules => axe.run(rules ?? {}).then(({ violations }) => violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`))"""
COLOURS = {"runOnly": ["color-contrast"]}
"""All that is another in the dark."""
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}

PAGES = {
    "home": ("#/", ".card img"),
    "new": ("#/?new=1", "dialog"),
    "ask-same": ("#/s/{new}/ask", ".asked-same img"),
    "ask-member": ("#/s/{told}/ask", ".asked-member .exemplars img"),
    "groups": ("#/s/{told}/groups", ".thing img"),
    "group": ("#/s/{told}/groups?group=0", ".thing img"),
    "map": ("#/s/{told}/map", f"canvas[data-drawn='{N}']"),
    "changes": ("#/s/{told}/changes?since=start", ".changes h1"),
    "clashes": ("#/s/{told}/clashes", ".clashes .empty"),
    "export": ("#/s/{told}/export", ".export form"),
}
"""Where each page is, and what is there once it stands."""


@pytest.mark.skipif(not AXE.exists(), reason="axe is not installed; run: make page")
@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_fits_and_can_be_read(windows: Windows, device: dict[str, Any], new: str, told: str) -> None:
    page = windows.open("#/", **device, reduced_motion="reduce")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    width = device["viewport"]["width"]
    faults: dict[str, object] = {}
    for name, (place, stands) in PAGES.items():
        page.goto(f"{windows.home}/{place.format(new=new, told=told)}")
        page.locator(stands).first.wait_for()
        if (drawn := page.evaluate("document.scrollingElement.scrollWidth")) > width:
            faults[f"{name} is wider than the screen"] = drawn
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            leave_picture(page, f"{name}-{scheme}-{width}")
            if found := page.evaluate(FAULTS, None if scheme == "light" else COLOURS):
                faults[f"{name}, {scheme}"] = found
    assert not faults, faults
