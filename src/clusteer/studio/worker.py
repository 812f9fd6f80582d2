"""The process of one job: ``python -m clusteer.studio.worker JOB.json``."""

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic

from filelock import FileLock

from clusteer.core.errors import ClusteerError
from clusteer.sessions.preparing import Advance, Narrator, Place, make_session, read_items
from clusteer.studio.jobs import Job, read_job, write_job

NICE = 10
"""Whoever answers goes first."""
OFTEN = 0.5
"""Seconds between two words about progress."""


class Work:
    """A job under way.

    Parameters
    ----------
    path : Path
        The job's file.
    job : Job
        What it says.
    """

    def __init__(self, path: Path, job: Job) -> None:
        self.path = path
        self.job = job
        self.home = path.parent.parent
        self.narrator = Narrator(lambda text, warning: self.say(what=text), self._progress)
        self._said = 0.0

    def say(self, **news: object) -> None:
        """Write down how it stands now."""
        self.job = replace(self.job, **news)  # type: ignore[arg-type]  # fields of Job, each of its type
        write_job(self.path, self.job)

    @contextmanager
    def _progress(self, what: str) -> Iterator[Advance]:
        self.say(what=what, done=0, total=0, seconds_left=None)

        def advance(done: int, total: int, left: float | None = None, /) -> None:
            if done == total or monotonic() - self._said >= OFTEN:
                self._said = monotonic()
                self.say(done=done, total=total, seconds_left=left)

        yield advance

    def run(self) -> Mapping[str, object]:
        """Do it and return the result."""
        match self.job.kind:
            case "create":
                return self._create()
            case "export":
                return self._export()
            case "fit":
                return self._fit()
            case "map":
                return self._map()
        raise ValueError(f"{self.job.kind!r} is no kind of job")

    def _create(self) -> Mapping[str, object]:
        from clusteer.sessions.criterion import read_criterion
        from clusteer.sessions.store import Store

        wanted = self.job.request
        paths = {key: Path(str(wanted[key])) for key in ("images", "texts", "features") if wanted.get(key)}
        words = {key: str(wanted[key]) for key in ("dataset", "split", "column") if wanted.get(key)}
        items = read_items(Place(**paths, **words), self.narrator)  # type: ignore[arg-type]  # each has its type
        settings = {key: wanted[key] for key in ("encoder", "n_clusters", "budget") if wanted.get(key)}
        said = [str(wanted[key]) if wanted.get(key) else None for key in ("criterion", "words")]
        criterion = read_criterion(*said) if any(said) else None
        session = make_session(
            self.job.session,
            items,
            store=Store(self.home),
            narrator=self.narrator,
            features=paths.get("features"),
            criterion=criterion,
            **settings,  # type: ignore[arg-type]  # checked by the model of the request
        )
        return {"session": session.name, "items": len(items), "skipped": len(items.skipped)}

    def _export(self) -> Mapping[str, object]:
        from clusteer.sessions.session import Session
        from clusteer.sessions.store import Store

        to, folders = Path(str(self.job.request["to"])), bool(self.job.request["folders"])
        session = Session.open(self.job.session, Store(self.home))
        if method := self.job.request["method"]:
            from clusteer.sessions.deep_fit import finished

            session = finished(session, str(method))
        with self.narrator.progress("writing labels, constraints, model, report and folders") as advance:
            exported = session.export(to, folders=folders, progress=advance)
        names = sorted({name.partition("/")[0] for name in exported.files})
        return {"folder": str(exported.folder), "files": names, "missing": len(exported.missing)}

    def _fit(self) -> Mapping[str, object]:
        from clusteer.sessions.deep_fit import fit_deep
        from clusteer.sessions.session import Session
        from clusteer.sessions.store import Store

        method = str(self.job.request["method"])
        with self.narrator.progress(f"training {method}") as advance:
            fitted = fit_deep(
                Session.open(self.job.session, Store(self.home)),
                method,
                lambda report: advance(report.epoch, report.of, report.seconds * (report.of - report.epoch)),
            )
        return {"method": method, "answers": len(fitted.ledger.answers)}

    def _map(self) -> Mapping[str, object]:
        from clusteer.sessions.session import Session
        from clusteer.sessions.store import Store
        from clusteer.studio.projection import write_projection

        session = Session.open(self.job.session, Store(self.home))
        with self.narrator.progress("laying out the map") as advance:
            write_projection(session.index, Path(str(self.job.request["to"])), advance)
        return {}


def main(path: Path) -> None:
    """Do the job of that file, holding its lock."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # So that what is half written is removed.
    if hasattr(os, "nice"):
        os.nice(NICE)
    with FileLock(path.with_suffix(".lock")):
        from clusteer.encoders.malloc import raise_malloc_thresholds

        raise_malloc_thresholds()
        work = Work(path, read_job(path))
        work.say(pid=os.getpid())
        try:
            result = work.run()
        except ClusteerError as fault:
            work.say(state="failed", error=str(fault), seconds_left=None)
        except Exception as fault:
            work.say(state="failed", error=f"an error of ours: {type(fault).__name__}: {fault}", seconds_left=None)
            raise
        else:
            work.say(state="done", result=result, seconds_left=None)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
