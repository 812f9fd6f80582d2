"""One session as the studio holds it open: what it shows is the last finished grouping, made in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from clusteer.core.errors import ClusteerError, UnavailableError
from clusteer.core.questions import AUDIT

if TYPE_CHECKING:
    from clusteer.core.clustering import Clustering
    from clusteer.sessions.audit import Sureness
    from clusteer.sessions.ledger import Ledger
    from clusteer.sessions.session import Session
    from clusteer.sessions.store import Store

T = TypeVar("T")

LOOK = 1.0
"""Seconds between two looks for what other processes have written."""
COURTESY = 0.05
"""Seconds a refit waits after an answer: the next question is asked for at once, and both want the interpreter."""
PATIENCE = 120.0
"""Seconds a request waits for the first grouping."""
KEPT = 200
"""Groupings of the past that are kept to say what has changed since."""


@dataclass(frozen=True)
class Past:
    """An earlier grouping: the ledger lines it had seen, and the group of each item (n,)."""

    upto: int
    labels: NDArray[np.int32]


@dataclass(frozen=True)
class Pulse:
    """What is known to have happened; another one means that something shown may have changed.

    Attributes
    ----------
    version : str
        Differs whenever anything does.
    ledger : int
        Lines of the ledger.
    round_answers : int
        Ledger lines that the grouping shown has seen.
    """

    version: str
    ledger: int
    round_answers: int


class Live:
    """An open session. Requests share one ``Session`` behind a lock; the thread refits another over the same index.

    Parameters
    ----------
    name : str
        Of the session.
    store : Store
        Where it is kept.

    Attributes
    ----------
    past : deque of Past
        The groupings so far, the one shown last.
    trouble : str
        Why the last attempt to bring the grouping up to date failed; empty where it did not.
    pulse : Pulse
        What is known to have happened.
    fault : ClusteerError or None
        Why it could not be opened.
    """

    def __init__(self, name: str, store: Store) -> None:
        self.name = name
        self.past: deque[Past] = deque(maxlen=KEPT)
        self.trouble = ""
        self.pulse = Pulse("", 0, 0)
        self._store = store
        self._lock = threading.RLock()
        self._refitting, self._auditing = threading.Lock(), threading.Lock()
        self._turn = threading.Condition()
        self._stirred = threading.Event()
        self._closed = False
        self.fault: ClusteerError | None = None
        self._session: Session | None = None
        self._engine: Session | None = None
        self._newest: Clustering | None = None
        self._known = (0, 0, 0, 0)
        self._audited: tuple[tuple[str, ...], tuple[int, ...]] = ((), ())
        self._sureness: Sureness | None = None
        self._published = 0
        self._listeners: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        threading.Thread(target=self._run, name=f"studio {name}", daemon=True).start()

    def close(self) -> None:
        """Let the thread end."""
        self._closed = True
        self._stirred.set()

    # For requests

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Hold the session, alone; what the block writes is taken up by the thread afterwards.

        Raises
        ------
        ClusteerError
            If it could not be opened, or that takes too long.
        """
        session = self._await(lambda: self._session, "still being opened")
        with self._lock:
            yield session
            self._note(session.ledger)

    def clustering(self, n_items: int) -> Clustering:
        """Return the last finished grouping of that many items; the first one is waited for.

        Raises
        ------
        ClusteerError
            If there will be none, or it takes too long.
        """

        def found() -> Clustering | None:
            newest = self._newest
            return newest if newest is not None and len(newest.labels) == n_items else None

        return self._await(found, "being grouped for the first time")

    @property
    def newest(self) -> Clustering | None:
        """The last finished grouping; None while the first is being made."""
        return self._newest

    def explain(self, item: int) -> list[tuple[int, float]]:
        """Return the answered items that decide an item's group; waits while a grouping is being made."""
        engine = self._await(lambda: self._engine if self._newest else None, "being grouped for the first time")
        with self._refitting:
            return engine.engine.explain(item) if item < len(engine.index) else []

    def sureness(self) -> Sureness | None:
        """Return how good the groups are, as answers about items drawn at random tell; None where there are none.

        It is found anew when such an answer comes or goes, or a group does, which may give others another number: up
        to 21 fits, in a session of their own, so that nobody waits for it who does not ask.
        """
        from clusteer.sessions.audit import known_sureness
        from clusteer.sessions.session import Session

        opened = self._await(lambda: self._session, "still being opened")
        with self._auditing:
            own = Session(self._store, opened.row, opened.index)
            ledger = own.ledger
            audited = tuple(answer.id for answer in ledger.answers if answer.question.purpose == AUDIT)
            if (seen := (audited, ledger.constraints.leaders)) != self._audited:
                self._sureness = known_sureness(own) if audited else None
                self._audited = seen
            return self._sureness

    # News

    def listen(self, event: asyncio.Event) -> None:
        """Set an event of the running loop at each new pulse, until ``leave``."""
        self._listeners[event] = asyncio.get_running_loop()

    def leave(self, event: asyncio.Event) -> None:
        """End ``listen``."""
        self._listeners.pop(event, None)

    def _note(self, ledger: Ledger) -> None:
        """Take notice of what is in the ledger."""
        found = (len(ledger.lines), len(ledger.declarations), ledger.n_items, len(ledger.gone))
        with self._turn:
            # Two sessions look, and nothing is ever removed: the one that saw less looked earlier.
            if found == self._known or found[:3] < self._known[:3]:
                return
            self._known = found
            self._beat()
        self._stirred.set()

    def _publish(self, clustering: Clustering) -> None:
        with self._turn:
            self._newest = clustering
            self._published += 1
            self.past.append(Past(clustering.answers_upto, clustering.labels.astype(np.int32)))
            self._beat()

    def _beat(self) -> None:
        version = ".".join(map(str, (self._published, *self._known)))
        self.pulse = Pulse(version, self._known[0], 0 if self._newest is None else self._newest.answers_upto)
        self._turn.notify_all()
        for event, loop in list(self._listeners.items()):
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

    def _await(self, found: Callable[[], T | None], what: str) -> T:
        until = monotonic() + PATIENCE
        with self._turn:
            while (thing := found()) is None:
                if self.fault is not None:
                    raise self.fault
                if monotonic() > until or self._closed:
                    raise UnavailableError(f"session {self.name!r} is {what}; try again in a moment")
                self._turn.wait(LOOK)
        return thing

    # The thread

    def _run(self) -> None:
        try:
            self._open()
        except Exception as fault:  # Whatever it is, whoever waits must hear of it; asked again, it is tried again.
            with self._turn:
                self.fault = fault if isinstance(fault, ClusteerError) else UnavailableError(self._ours(fault))
                self._turn.notify_all()
            return
        while not self._closed:
            self._refit()
            if self._stirred.wait(LOOK):
                sleep(COURTESY)
            self._stirred.clear()

    def _open(self) -> None:
        from clusteer.sessions.session import Session

        row = self._store.session(self.name)
        session = Session(self._store, row)
        self._engine = Session(self._store, row, session.index)
        with self._turn:
            self._session = session
            self._turn.notify_all()

    def _refit(self) -> None:
        """Bring the grouping up to date if anything is new, and show it."""
        engine = self._engine
        if engine is None:
            return
        try:
            self._note(engine.ledger)
            self._stirred.clear()
            with self._refitting:
                clustering = engine.refit()
        except ClusteerError as fault:
            self.trouble = str(fault)
            return
        except Exception as fault:  # The thread must go on: the next answer may be the one that helps.
            self.trouble = self._ours(fault)
            return
        self.trouble = ""
        if clustering is not self._newest:
            self._publish(clustering)

    def _ours(self, fault: Exception) -> str:
        """Log a fault that is an error of ours, and return a sentence about it."""
        logging.getLogger(__name__).error("session %r", self.name, exc_info=fault)
        return f"session {self.name!r} met an error of ours: {type(fault).__name__}: {fault}"


class Open:
    """The sessions that are open, each opened when it is first asked for.

    Parameters
    ----------
    store : callable
        Returns the store; called when it is first needed, because importing a database takes its time.
    """

    def __init__(self, store: Callable[[], Store]) -> None:
        self._store = store
        self._lives: dict[str, Live] = {}
        self._lock = threading.Lock()

    def __call__(self, name: str) -> Live:
        """Return a session, opened.

        Raises
        ------
        NotFoundError
            If there is none of that name.
        """
        with self._lock:
            live = self._lives.get(name)
            if live is None or live.fault is not None:
                store = self._store()
                store.session(name)
                live = self._lives[name] = Live(name, store)
        return live

    def close(self) -> None:
        """Let every thread end."""
        for live in self._lives.values():
            live.close()
