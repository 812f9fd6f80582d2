"""A studio that serves a folder of real pictures, and a real browser."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from clusteer.data.images import ImageSet
from clusteer.encoders.features import encode
from clusteer.neighbors import build_index
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.e2e.collection import draw_collection
from tests.e2e.watching import SLOW, Windows, watched
from tests.studio.serving import Server, serving

N = 160
"""Pictures of the collection."""
TOLD = 25
"""Answers that the session ``Tinten`` has."""
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
"""Drawn by the processor, and deaf to whatever is not on this machine."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a browser; nobody sees it."""
    expect.set_options(timeout=SLOW)
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        yield playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=3 * SLOW)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with pictures, a new session ``Neu`` on them, and ``Tinten``, which was told 25 inks."""
    place = tmp_path_factory.mktemp("e2e")
    ink_of = draw_collection(place / "root" / "Bilder", N)
    (place / "inks.json").write_text(json.dumps(ink_of), encoding="utf-8")
    images = ImageSet.from_folder(place / "root" / "Bilder")
    index = build_index(encode(images, "pixels", place / "cache"), "pixels")
    store = Store(place / "home")
    Session.create("Neu", images, index, store=store, budget=60)
    told = Session.create("Tinten", images, index, store=store)
    inks = [ink_of[item.path] for item in told.items]
    for _ in range(TOLD):
        (question,) = told.ask(1)
        asked = [inks[row] for row in question.items]
        if question.kind == "same":
            choice = "same" if asked[0] == asked[1] else "different"
        else:
            offered = [inks[option[0]] for option in question.options]
            choice = str(offered.index(asked[0]) + 1) if asked[0] in offered else "none"
        told.tell(question.id, choice, "ann", 3.5)
    store.close()
    return place


@pytest.fixture
def place(template: Path, tmp_path: Path) -> Path:
    """Return a copy of it: ``home`` holds the sessions, ``root`` the pictures, which no test changes."""
    shutil.copytree(template / "home", tmp_path / "home")
    (tmp_path / "root").symlink_to(template / "root")
    return tmp_path


@pytest.fixture
def ink_of(template: Path) -> dict[str, str]:
    """Return the ink of each picture, by its path."""
    inks: dict[str, str] = json.loads((template / "inks.json").read_text(encoding="utf-8"))
    return inks


@pytest.fixture
def studio(place: Path) -> Iterator[Server]:
    """Return the studio on these sessions, in a process of its own."""
    with serving(place / "home", "--root", str(place / "root")) as server:
        yield server


@pytest.fixture
def windows(browser: Browser, studio: Server) -> Iterator[Windows]:
    """Return what opens pages of the studio."""
    with watched(browser, studio.address) as windows:
        yield windows
