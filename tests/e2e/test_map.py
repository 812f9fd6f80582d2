"""The map: what the mouse is over is shown, and what a lasso holds is asked about."""

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from tests.e2e.picturing import leave_picture
from tests.e2e.sessions import N
from tests.e2e.watching import Windows
from tests.studio.serving import Server


@pytest.fixture
def page(windows: Windows, told: str) -> Page:
    """Return the page of the map, drawn."""
    page = windows.open(f"#/s/{told}/map")
    expect(page.locator("canvas[data-drawn]")).to_have_attribute("data-drawn", str(N))
    return page


def places(page: Page, studio: Server, told: str) -> NDArray[np.float64]:
    """Return where each item is on screen (n, 2), in pixels of the window."""
    sent = studio.client.get(f"/api/sessions/{told}/map/points").content
    points = np.frombuffer(sent, "<f4", 2 * N).reshape(N, 2).astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    reach = 1.04 * (high - low).max() / 2
    box = page.locator("canvas").bounding_box()
    assert box is not None
    middle = np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
    where: NDArray[np.float64] = middle + (points - (low + high) / 2) / reach * (box["height"] / 2) * np.array([1, -1])
    return where


def test_the_mouse_shows_the_picture_it_is_over(page: Page, studio: Server, told: str) -> None:
    where = places(page, studio, told)
    apart = np.linalg.norm(where[:, None] - where[None], axis=2)
    row = int((apart + np.diag(np.full(N, np.inf))).min(axis=1).argmax())
    page.mouse.move(*where[row] + 40)
    page.mouse.move(*where[row])
    card = page.locator(".hover-card")
    picture = card.get_by_role("img")
    expect(picture).to_have_attribute("alt", studio.client.get(f"/api/sessions/{told}/items/{row}").json()["id"])
    leave_picture(page, "map-hover")
    assert picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 56


def test_a_lasso_opens_a_page_question(page: Page, studio: Server, told: str) -> None:
    where = places(page, studio, told)
    columns = np.sort(where[:, 0])
    inside = 40 + int(np.diff(columns[40:120]).argmax()) + 1
    (left, top), (right, bottom) = (
        where.min(axis=0) - 8,
        (columns[inside - 1 : inside + 1].mean(), where[:, 1].max() + 8),
    )
    page.get_by_role("button", name="Lasso").click()
    page.mouse.move(left, top)
    page.mouse.down()
    for corner in ((right, top), (right, bottom), (left, bottom), (left, top)):
        page.mouse.move(*corner, steps=8)
    page.mouse.up()
    dialog = page.get_by_role("dialog", name=f"{inside} items chosen on the map")
    expect(dialog.locator(".sheet-items").get_by_role("img").first).to_be_visible()
    page.keyboard.press("a")
    leave_picture(page, "map-lasso")
    expect(dialog.get_by_role("button", name="does not belong")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("25 to ")).to_be_visible()
    newest = studio.client.get(f"/api/sessions/{told}/answers", params={"limit": 1}).json()
    assert [line["kind"] for line in newest] == ["page"]
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
