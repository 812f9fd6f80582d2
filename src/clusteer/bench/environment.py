"""On what a number was measured: machine, versions, and the code itself."""

import hashlib
import os
import platform
import subprocess
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_MEASURED = ("constraints", "core", "data", "encoders", "losses", "methods", "neighbors", "queries", "sessions")
_VERSIONS = ("clusteer", "numpy", "scipy", "scikit-learn", "torch")


def environment() -> dict[str, str | int]:
    """Return machine and versions."""
    return {
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "system": platform.system(),
        "python": platform.python_version(),
        **{name: version(name) for name in _VERSIONS},
    }


@cache
def code_digest() -> str:
    """Return a digest of the code that is measured; how results are shown is not part of it."""
    whole = hashlib.sha256()
    packages = [path for package in _MEASURED for path in sorted((_PACKAGE / package).rglob("*.py"))]
    for path in [*packages, _PACKAGE / "training.py"]:
        whole.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()[:16]


def commit() -> str | None:
    """Return the commit of the source tree, and whether the package was changed since; None outside a repository."""
    head = _git("rev-parse", "HEAD")
    if not head:
        return None
    return f"{head} with changes" if _git("status", "--porcelain", "--", str(_PACKAGE)) else head


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(_PACKAGE), *words], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _processor() -> str:
    """Return the processor's name as the kernel has it, which Python does not tell on Linux."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


def peak_megabytes() -> float:
    """Return the most memory this process has held so far."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not getrusage: its peak starts from that of the process that started this one.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 1024
