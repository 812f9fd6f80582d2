"""Every page on a desk and on a telephone, in light and in dark: it fits, and axe finds no serious fault in it."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import N
from tests.e2e.picturing import leave_picture
from tests.e2e.touch import PHONE
from tests.e2e.watching import Windows

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
FAULTS = """() => axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`))"""
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}

PAGES = {
    "home": ("#/", ".card img"),
    "new": ("#/?new=1", "dialog"),
    "ask-same": ("#/s/Neu/ask", ".asked-same img"),
    "ask-member": ("#/s/Tinten/ask", ".asked-member .exemplars img"),
    "groups": ("#/s/Tinten/groups", ".thing img"),
    "group": ("#/s/Tinten/groups?group=0", ".thing img"),
    "map": ("#/s/Tinten/map", "canvas[data-drawn]"),
    "changes": ("#/s/Tinten/changes?since=start", ".changes h1"),
    "clashes": ("#/s/Tinten/clashes", ".clashes .empty"),
    "export": ("#/s/Tinten/export", ".export form"),
}
"""Where each page is, and what is there once it stands."""


@pytest.mark.skipif(not AXE.exists(), reason="axe is not installed; run: make page")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_fits_and_can_be_read(windows: Windows, device: dict[str, Any], scheme: str) -> None:
    page = windows.open("#/", **device, color_scheme=scheme, reduced_motion="reduce")
    width = device["viewport"]["width"]
    faults: dict[str, object] = {}
    for name, (place, stands) in PAGES.items():
        page.goto(f"{windows.home}/{place}")
        page.reload()
        page.locator(stands).first.wait_for()
        if name == "map":
            expect(page.locator(stands)).to_have_attribute("data-drawn", str(N))
        leave_picture(page, f"{name}-{scheme}-{width}")
        if (drawn := page.evaluate("document.scrollingElement.scrollWidth")) > width:
            faults[f"{name} is wider than the screen"] = drawn
        page.evaluate(AXE.read_text(encoding="utf-8"))
        if found := page.evaluate(FAULTS):
            faults[name] = found
    assert not faults, faults
