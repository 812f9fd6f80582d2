"""Cases of kind latency: the studio's page in a real browser, as a person at the keyboard meets it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clusteer.bench.spec import Case
from clusteer.core.errors import UnavailableError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SESSION = "pages"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# The map is drawn by the processor where there is no graphics card; nothing asks the network.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 600_000
"""Milliseconds until a page that does not come is given up."""
STARTS = 3
"""How often the server is started to time its first page."""
WATCHED = 10
"""Answers whose way to Groups and Map is timed."""

# A question is painted when it is on the page, its pictures are decoded, and the frame that shows it has been drawn.
_WATCH_KEYS = """
window.painted = [];
window.addEventListener("keydown", (event) => {
  const before = document.querySelector("[data-question]")?.dataset.question;
  const pressed = event.timeStamp;
  const look = () => {
    const asked = document.querySelector("[data-question]");
    const pictures = asked ? [...asked.querySelectorAll("img")] : [];
    if (!asked || asked.dataset.question === before || !pictures.every((one) => one.complete && one.naturalWidth))
      requestAnimationFrame(look);
    else requestAnimationFrame(() => setTimeout(() => window.painted.push(performance.now() - pressed)));
  };
  requestAnimationFrame(look);
}, true);
"""
_ASKED = """
() => {
  const asked = document.querySelector("[data-question]");
  const row = (image) => Number(image.src.match(/pictures\\/(\\d+)/)[1]);
  return {
    kind: asked.dataset.kind,
    items: [...asked.querySelectorAll("figure img")].map(row),
    options: [...asked.querySelectorAll(".option")].map((option) => row(option.querySelector("img"))),
    last: !asked.textContent.includes("see more"),
  };
}
"""
# Milliseconds since the epoch at which the wanted thing was on the page and nothing was still being brought up to date.
_WATCH_SIGHT = """
(wanted) => new Promise((seen) => {
  const look = () => {
    const busy = document.querySelector("header small[role=status]")?.textContent.trim();
    if (!busy && document.querySelector(wanted))
      requestAnimationFrame(() => setTimeout(() => seen(performance.timeOrigin + performance.now())));
    else requestAnimationFrame(look);
  };
  look();
})
"""
# When the first words of the page were painted.
_PAINTED = """
() => performance.timeOrigin + performance.getEntriesByName("first-contentful-paint")[0].startTime
"""
_WATCH_DRAWING = """
window.drawn = [];
new MutationObserver((changes) => {
  if (changes.some((change) => change.attributeName === "data-drawn"))
    window.drawn.push(performance.timeOrigin + performance.now());
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-drawn"] });
"""


def measure(case: Case) -> dict[str, object]:
    """Serve a session of so many pictures and time its page.

    Returns
    -------
    dict
        Milliseconds: ``first_page`` and ``sessions_listed`` (medians of three starts, from the command to a page that
        is painted, and to the list of sessions in it), ``first_question`` (from the command too), ``key_median``,
        ``key_p95`` and ``key_max`` (from a key press to the next question painted), ``groups_max`` and ``map_max``
        (from a key press to the answer seen there, over ten answers), and how many ``answers`` were given.

    Raises
    ------
    UnavailableError
        If the browser, Playwright or the pictures are missing.
    """
    pixels, truth = _pictures(str(case["sets"]), int(str(case["items"])), int(str(case["seed"])))
    with TemporaryDirectory() as folder, _browser() as browser:
        root = Path(folder)
        np.savez(root / "pictures.npz", x=pixels)
        _run(root, "new", SESSION, "--images", str(root / "pictures.npz"), "--encoder", "pixels")
        painted, listed = np.median([_first_page(root, browser) for _ in range(STARTS)], axis=0).tolist()
        started = time.perf_counter()
        with _serving(root) as address:
            page = _page(browser, f"{address}/#/s/{SESSION}/ask", _WATCH_KEYS)
            page.wait_for_selector("[data-question] img")
            question = 1000 * (time.perf_counter() - started)
            keys = _answer(page, truth, int(str(case["answers"])), float(str(case["pause"])))
            seen = [_see(browser, page, address, truth) for _ in range(WATCHED)]
    return {
        "first_page": painted,
        "sessions_listed": listed,
        "first_question": question,
        "key_median": float(np.median(keys)),
        "key_p95": float(np.quantile(keys, 0.95)),
        "key_max": max(keys),
        "groups_max": max(groups for groups, _ in seen),
        "map_max": max(drawn for _, drawn in seen),
        "answers": len(keys),
    }


def _pictures(sets: str, n: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return n pictures drawn from the named sets, and what each shows."""
    from clusteer.data import load

    pixels: list[NDArray[np.uint8]] = []
    truth: list[NDArray[np.int64]] = []
    for name in sets.split("+"):
        try:
            images = load(name)
        except UnavailableError as fault:
            raise UnavailableError(f"needs {name}.npz in the data folder, or a network to fetch it from") from fault
        assert images.pictures is not None
        pixels.append(np.stack([np.asarray(images.pictures.image(row).convert("L")) for row in range(len(images))]))
        truth.append(np.asarray(next(iter(images.truths.values())), np.int64) + 100 * len(truth))
    together, classes = np.concatenate(pixels), np.concatenate(truth)
    rows = np.random.default_rng(seed).permutation(len(together))[:n]
    return together[rows], classes[rows]


@contextmanager
def _browser() -> Iterator[Browser]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as fault:
        raise UnavailableError("needs playwright: pip install 'clusteer[bench]'") from fault
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        raise UnavailableError("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from clusteer.cli.main import run; run()", *arguments]


def _run(root: Path, *arguments: str) -> None:
    subprocess.run(_command(*arguments), env=_environment(root), check=True, capture_output=True)


def _environment(root: Path) -> dict[str, str]:
    return {**os.environ, "CLUSTEER_HOME": str(root / "home")}


@contextmanager
def _serving(root: Path) -> Iterator[str]:
    """Start a studio and yield its address."""
    command = _command("studio", SESSION, "--port", "0", "--root", str(root))
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=_environment(root)
    ) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            found = re.search(r"http://[\d.:]+", said)
            if found is None:
                raise UnavailableError(f"needs a studio that starts; it said {said!r}")
            yield found[0]
        finally:
            process.kill()


def _page(browser: Browser, address: str, script: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(PATIENCE)
    page.add_init_script(script)
    page.goto(address)
    return page


def _first_page(root: Path, browser: Browser) -> tuple[float, float]:
    """Return the milliseconds from the command to a painted page, and to the list of sessions in it."""
    started = time.time()
    with _serving(root) as address:
        page = _page(browser, address, "")
        page.wait_for_selector(".card")
        listed = time.time() - started
        painted: float = page.evaluate(_PAINTED)
        page.close()
    return painted - 1000 * started, 1000 * listed


def _answer(page: Page, truth: NDArray[np.int64], answers: int, pause: float) -> list[float]:
    """Answer questions by what the pictures show, at a person's quickest pace; return the times of the keys (ms)."""
    for given in range(answers):
        time.sleep(pause)
        _press(page, truth)
        page.wait_for_function("given => window.painted.length > given", arg=given)
    times: list[float] = page.evaluate("window.painted")
    return times


def _press(page: Page, truth: NDArray[np.int64]) -> int:
    """Give the right answer to the question on screen and return the row asked about."""
    asked: dict[str, Any] = page.evaluate(_ASKED)
    row = int(asked["items"][0])
    if asked["kind"] == "same":
        page.keyboard.press("s" if len(set(truth[asked["items"]].tolist())) == 1 else "d")
        return row
    while True:
        fitting = [place for place, option in enumerate(asked["options"]) if truth[option] == truth[row]]
        if fitting or asked["last"]:
            break
        page.click("[aria-keyshortcuts=m]")
        asked = page.evaluate(_ASKED)
    page.keyboard.press(str(fitting[0] + 1) if fitting else "0")
    return row


def _see(browser: Browser, page: Page, address: str, truth: NDArray[np.int64]) -> tuple[float, float]:
    """Return the milliseconds from a key press to the answer seen in Groups, and in Map, by others who look there."""
    before = page.evaluate("window.painted.length")
    row = int(page.evaluate(_ASKED)["items"][0])
    name = page.locator("figure img").first.get_attribute("title")
    groups = _page(browser, f"{address}/#/s/{SESSION}/groups?search={name}", "")
    groups.wait_for_selector(".thing img")
    drawing = _page(browser, f"{address}/#/s/{SESSION}/map", _WATCH_DRAWING)
    drawing.wait_for_selector("canvas[data-drawn]")
    pressed = page.evaluate("performance.timeOrigin + performance.now()")
    assert _press(page, truth) == row
    seen = groups.evaluate(_WATCH_SIGHT, f'.thing[aria-label^="{name},"] .human')
    drawing.evaluate(_WATCH_SIGHT, "canvas[data-drawn]")
    drawing.wait_for_timeout(1000)  # The drawing that follows the last news.
    drawn = max(drawing.evaluate("window.drawn"))
    page.wait_for_function("given => window.painted.length > given", arg=before)
    groups.close()
    drawing.close()
    return seen - pressed, drawn - pressed
