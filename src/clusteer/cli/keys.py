"""One key at a time, from a terminal without waiting for Enter, or from whatever standard input is."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

END = ""
"""What is read where there is nothing more to read."""
_END_OF_TRANSMISSION = "\x04"
_ESCAPE = b"\x1b"


@contextmanager
def key_reader() -> Iterator[Callable[[], str]]:
    """Give a function that waits for the next key and returns it, END at the end of the input.

    Keys typed ahead are kept. Keys that are no character, such as arrows, come as one unprintable key.
    """
    if not sys.stdin.isatty():
        yield _next_character
    elif sys.platform == "win32":
        import msvcrt

        yield msvcrt.getwch
    else:
        import termios
        import tty

        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)
        tty.setcbreak(terminal, termios.TCSADRAIN)
        try:
            yield lambda: _terminal_key(terminal)
        finally:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _next_character() -> str:
    """Next character of piped input; line ends are there for reading only."""
    while (character := sys.stdin.read(1)) in ("\n", "\r"):
        pass
    return character


def _terminal_key(terminal: int) -> str:
    try:
        key = os.read(terminal, 1)
        if key == _ESCAPE:
            key += _rest_of_sequence(terminal)
    except OSError:  # the terminal has gone
        return END
    text = key.decode("utf-8", "replace")
    return END if text == _END_OF_TRANSMISSION else text


def _rest_of_sequence(terminal: int) -> bytes:
    """Read what an arrow or function key sends after Escape, whose letters and digits nobody typed."""
    import select

    if not select.select([terminal], [], [], 0.05)[0]:
        return b""  # the Escape key itself
    rest = os.read(terminal, 1)
    if rest == b"[":
        while not b"@" <= rest[-1:] <= b"~" or len(rest) == 1:
            rest += os.read(terminal, 1)
    elif rest == b"O":
        rest += os.read(terminal, 1)
    return rest
