"""What the server holds while it runs: where things are, the open sessions, the jobs, the thumbnails."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from clusteer.core.errors import ClusteerError, InvalidInputError
from clusteer.studio.jobs import Jobs
from clusteer.studio.live import Live, Open
from clusteer.studio.thumbnails import Thumbnails

if TYPE_CHECKING:
    from clusteer.sessions.store import Store
    from clusteer.studio.summaries import Summaries


class Studio:
    """Everything behind the pages.

    Parameters
    ----------
    home : Path
        Folder of all sessions; jobs and thumbnails are kept there too.
    root : Path
        What is read and written for people who name a path lies under this folder.
    """

    def __init__(self, home: Path, root: Path) -> None:
        self.home = home
        self.root = root.resolve()
        self.jobs = Jobs(home)
        self.thumbnails = Thumbnails(home / "thumbnails")
        self.open = Open(lambda: self.store)
        self._making = threading.Lock()

    @property
    def store(self) -> Store:
        """The store, opened when it is first needed: importing a database takes its time."""
        with self._making:
            return self._store

    @cached_property
    def _store(self) -> Store:
        from clusteer.sessions.store import Store

        return Store(self.home)

    @cached_property
    def summary(self) -> Summaries:
        """Says what a session is and how far."""
        from clusteer.studio.summaries import Summaries

        return Summaries(self.store)

    def warm_up(self, session: str | None = None) -> None:
        """Import and open what the first requests need, and the session where one is named."""
        with suppress(ClusteerError):  # Whoever asks for it is told why.
            self.summary.store.sessions()
            if session is not None:
                self.open(session)

    def under_root(self, path: str) -> Path:
        """Return where a path leads, links followed.

        Raises
        ------
        InvalidInputError
            If that is not under the root.
        """
        try:
            place = (self.root / Path(path)).resolve()
        except (OSError, RuntimeError, ValueError) as fault:
            raise InvalidInputError(
                f"{path!r} is no path ({fault}); choose a folder or file under {self.root}"
            ) from fault
        if not place.is_relative_to(self.root):
            raise InvalidInputError(
                f"{path} is not under {self.root}; choose a place there, or start with: clusteer studio --root DIR"
            )
        return place

    def close(self) -> None:
        """Let go of sessions and store."""
        self.open.close()
        if "_store" in self.__dict__:
            self._store.close()


def studio_of(connection: HTTPConnection) -> Studio:
    """Return the studio a request or websocket is for."""
    studio = connection.app.state.studio
    if not isinstance(studio, Studio):
        raise TypeError("the app was not made by create_app")
    return studio


Here = Annotated[Studio, Depends(studio_of)]
"""The studio a request is for."""


def live_of(name: str, studio: Here) -> Live:
    """Return the session a path names, opened."""
    return studio.open(name)


Opened = Annotated[Live, Depends(live_of)]
"""The session a path names, opened."""
