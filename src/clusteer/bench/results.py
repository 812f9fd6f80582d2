"""What benchmarks found, as JSON: one line per run, and for each on which machine and by which code it was made."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clusteer.bench.environment import code_digest, commit, environment
from clusteer.bench.spec import Case, Setting, Spec, setting
from clusteer.core.errors import StorageError
from clusteer.core.files import write_whole

Origin = dict[str, Any]
"""Where a run was made: ``commit``, ``code`` (a digest of what is measured) and ``environment``."""


@dataclass
class Results:
    """The runs of a benchmark.

    Attributes
    ----------
    benchmark, title, kind : str
        Of its specification.
    origins : list of Origin
        Where runs were made.
    runs : list of dict
        Each with ``case``, ``at``, ``origin`` (its place in ``origins``) and ``result``, or ``not_run``: why.
    """

    benchmark: str
    title: str
    kind: str
    origins: list[Origin] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)

    def of(self, wanted: Setting) -> list[dict[str, Any]]:
        """Return the runs of a setting, all seeds."""
        return [run for run in self.runs if setting(run["case"]) == wanted]

    def is_older(self, run: dict[str, Any]) -> bool:
        """Say whether other code than this made a run."""
        return bool(self.origins[run["origin"]]["code"] != code_digest())

    def put(self, case: Case, origin: Origin, found: dict[str, Any]) -> None:
        """Add a run, in the place of an earlier one of the same case."""
        if origin not in self.origins:
            self.origins.append(origin)
        run = {"case": case, "origin": self.origins.index(origin), **found}
        earlier = [place for place, other in enumerate(self.runs) if other["case"] == case]
        if earlier:
            self.runs[earlier[0]] = run
        else:
            self.runs.append(run)


def origin_here() -> Origin:
    """Return this code on this machine."""
    return {"commit": commit(), "code": code_digest(), "environment": environment()}


def results_path(spec: Spec, folder: Path) -> Path:
    """Return the file of a benchmark's results."""
    return folder / f"{spec.name}.json"


def read_results(spec: Spec, folder: Path) -> Results:
    """Return what is on disk of a benchmark; runs of settings that have left it are left out.

    Raises
    ------
    StorageError
        If the file cannot be read as results.
    """
    found = Results(spec.name, spec.title, spec.kind)
    path = results_path(spec, folder)
    wanted = {setting(case) for case in spec.cases}
    try:
        words = json.loads(path.read_text(encoding="utf-8"))
        for run in words["runs"]:
            if setting(run["case"]) in wanted:
                told = {name: value for name, value in run.items() if name not in ("case", "origin")}
                found.put(run["case"], words["origins"][run["origin"]], told)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except (ValueError, LookupError, TypeError) as fault:
        raise StorageError(f"{path} holds no results of a benchmark ({fault}); move it away or name another") from fault
    return found


def write_results(found: Results, path: Path) -> None:
    """Write results whole, one line per run.

    Raises
    ------
    StorageError
        If the folder cannot be written.
    """
    used = {run["origin"] for run in found.runs}
    origins = [origin for place, origin in enumerate(found.origins) if place in used]
    lines = [json.dumps(run | {"origin": origins.index(found.origins[run["origin"]])}) for run in found.runs]
    head = {"benchmark": found.benchmark, "title": found.title, "kind": found.kind, "origins": origins}
    text = json.dumps(head, indent=1)[:-2] + ',\n "runs": [\n  ' + ",\n  ".join(lines) + "\n ]\n}\n"
    write_whole(path, lambda file: file.write(text.encode()))
