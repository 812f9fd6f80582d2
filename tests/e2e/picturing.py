"""Pictures of pages, left in the folder that ``SCREENS`` in the environment names, to be looked at."""

import os
from pathlib import Path

from playwright.sync_api import Page

_FETCH = """() => Promise.all([...document.images].map(image => {
    image.loading = "eager";
    return image.decode().catch(() => null);
}))"""


def leave_picture(page: Page, name: str) -> None:
    """Leave a picture of a page, once its own pictures are there, if anybody wants one."""
    folder = os.environ.get("SCREENS")
    if folder is None:
        return
    page.evaluate(_FETCH)
    page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")
