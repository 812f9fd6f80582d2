"""The page says how good the groups are, once somebody asked about items drawn at random."""

from playwright.sync_api import expect

from tests.e2e.person import answer, expect_saved
from tests.e2e.picturing import leave_picture
from tests.e2e.watching import Windows
from tests.studio.serving import Server


def test_twenty_at_random_tell_how_good_the_groups_are(
    windows: Windows, studio: Server, told: str, ink_of: dict[str, str]
) -> None:
    page = windows.open(f"#/s/{told}/ask")
    gauge = page.locator("details.sureness")
    gauge.get_by_text("How good are the groups?").click()
    gauge.get_by_role("button", name="Ask twenty at random").click()
    expect(gauge.get_by_text("of yours come next")).to_be_visible()
    gauge.locator("summary").click()
    opened = studio.client.get(f"/api/sessions/{told}").json()["open"]
    assert opened >= 20
    # Closing the panel leaves the focus there; the keys are for the question.
    page.locator("article h1").click()
    answer(page, ink_of, opened)
    expect_saved(page)
    expect(gauge.locator("summary")).to_contain_text("in the right group")
    whole = studio.client.get(f"/api/sessions/{told}/sureness").json()["whole"]
    assert 0.3 < whole["low"] < whole["value"] < whole["high"] <= 1
    expect(gauge.locator("summary")).to_contain_text(f"{100 * whole['low']:.0f} to {100 * whole['high']:.0f}\u00a0%")
    gauge.locator("summary").click()
    expect(gauge.get_by_text("drawn at random tell")).to_be_visible()
    leave_picture(page, "sureness")
