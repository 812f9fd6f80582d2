"""Groups named, merged and changed by hand: by key, by drag, and taken back."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.grouping import group_named, item_called, settled
from tests.e2e.watching import Windows
from tests.studio.serving import Server


@pytest.fixture
def page(windows: Windows, told: str) -> Page:
    """Return the page of the groups; two of them are named."""
    page = windows.open(f"#/s/{told}/groups")
    links = page.get_by_role("navigation", name="Groups").get_by_role("link")
    for place, name in ((1, "Rote Tinte"), (2, "Größe & Form")):
        links.nth(place).click()
        title = page.get_by_role("textbox", name="Name of the group")
        title.fill(name)
        title.press("Enter")
        expect(page.get_by_text(f"Now called {name}. Saved.")).to_be_visible()
        expect(links.filter(has_text=name)).to_be_visible()
    return page


def link(page: Page, name: str) -> Locator:
    """Return the link to a group."""
    return page.get_by_role("navigation", name="Groups").get_by_role("link").filter(has_text=name)


def tiles(page: Page) -> Locator:
    """Return the items of the gallery that are drawn and that nobody was asked about: a name stays with those."""
    items = page.get_by_role("listbox", name="Items").get_by_role("option")
    return items.filter(has_not=page.locator(".human"))


def surest(page: Page, group: str) -> tuple[Locator, str]:
    """Open a group and return its surest item, and what that is called."""
    link(page, group).click()
    tile = tiles(page).first
    tile.get_by_role("img").wait_for()
    id = tile.get_by_role("img").get_attribute("alt")
    assert id is not None
    return tile, id


def test_groups_are_merged_and_parted_again(page: Page, studio: Server, told: str) -> None:
    before = settled(studio, told)["groups"]
    rows = {group["name"]: group["exemplars"][0] for group in before if group["name"]}
    link(page, "Größe & Form").click()
    page.get_by_role("button", name="Merge …").click()
    picker = page.get_by_role("dialog", name="Merge Größe & Form into")
    picker.get_by_role("textbox").fill("rote")
    picker.get_by_role("textbox").press("Enter")
    expect(page.get_by_text("Größe & Form merged. Saved.")).to_be_visible()
    groups = settled(studio, told)["groups"]
    assert len(groups) == len(before) - 1
    held = [studio.client.get(f"/api/sessions/{told}/items/{row}").json()["group"] for row in rows.values()]
    assert held[0] == held[1]
    expect(link(page, "").filter(has_not_text="All")).to_have_count(len(groups))

    page.keyboard.press("u")
    expect(page.get_by_text("Taken back:")).to_be_visible()
    assert {group["name"] for group in settled(studio, told)["groups"]} >= set(rows)
    expect(link(page, "").filter(has_not_text="All")).to_have_count(len(before))


def test_an_item_is_moved_by_key(page: Page, studio: Server, told: str) -> None:
    tile, id = surest(page, "Rote Tinte")
    page.get_by_role("listbox", name="Items").focus()
    for _ in range(int(tile.get_attribute("aria-posinset") or 1) - 1):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.get_by_text("1 item selected")).to_be_visible()
    page.keyboard.press("m")
    picker = page.get_by_role("dialog", name="Move 1 item to")
    digit = picker.get_by_role("button").filter(has_text="Größe & Form").locator("kbd").inner_text()
    picker.get_by_role("textbox").press(digit)
    expect(page.get_by_text("1 item to Größe & Form. Saved.")).to_be_visible()
    moved = item_called(studio, told, id)
    assert moved["human"]
    assert moved["group"] == group_named(studio, told, "Größe & Form")["number"]

    page.keyboard.press("u")
    expect(page.get_by_text("Taken back:")).to_be_visible()
    assert item_called(studio, told, id)["group"] == group_named(studio, told, "Rote Tinte")["number"]


def test_items_are_moved_by_drag(page: Page, studio: Server, told: str) -> None:
    tile, id = surest(page, "Rote Tinte")
    tile.drag_to(link(page, "Größe & Form"))
    expect(page.get_by_text("1 item to Größe & Form. Saved.")).to_be_visible()
    assert item_called(studio, told, id)["group"] == group_named(studio, told, "Größe & Form")["number"]

    _, other = surest(page, "Rote Tinte")
    tiles(page).nth(1).click()
    tiles(page).first.click()
    expect(page.get_by_text("2 items selected")).to_be_visible()
    tiles(page).first.drag_to(page.get_by_text("Drop here for a new group"))
    expect(page.get_by_text("2 items to a new group. Saved.")).to_be_visible()
    fresh = item_called(studio, told, other)["group"]
    known = [group_named(studio, told, name)["number"] for name in ("Rote Tinte", "Größe & Form")]
    assert fresh not in known


def test_the_gallery_is_searched_and_an_item_explained(page: Page) -> None:
    link(page, "All").click()
    page.get_by_role("searchbox").fill("übungen (münchen)/Seite 00")
    expect(tiles(page).first).to_have_attribute("aria-setsize", re.compile("^[34]$"))
    expect(tiles(page).first).to_have_accessible_name(re.compile(r"^Übungen \(München\)/Seite 00\d\.png, confidence"))
    page.get_by_role("listbox", name="Items").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Übungen (München)/Seite 00")
    expect(dialog.get_by_text("confidence")).to_be_visible()
    expect(dialog.get_by_role("list", name="What speaks for it").get_by_role("img").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
