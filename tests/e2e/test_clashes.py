"""Answers that contradict each other are shown with their pictures, block nothing, and are put right."""

from playwright.sync_api import Page, expect

from tests.e2e.person import expect_question, expect_saved, key_for, question_on
from tests.e2e.picturing import leave_picture
from tests.e2e.sessions import Sessions
from tests.e2e.watching import Windows
from tests.studio.serving import Server


def select(page: Page, id: str) -> None:
    """Search for an item and select it."""
    page.get_by_role("searchbox").fill(id)
    tile = page.get_by_role("listbox", name="Items").get_by_role("option", name=id)
    tile.click()
    expect(tile).to_have_attribute("aria-selected", "true")


def test_a_clash_is_shown_and_asked_again(windows: Windows, studio: Server, told: str) -> None:
    page = windows.open(f"#/s/{told}/ask")
    asked = question_on(page)
    assert asked.kind == "member"
    (item,), exemplar = asked.asked, asked.options[0][0]

    page.get_by_role("link", name="Groups").click()
    select(page, item)
    select(page, exemplar)
    page.keyboard.press("a")
    expect(page.get_by_text("Never together. Saved.")).to_be_visible()

    page.get_by_role("link", name="Ask").click()
    expect_question(page, asked.id)
    page.keyboard.press("1")
    expect_saved(page)
    badge = page.get_by_role("link", name="Clashes 1")
    badge.click()
    pictures = page.locator(".clash").get_by_role("img")
    expect(pictures.first).to_be_visible()
    assert {item, exemplar} <= {picture.get_attribute("alt") for picture in pictures.all()}
    assert len(studio.client.get(f"/api/sessions/{told}/clashes").json()) == 1
    leave_picture(page, "clash")

    page.locator(".clash").get_by_role("button", name="Ask again").first.click()
    expect_question(page, asked.id)
    page.keyboard.press("0")
    expect_saved(page)
    expect(badge).to_have_count(0)
    page.get_by_role("link", name="Clashes").click()
    expect(page.get_by_text("Everything you said fits together.")).to_be_visible()
    assert studio.client.get(f"/api/sessions/{told}/clashes").json() == []


def test_a_doubtful_answer_is_shown_and_asked_again(
    windows: Windows, studio: Server, sessions: Sessions, told: str, ink_of: dict[str, str]
) -> None:
    wrong = sessions.tell_wrongly(told)
    page = windows.open(f"#/s/{told}/clashes")
    expect(page.get_by_text("Everything you said fits together.")).to_be_visible()
    doubt = page.locator(".doubt").filter(has_text=f"{wrong.item} goes with")
    expect(doubt).to_contain_text("right with")
    assert doubt.get_by_role("img").first.get_attribute("alt") == wrong.item
    leave_picture(page, "doubt")

    doubt.get_by_role("button", name="Ask again").click()
    expect_question(page, wrong.question)
    page.keyboard.press(key_for(question_on(page), ink_of))
    expect_saved(page)
    page.get_by_role("link", name="Clashes").click()
    expect(doubt).to_have_count(0)
    left = studio.client.get(f"/api/sessions/{told}/doubts").json()
    assert wrong.item not in {one["items"][0]["id"] for one in left}
