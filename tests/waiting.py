"""Waiting for what another thread or process is about to do."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
PAUSE = 0.02
LONGEST = 300.0


def until(look: Callable[[], Found]) -> Found:
    """Look again and again until there is something, and return it.

    With pauses: whoever looks all the time takes a core, and the interpreter's lock, from what is waited for.
    """
    end = time.monotonic() + LONGEST
    while not (found := look()):
        assert time.monotonic() < end, f"waited for {LONGEST:.0f} seconds, still {found!r}"
        time.sleep(PAUSE)
    return found
