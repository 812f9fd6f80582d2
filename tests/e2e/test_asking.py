"""Questions answered by keyboard and by touch, taken back, and found again in another tab."""

from playwright.sync_api import expect

from tests.e2e.person import answer, expect_question, expect_saved, key_for, question_on
from tests.e2e.picturing import leave_picture
from tests.e2e.touch import PHONE, swipe
from tests.e2e.watching import Windows
from tests.studio.serving import Server


def test_twenty_answers_by_keyboard_make_groups(
    windows: Windows, studio: Server, ink_of: dict[str, str], new: str
) -> None:
    page = windows.open(f"#/s/{new}/ask")
    answered = answer(page, ink_of, 20)
    expect_saved(page)
    assert len({question.id for question in answered}) == 20
    assert len(studio.client.get(f"/api/sessions/{new}/answers").json()) == 20
    expect(page.get_by_text("20 answers")).to_be_visible()

    page.keyboard.press("u")
    expect_question(page, answered[-1].id)
    expect(page.get_by_text("Taken back:")).to_be_visible()
    assert len(studio.client.get(f"/api/sessions/{new}/answers").json()) == 19
    page.reload()
    expect_question(page, answered[-1].id)
    page.keyboard.press(key_for(answered[-1], ink_of))
    expect_saved(page)

    page.get_by_role("link", name="Groups").click()
    inks = {ink_of[item] for question in answered for item in question.asked}
    groups = page.get_by_role("navigation", name="Groups").get_by_role("link").filter(has_not_text="All")
    expect(groups).to_have_count(len(inks))
    page.get_by_role("link", name="Changes").click()
    page.get_by_role("combobox", name="Since when").select_option("Since the start")
    expect(page.locator(".change").first).to_be_visible()
    leave_picture(page, "changed")


def test_space_skips_and_a_doubt_is_kept_as_one(windows: Windows, studio: Server, new: str) -> None:
    page = windows.open(f"#/s/{new}/ask")
    skipped = question_on(page)
    page.keyboard.press("Space")
    doubtful = question_on(page, skipped.id)
    page.keyboard.press("?")
    question_on(page, doubtful.id)
    expect_saved(page)
    session = studio.client.get(f"/api/sessions/{new}").json()
    assert (session["skipped"], session["unsure"]) == (1, 1)


def test_another_tab_follows_and_tells_nothing_twice(
    windows: Windows, studio: Server, ink_of: dict[str, str], new: str
) -> None:
    page = windows.open(f"#/s/{new}/groups?filter=human")
    expect(page.get_by_text("Nothing here")).to_be_visible()
    tab = windows.open_beside(page, f"#/s/{new}/ask")
    third = windows.open_beside(page, f"#/s/{new}/ask")
    first = question_on(tab)
    assert question_on(third) == first
    answered = answer(tab, ink_of, 4)
    expect_saved(tab)
    again = answer(third, ink_of, 3)
    expect_saved(third)
    ids = {question.id for question in (*answered, *again)}
    assert len(studio.client.get(f"/api/sessions/{new}/answers").json()) == len(ids)
    asked = {item for question in (*answered, *again) for item in question.asked}
    shown = {item for question in (*answered, *again) for option in question.options for item in option}
    expect(page.get_by_role("listbox", name="Items").get_by_role("option").first).to_have_attribute(
        "aria-setsize", str(len(asked))
    )
    assert shown <= asked


def test_a_pair_is_answered_by_swipes(windows: Windows, studio: Server, new: str) -> None:
    page = windows.open(f"#/s/{new}/ask", **PHONE)
    first = question_on(page)
    assert first.kind == "same"
    pair = page.locator(".pair")
    swipe(pair, 30)
    expect_question(page, first.id)
    swipe(pair, -150)
    second = question_on(page, first.id)
    expect_saved(page)
    swipe(pair, 150)
    question_on(page, second.id)
    expect(page.get_by_text("2 answers")).to_be_visible()
    right, left = studio.client.get(f"/api/sessions/{new}/answers").json()
    assert ("same" in left["words"], "same" in right["words"]) == (False, True), (left, right)
