"""Jobs: long work in a process of its own, one process per job. What is known of a job is on disk.

``NAME.json`` is written by its worker alone once that runs, ``NAME.lock`` is locked by the worker as long as it lives,
``NAME.cancelled`` says that somebody wanted it to end. So a job whose lock is free has ended, whatever killed it, and a
server that starts anew finds those that still run.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from clusteer.core.errors import ClusteerError, NotFoundError
from clusteer.core.files import write_whole

STARTING = timedelta(seconds=30)
"""How long a worker may take to lock its job."""
MERCY = 5.0
"""Seconds a worker that is to end has to clean up."""
SHOWN = 50
"""Jobs that are kept once they have ended."""


@dataclass(frozen=True)
class Job:
    """A job as it stands.

    Attributes
    ----------
    id : str
        Its name.
    kind : {"create", "export", "fit", "map"}
        What it does.
    session : str
        Of which session.
    started : str
        When, in UTC.
    request : dict
        What exactly, as the worker reads it.
    state : {"running", "done", "failed", "cancelled", "died"}
        The file never says the last two.
    what : str
        What it is at, in words.
    done, total : int
        How far that is; a total of 0 says that nobody knows.
    seconds_left : float or None
        How long that will still take.
    error : str or None
        Why it failed.
    result : dict or None
        What it made.
    pid : int
        Of the worker; 0 until that runs.
    """

    id: str
    kind: str
    session: str
    started: str
    request: Mapping[str, object] = field(default_factory=dict)
    state: str = "running"
    what: str = "starting"
    done: int = 0
    total: int = 0
    seconds_left: float | None = None
    error: str | None = None
    result: Mapping[str, object] | None = None
    pid: int = 0


def read_job(path: Path) -> Job:
    """Return what a job's file says."""
    return Job(**json.loads(path.read_text(encoding="utf-8")))


def write_job(path: Path, job: Job) -> None:
    """Write a job's file, whole."""
    write_whole(path, lambda file: file.write(json.dumps(asdict(job)).encode()))


class BusyError(ClusteerError):
    """Raised when something is being done, or made, already."""


class Jobs:
    """The jobs of a home folder.

    Parameters
    ----------
    home : Path
        The folder of all sessions.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "jobs"
        self._lock = threading.Lock()
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, kind: str, session: str, request: Mapping[str, object], id: str = "") -> Job:
        """Start a job and return it.

        Raises
        ------
        BusyError
            If the same is being done already.
        """
        with self._lock:
            for other in self._all():
                if (other.kind, other.session, other.state) == (kind, session, "running"):
                    raise BusyError(f"{session!r} has a job of this kind running ({other.what}); wait or cancel it")
            started = datetime.now(UTC).isoformat()
            job = Job(id or f"{kind}-{uuid4().hex[:12]}", kind, session, started, request)
            path = self.folder / f"{job.id}.json"
            self._forget(job.id)
            write_job(path, job)
            with path.with_suffix(".log").open("wb") as log:
                # Of a session of its own, so that what ends the server does not end it.
                self._children[job.id] = subprocess.Popen(
                    [sys.executable, "-m", "clusteer.studio.worker", str(path)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    env={**os.environ, "CLUSTEER_HOME": str(self.home), "OMP_WAIT_POLICY": "passive"},
                )
            self._prune()
        return job

    def all(self) -> list[Job]:
        """Return every job as it stands, the newest first."""
        with self._lock:
            return self._all()

    def get(self, id: str) -> Job:
        """Return a job as it stands.

        Raises
        ------
        NotFoundError
            If there is none of that name.
        """
        with self._lock:
            return self._get(id)

    def end(self, id: str) -> Job:
        """Cancel a job that runs, forget one that has ended; return it as it then is.

        Raises
        ------
        NotFoundError
            If there is none of that name.
        """
        with self._lock:
            job = self._get(id)
            if job.state != "running":
                self._forget(id)
                return job
            (self.folder / f"{id}.cancelled").touch()
            self._kill(job)
            return self._get(id)

    def _all(self) -> list[Job]:
        found = []
        for path in self.folder.glob("*.json"):
            with suppress(NotFoundError):
                found.append(self._get(path.stem))
        return sorted(found, key=lambda job: job.started, reverse=True)

    def _get(self, id: str) -> Job:
        path = self.folder / f"{id}.json"
        if Path(id).name != id or not path.is_file():
            raise NotFoundError(f"there is no job {id!r}; those there are: /api/jobs")
        job = read_job(path)
        if job.state != "running" or self._alive(job):
            return job
        job = read_job(path)  # It may have ended well since.
        if job.state != "running":
            return job
        if path.with_suffix(".cancelled").exists():
            return replace(job, state="cancelled", seconds_left=None)
        error = f"its process ended without a word; what it said last is in {path.with_suffix('.log')}"
        return replace(job, state="died", seconds_left=None, error=error)

    def _alive(self, job: Job) -> bool:
        if not job.pid:
            child = self._children.get(job.id)
            if child is not None:
                return child.poll() is None
            return datetime.now(UTC) - datetime.fromisoformat(job.started) < STARTING
        lock = FileLock(self.folder / f"{job.id}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        return False

    def _kill(self, job: Job) -> None:
        child = self._children.get(job.id)
        if child is not None:
            child.terminate()
            try:
                child.wait(MERCY)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            return
        # The lock is held, so this is still the worker and no other process of that number.
        if not job.pid:
            return
        with suppress(ProcessLookupError):
            os.kill(job.pid, signal.SIGTERM)
        lock = FileLock(self.folder / f"{job.id}.lock")
        try:
            lock.acquire(timeout=MERCY)
        except Timeout:
            with suppress(ProcessLookupError):
                os.kill(job.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
            lock.acquire()
        lock.release()

    def _forget(self, id: str) -> None:
        self._children.pop(id, None)
        for suffix in (".json", ".log", ".lock", ".cancelled"):
            (self.folder / f"{id}{suffix}").unlink(missing_ok=True)

    def _prune(self) -> None:
        for job in [job for job in self._all() if job.state != "running"][SHOWN:]:
            self._forget(job.id)
