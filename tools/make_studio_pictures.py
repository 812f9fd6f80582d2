"""Photograph the pages of the studio for README and docs/studio.md: the bundled set, grouped by ink.

python tools/make_studio_pictures.py    # needs Chromium
"""

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from clusteer import Session, Store, build_index, encode, load

FOLDER = Path(__file__).parents[1] / "docs" / "images"
CRITERION = "ink"
ANSWERS = 24
FLAGS = ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--disable-background-networking"]

LOADED = "() => [...document.images].every((image) => image.complete && image.naturalWidth)"


def answered(home: Path) -> None:
    """Make a session that somebody has answered by ink; name and colour the groups by what they hold."""
    images = load("inks")
    encoder = "efficientnet-lite2+pixels"
    session = Session.create(
        CRITERION, images, build_index(encode(images, encoder), encoder), store=Store(home), seed=1
    )
    truth, names = images.truths[CRITERION], (
        ("black", "#7d7d88"), ("red", "#d93a40"), ("blue", "#2f6fe0"), ("green", "#1f9d57"), ("purple", "#9b4fc0"),
    )  # fmt: skip
    for _ in range(ANSWERS):
        (question,) = session.ask(annotator="ann")
        item = truth[question.items[0]]
        if question.kind == "same":
            choice = "same" if item == truth[question.items[1]] else "different"
        else:
            fitting = [place for place, option in enumerate(question.options, 1) if truth[option[0]] == item]
            choice = str(fitting[0]) if fitting else "none"
        session.tell(question.id, choice, "ann", seconds=6.4)
    named = {}
    for leader in session.constraints.leaders:
        named.setdefault(int(truth[leader]), leader)
    for code, leader in named.items():
        name, colour = names[code]
        session.declare("name", {"item": leader, "name": name}, "ann")
        session.declare("colour", {"item": leader, "colour": colour}, "ann")


def photograph(page: Page, address: str) -> None:
    """Save each page once what it shows is there."""
    page.goto(f"{address}/#/s/{CRITERION}/ask")
    page.wait_for_selector("[data-question] .option img")
    page.wait_for_function(LOADED)
    save(page, "studio-ask.png")
    page.goto(f"{address}/#/s/{CRITERION}/groups")
    page.wait_for_selector(".thing img")
    page.wait_for_function(LOADED)
    save(page, "studio-groups.png")
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/#/s/{CRITERION}/map")
    page.wait_for_selector("canvas[data-drawn]", timeout=300_000)
    page.wait_for_timeout(1_000)  # the last points fade in
    save(page, "studio-map.png")


def save(page: Page, name: str) -> None:
    """Store what the page shows, in 256 colours, which is a third of the bytes."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(256, kmeans=8, dither=Image.Dither.NONE).save(FOLDER / name, optimize=True)


def main() -> None:
    """Serve the session and photograph it."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder)
        answered(home)
        command = [sys.executable, "-c", "from clusteer.cli.main import run; run()", "studio", "--port", "0"]
        environment = {**os.environ, "CLUSTEER_HOME": folder}
        with subprocess.Popen(
            [*command, "--root", folder], stdout=subprocess.PIPE, text=True, env=environment
        ) as server:
            try:
                found = re.search(r"http://[\d.:]+", server.stdout.readline() if server.stdout else "")
                if found is None:
                    sys.exit("the studio did not start")
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
                photograph(browser.new_page(viewport={"width": 1200, "height": 750}), found[0])
                browser.close()
            finally:
                server.kill()


if __name__ == "__main__":
    main()
