"""Run a benchmark, resume it where it stopped, and keep what it found as JSON."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clusteer.bench.environment import code_digest, commit, environment
from clusteer.bench.spec import Case, Spec
from clusteer.core.errors import UnavailableError
from clusteer.core.files import write_whole

Report = Callable[[int, int, Case], None]
"""Called with the number of runs behind, runs in all, and the case that begins."""


def run(spec: Spec, folder: Path, report: Report | None = None) -> dict[str, Any]:
    """Run every case that has not been run by this very code on this very machine, and return the whole result.

    Each run is on disk, in ``folder/NAME.json``, before the next begins. A case whose data are missing says so under
    ``not_run`` and is tried again next time.

    Parameters
    ----------
    spec : Spec
        The benchmark.
    folder : Path
        Where results are kept.
    report : callable, optional
        Told before each run.

    Returns
    -------
    dict
        ``benchmark``, ``title``, ``kind``, ``commit``, ``code``, ``environment``, and ``runs``: each with ``case``,
        ``at`` and ``result``, or ``not_run``.

    Raises
    ------
    StorageError
        If the folder cannot be written.
    """
    path = folder / f"{spec.name}.json"
    identity = {"code": code_digest(), "environment": environment()}
    known = [kept for kept in _earlier(path, identity) if kept["case"] in spec.cases]
    found: dict[str, Any] = {
        "benchmark": spec.name, "title": spec.title, "kind": spec.kind, "commit": commit(), **identity, "runs": known,
    }  # fmt: skip
    done = [kept["case"] for kept in known]
    _write(path, found)
    for case in spec.cases:
        if case in done:
            continue
        if report is not None:
            report(len(found["runs"]), len(spec.cases), case)
        entry: dict[str, Any] = {"case": case, "at": datetime.now(UTC).isoformat(timespec="seconds")}
        try:
            entry["result"] = _measure(spec.kind, case)
        except UnavailableError as fault:
            entry["not_run"] = str(fault)
        found["runs"].append(entry)
        _write(path, found)
    return found


def _measure(kind: str, case: Case) -> dict[str, object]:
    if kind == "scale":
        from clusteer.bench import scale

        return scale.measure(case)
    from clusteer.bench import accuracy

    return accuracy.measure(case)


def _earlier(path: Path, identity: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the runs in a file of results, where the same code made them on the same machine."""
    try:
        earlier = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
        return []
    if any(earlier.get(key) != value for key, value in identity.items()):
        return []
    return [entry for entry in earlier["runs"] if "result" in entry]


def _write(path: Path, found: dict[str, Any]) -> None:
    write_whole(path, lambda file: file.write(json.dumps(found, indent=1).encode() + b"\n"))
