"""A studio that serves a folder of real pictures, and a real browser."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.sessions import Sessions
from tests.e2e.watching import SLOW, Windows, watched
from tests.studio.serving import Server, serving

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
        yield playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=SLOW)


@pytest.fixture(scope="session")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sessions]:
    """Return what makes sessions on one collection."""
    sessions = Sessions(tmp_path_factory.mktemp("e2e"))
    yield sessions
    sessions.store.close()


@pytest.fixture(scope="session")
def studio(sessions: Sessions) -> Iterator[Server]:
    """Return the studio on these sessions, in a process of its own, for all tests that leave it alive."""
    with serving(sessions.home, "--root", str(sessions.root)) as server:
        yield server


@pytest.fixture
def windows(browser: Browser, studio: Server) -> Iterator[Windows]:
    """Return what opens pages of the studio."""
    with watched(browser, studio.address) as windows:
        yield windows


@pytest.fixture
def new(sessions: Sessions) -> str:
    """Return the name of a session of its own that was told nothing."""
    return sessions.new()


@pytest.fixture
def told(sessions: Sessions) -> str:
    """Return the name of a session of its own that was told some inks."""
    return sessions.told()


@pytest.fixture
def ink_of(sessions: Sessions) -> dict[str, str]:
    """Return the ink of each picture, by its path."""
    return sessions.ink_of
