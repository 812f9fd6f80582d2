"""What is installed, what is pinned and what the wheel holds."""

import importlib.util
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
# They need torchvision, or are torchvision, which would replace a CPU build of torch by a CUDA build.
UNWANTED = ["open_clip", "timm", "torchvision"]
# What a CUDA build of torch brings along; a CPU build needs none of it, so it is not pinned.
ACCELERATOR = ("cuda-", "nvidia-", "triton")


def needed(name: str, extras: frozenset[str], seen: set[tuple[str, frozenset[str]]]) -> set[str]:
    """Name everything that installing ``name[extras]`` brings, itself included."""
    if (name, extras) in seen:
        return {name}
    seen.add((name, extras))
    names = {name}
    for line in metadata.requires(name) or ():
        requirement = Requirement(line)
        if any(requirement.marker is None or requirement.marker.evaluate({"extra": e}) for e in extras or {""}):
            child = canonicalize_name(requirement.name)
            names |= needed(child, frozenset(requirement.extras), seen)
    return names


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pairs}


@pytest.mark.parametrize("module", UNWANTED)
def test_unwanted_package_is_not_installed(module: str) -> None:
    assert importlib.util.find_spec(module) is None


def test_all_that_is_needed_is_pinned_and_installed_as_pinned() -> None:
    extras = frozenset(metadata.metadata("clusteer").get_all("Provides-Extra", []))
    assert {"bench", "dev", "plots"} <= extras
    names = needed("clusteer", extras, set()) - {"clusteer"}
    installed = {name: metadata.version(name).split("+")[0] for name in names if not name.startswith(ACCELERATOR)}
    assert {"torch", "numpy", "pytest", "matplotlib"} <= set(installed)
    assert installed == {name: version for name, version in pins().items() if name in installed}
    assert set(pins()) - set(installed) == set(), "pinned, but nothing needs it"


def test_wheel_holds_every_file_of_the_package(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("clusteer-*.whl")
    package = ROOT / "src" / "clusteer"
    files = {path.relative_to(package.parent).as_posix() for path in package.rglob("*") if path.is_file()}
    wanted = {name for name in files if "__pycache__" not in name}
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith("clusteer/")}
        (entry_points,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "clusteer = clusteer.cli.main:run" in archive.read(entry_points).decode()
    assert "clusteer/py.typed" in wanted
    assert held == wanted
