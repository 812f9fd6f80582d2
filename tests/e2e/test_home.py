"""A session made from a folder through the page, while everything around it is reloaded or killed."""

import os
import re
import signal
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect

from clusteer.data import scenes
from clusteer.studio.jobs import Job, Jobs
from tests.e2e.person import question_on
from tests.e2e.picturing import leave_picture
from tests.e2e.sessions import Sessions
from tests.e2e.watching import watched
from tests.studio.serving import serving
from tests.waiting import until


def encoding(home: Path) -> Job:
    """Wait until the only job has begun to count pictures, and stop its process there."""
    jobs = Jobs(home)
    (job,) = until(lambda: [job for job in jobs.all() if job.total])
    os.kill(job.pid, signal.SIGSTOP)
    return jobs.get(job.id)


def test_a_session_is_made_while_the_server_is_killed(browser: Browser, sessions: Sessions, tmp_path: Path) -> None:
    home, where = tmp_path / "home", ("--root", str(sessions.root))
    with serving(home, *where) as server, watched(browser, server.address) as windows:
        windows.excused.append("net::ERR_")
        page = windows.open()
        page.get_by_role("button", name="Start the first one").click()
        dialog = page.get_by_role("dialog", name="New session")
        dialog.get_by_role("button", name="Browse").click()
        dialog.get_by_role("button", name="Bilder").click()
        dialog.get_by_role("button", name="Schöne Ziffern").click()
        dialog.get_by_role("button", name="Take this folder").click()
        expect(dialog.get_by_role("textbox", name="Name of the session")).to_have_value("Schöne-Ziffern")
        dialog.get_by_role("textbox", name="Name of the session").fill("Große Ziffern")
        dialog.get_by_text("More").click()
        dialog.get_by_role("combobox", name="Encoder").select_option("pixels")
        dialog.get_by_role("button", name="Start", exact=True).click()
        job = encoding(home)
        assert job.state == "running"
        line = page.get_by_role("group", name="New session Große Ziffern")
        expect(line.get_by_role("status")).to_have_text(f"{job.what} …")
        expect(line.get_by_role("progressbar")).to_have_attribute("max", str(job.total))
        leave_picture(page, "encoding")
        page.reload()
        expect(line.get_by_role("status")).to_have_text(f"{job.what} …")
        server.kill()
        with serving(home, *where, "--port", server.port):
            page.reload()
            expect(line.get_by_role("status")).to_have_text(f"{job.what} …")
            os.kill(job.pid, signal.SIGCONT)
            card = page.get_by_role("link", name="Große Ziffern")
            expect(card).to_contain_text("107 pictures")
            expect(line).to_have_count(0)
            card.click()
            assert question_on(page).kind == "same"


def test_pictures_are_grouped_by_words(browser: Browser, sessions: Sessions, tmp_path: Path) -> None:
    pixels, _ = scenes.drawn(6, 40)
    for number, drawn in enumerate(pixels):
        (tmp_path / "scenes").mkdir(exist_ok=True)
        Image.fromarray(drawn).save(tmp_path / "scenes" / f"{number:02}.png")
    with serving(tmp_path / "home", "--root", str(tmp_path)) as server, watched(browser, server.address) as windows:
        page = windows.open("#/?new=1")
        dialog = page.get_by_role("dialog", name="New session")
        dialog.get_by_role("textbox", name="Folder").fill("scenes")
        expect(dialog.get_by_role("textbox", name=re.compile("^Words"))).to_have_count(0)
        dialog.get_by_role("textbox", name="Group by").fill("by color")
        dialog.get_by_role("textbox", name=re.compile("^Words")).fill("red, green, blue, pink")
        leave_picture(page, "words")
        dialog.get_by_role("button", name="Start", exact=True).click()
        card = page.get_by_role("link", name="scenes")
        expect(card).to_contain_text("96 pictures")
        card.click()
        page.get_by_role("link", name="Groups").click()
        for word in ("red", "green", "blue"):
            expect(page.get_by_text(word, exact=True).first).to_be_visible()
        leave_picture(page, "words-groups")


def test_encoding_is_cancelled(browser: Browser, sessions: Sessions, tmp_path: Path) -> None:
    with serving(tmp_path, "--root", str(sessions.root)) as server, watched(browser, server.address) as windows:
        page = windows.open("#/?new=1")
        dialog = page.get_by_role("dialog", name="New session")
        dialog.get_by_role("textbox", name="Folder").fill("Bilder")
        dialog.get_by_role("button", name="Start", exact=True).click()
        line = page.get_by_role("group", name="New session Bilder")
        line.get_by_role("button", name="Cancel").click()
        expect(line.get_by_role("status")).to_have_text("Cancelled.")
        line.get_by_role("button", name="Put away").click()
        expect(page.get_by_text("No session yet")).to_be_visible()
