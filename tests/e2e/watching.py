"""A browser whose windows are watched: what its pages complain about, and whom they speak to."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

SLOW = 120_000
"""Milliseconds until what a page should come to show is given up: a busy machine is no fault of the page."""

DRIVER = "GL Driver Message"
"""Begin of what the browser's own drawing by the processor has to say about its speed."""


@dataclass
class Windows:
    """The windows of one test.

    Attributes
    ----------
    home : str
        Where the studio is.
    excused : list of str
        Patterns of complaints that the test provokes.
    """

    browser: Browser
    home: str
    excused: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def open(self, place: str = "", **settings: Any) -> Page:
        """Open a page of the studio in a browser that knows nothing yet, as in a private window."""
        settings = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", **settings}
        context = self.browser.new_context(**settings)
        context.set_default_timeout(SLOW)
        context.on("console", self._hear)
        context.on("weberror", lambda fault: self.complaints.append(str(fault.error)))
        context.on("request", self._note)
        page = context.new_page()
        page.goto(f"{self.home}/{place}")
        return page

    def open_beside(self, page: Page, place: str) -> Page:
        """Open another tab of the same browser."""
        tab = page.context.new_page()
        tab.goto(f"{self.home}/{place}")
        return tab

    def unexcused(self) -> list[str]:
        """Return what pages complained about and no test provoked."""
        return [words for words in self.complaints if not any(re.search(known, words) for known in self.excused)]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and DRIVER not in message.text:
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _note(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and not request.url.startswith(self.home):
            self.strangers.append(request.url)


@contextmanager
def watched(browser: Browser, home: str) -> Iterator[Windows]:
    """Let a test open windows; at its end no page may have complained, or spoken to anyone but the studio."""
    windows = Windows(browser, home)
    try:
        yield windows
    finally:
        for context in browser.contexts:
            context.close()
    assert not windows.strangers, windows.strangers
    assert not windows.unexcused(), windows.unexcused()
