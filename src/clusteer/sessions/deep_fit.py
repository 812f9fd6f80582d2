"""Deep fits: a round that holds a trained network, and a session as that network groups it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np
from filelock import FileLock, Timeout

from clusteer.core.errors import InvalidInputError, NotFoundError, UnavailableError
from clusteer.core.seeds import child_seed
from clusteer.sessions.artifacts import load_array, save_array
from clusteer.sessions.faults import plain_faults
from clusteer.sessions.placing import placed
from clusteer.sessions.registry import DEEP_METHODS, DeepMethod, Report, get_method
from clusteer.sessions.session import Session

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusteer.core.clustering import Clustering
    from clusteer.core.index import Index
    from clusteer.sessions.ledger import Ledger
    from clusteer.sessions.rows import RoundRow

_ENGINE = "engine."
"""Begins the names of the artifacts that an engine is restored from."""


def fit_deep(session: Session, method: str, progress: Callable[[Report], None] | None = None) -> Finished:
    """Train a deep method on everything said so far, write it as a round, and return the session under it.

    Where the method was trained in this session before, it goes on from there: no pretraining, and groups keep their
    numbers. What the session shows by itself does not change; questions still come from its instant engine.

    Parameters
    ----------
    session : Session
        Its links (with those they imply), triplets, marks, sizes, bounds, balance and rules are what is learned from,
        each answer as far as its instant engine believes it.
    method : str
        One of ``registry.DEEP_METHODS``.
    progress : callable, optional
        Called about once a second with an ``EpochReport``.

    Raises
    ------
    InvalidInputError
        If the method is not a deep one.
    UnavailableError
        If another process trains in this session now.
    DivergedError
        If training leaves the finite numbers; nothing is written then.
    """
    if method not in DEEP_METHODS:
        raise InvalidInputError(f"{method!r} is no deep method; there are {', '.join(DEEP_METHODS)}")
    with _alone(session):
        believed, ledger, index = session.reliability().weights, session.ledger, session.index
        before = _last(session, method)
        engine = _new(session, method) if before is None else _restored(session, before)
        engine.n_clusters = ledger.fixed_groups or session.row.n_clusters
        for report in engine.fit_iter(index, ledger.believed(believed)):
            if progress is not None:
                progress(report)
        clustering = placed(engine.clustering(0, len(ledger.lines)), ledger)
        arrays: dict[str, NDArray[np.generic]] = {"labels": clustering.labels, "proba": clustering.proba}
        state = engine.state(np.arange(len(index)))
        arrays |= {f"{_ENGINE}{name}": array for name, array in state.items()}
        artifacts = {name: save_array(array, session.store.artifacts) for name, array in arrays.items()}
        row = session.store.add_round(session.row.id, "fit", method, clustering.answers_upto, artifacts)
    return Finished(session, row)


@contextmanager
def _alone(session: Session) -> Iterator[None]:
    """Hold the lock of the session's fits; the system frees it when the process ends, however it ends."""
    place = session.store.artifacts / f"fit-{session.row.id}.lock"
    with plain_faults(place):
        lock = FileLock(place, timeout=0)
        try:
            lock.acquire()
        except Timeout as fault:
            raise UnavailableError(
                f"another process trains a method in session {session.name!r} now; wait until it is done"
            ) from fault
    try:
        yield
    finally:
        lock.release()


def finished(session: Session, method: str) -> Finished:
    """Return the session as the last fit of a deep method groups it.

    Raises
    ------
    NotFoundError
        If it was not fitted with that method.
    """
    row = _last(session, method) if method in DEEP_METHODS else None
    if row is None:
        raise NotFoundError(
            f"session {session.name!r} was not fitted with {method!r} yet; run: clusteer fit {session.name} --method "
            f"{method if method in DEEP_METHODS else '|'.join(DEEP_METHODS)}"
        )
    return Finished(session, row)


class Finished(Session):
    """A session as one of its deep fits groups it: with the answers that fit has seen, and no others.

    Items that were added since are grouped by the network like any new item.
    """

    def __init__(self, session: Session, fitted: RoundRow) -> None:
        self._fitted = fitted
        super().__init__(session.store, replace(session.row, method=fitted.method), session.index)

    def _begin(self, index: Index | None = None) -> None:
        super()._begin(index)
        self.engine = _restored(self, self._fitted)

    @property
    def ledger(self) -> Ledger:
        """What the fit has seen; names and colours as they are now."""
        return super().ledger.upto(self._fitted.answers_upto)

    def refit(self) -> Clustering:
        """Return the grouping of the fit: nothing brings it up to date but another one."""
        ledger = self.ledger  # Takes up what has changed in the collection.
        if self._clustering is None:
            found = self.engine.clustering(self._fitted.number, self._fitted.answers_upto)
            self._clustering = placed(found, ledger)
        return self._clustering


def last_fits(session: Session) -> list[RoundRow]:
    """Return the round of the last fit of each deep method, the newest first."""
    fits = {row.method: row for row in session.store.rounds(session.row.id) if f"{_ENGINE}settings" in row.artifacts}
    return sorted(fits.values(), key=lambda row: row.number, reverse=True)


def _last(session: Session, method: str) -> RoundRow | None:
    return next((row for row in last_fits(session) if row.method == method), None)


def _new(session: Session, method: str) -> DeepMethod:
    return cast(DeepMethod, get_method(method)(random_state=child_seed(session.row.seed, "method")))


def _restored(session: Session, row: RoundRow) -> DeepMethod:
    state: dict[str, NDArray[np.generic]] = {
        name.removeprefix(_ENGINE): load_array(file, session.store.artifacts)
        for name, file in row.artifacts.items()
        if name.startswith(_ENGINE)
    }
    return cast(DeepMethod, get_method(row.method).from_state(state, session.index))
