"""Killed servers and lost connections: the page says so, comes back to the same place, and nothing is lost."""

from playwright.sync_api import Browser, Route, expect

from tests.e2e.person import answer, expect_question, expect_saved, key_for, question_on
from tests.e2e.picturing import leave_picture
from tests.e2e.sessions import Sessions
from tests.e2e.watching import Windows, watched
from tests.studio.serving import Server, serving

LOST = "net::ERR_|WebSocket connection"


def test_a_killed_server_loses_nothing(browser: Browser, sessions: Sessions, new: str) -> None:
    ink_of = sessions.ink_of
    with serving(sessions.home) as studio, watched(browser, studio.address) as windows:
        windows.excused.append(LOST)
        page = windows.open(f"#/s/{new}/ask")
        answer(page, ink_of, 5)
        expect_saved(page)
        shown = question_on(page)
        studio.kill()
        page.keyboard.press(key_for(shown, ink_of))
        expect(page.get_by_role("alert").filter(has_text="1 answer kept here until it is back")).to_be_visible()

        with serving(sessions.home, "--port", studio.port) as again:
            page.get_by_role("button", name="Try now").click()
            expect_saved(page)
            expect(page.get_by_text("6 answers")).to_be_visible()
            assert len(again.client.get(f"/api/sessions/{new}/answers").json()) == 6
            # What was fetched before the server died may be settled by now: only a reload asks what is still open.
            page.reload()
            shown = question_on(page, shown.id)
            page.reload()
            expect_question(page, shown.id)

        expect(page.get_by_role("alert").filter(has_text="What you see is as it was last")).to_be_visible()
        with serving(sessions.home, "--port", studio.port) as again:
            expect(page.get_by_role("alert")).to_have_count(0)
            expect_question(page, shown.id)
            page.keyboard.press(key_for(shown, ink_of))
            question_on(page, shown.id)
            expect_saved(page)
            assert len(again.client.get(f"/api/sessions/{new}/answers").json()) == 7


def test_a_lost_connection_is_shown_and_loses_nothing(windows: Windows, studio: Server, new: str) -> None:
    windows.excused.append(LOST)
    page = windows.open(f"#/s/{new}/ask")
    first = question_on(page)
    assert first.kind == "same"
    page.context.set_offline(True)
    page.keyboard.press("d")
    expect(page.get_by_role("alert").filter(has_text="1 answer kept here until it is back")).to_be_visible()
    leave_picture(page, "lost")
    page.keyboard.press("u")
    expect_question(page, first.id)
    page.keyboard.press("s")
    expect(page.get_by_role("alert").filter(has_text="1 answer kept here until it is back")).to_be_visible()
    assert studio.client.get(f"/api/sessions/{new}/answers").json() == []
    page.context.set_offline(False)
    expect_saved(page)
    (line,) = studio.client.get(f"/api/sessions/{new}/answers").json()
    assert "same" in line["words"], line


def test_an_answer_whose_receipt_was_lost_is_told_once(windows: Windows, studio: Server, new: str) -> None:
    windows.excused.append(LOST)
    page = windows.open(f"#/s/{new}/ask")
    told: list[int] = []

    def lose_the_first(route: Route) -> None:
        told.append(route.fetch().status)
        if len(told) == 1:
            route.abort()
        else:
            route.continue_()

    page.route("**/answers", lose_the_first)
    first = question_on(page)
    page.keyboard.press("d")
    question_on(page, first.id)
    expect_saved(page)
    assert told == [200, 200]
    assert len(studio.client.get(f"/api/sessions/{new}/answers").json()) == 1
