"""The site builds without a warning, loads nothing from elsewhere, and says something of every public name."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

import clusteer

ROOT = Path(__file__).parents[2]
PACKAGES = ("constraints", "core", "data", "encoders", "losses", "metrics", "neighbors", "queries", "training")
LARGEST = 60_000
"""Bytes of a picture drawn for the docs."""


class Page(HTMLParser):
    """What a page loads by itself, and the anchors it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.anchors.add(value)
            elif name in ("src", "data", "poster", "srcset") or (name == "href" and tag != "a"):
                self.loads.append(value or "")


def test_the_site_is_whole_and_stands_alone(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", str(ROOT / "docs"), "site"]
    built = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in (tmp_path / "site").rglob("*.html")}
    elsewhere = [f"{path.name}: {load}" for path, page in pages.items() for load in page.loads if is_elsewhere(load)]
    for sheet in (tmp_path / "site").rglob("*.css"):
        named = re.findall(r"(?:url\(|@import)\s*[\"']?([^\"')\s;]+)", sheet.read_text(encoding="utf-8"))
        elsewhere += [f"{sheet.name}: {load}" for load in named if is_elsewhere(load)]
    assert elsewhere == []
    anchors = {anchor for page in pages.values() for anchor in page.anchors}
    assert public_names() - anchors == set()
    options = [path.name for path in pages if re.search("\N{EN DASH}[a-z]", path.read_text(encoding="utf-8"))]
    assert options == [], "an option was printed with a dash; write it as code"


def is_elsewhere(load: str) -> bool:
    """Whether an address is of another machine."""
    return load.startswith(("http:", "https:", "//"))


def public_names() -> set[str]:
    """Return every name a user may import, under the module it is documented in."""
    names = {f"clusteer.{package}.{name}" for package in PACKAGES for name in exported(package)}
    packaged = {name.rsplit(".", 1)[1] for name in names}
    return names | {f"{getattr(clusteer, name).__module__}.{name}" for name in {*clusteer.__all__} - packaged}


def exported(package: str) -> list[str]:
    """Return what a package says is public, of a module what it defines."""
    module = import_module(f"clusteer.{package}")
    defined = [name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__]
    return getattr(module, "__all__", None) or [name for name in defined if not name.startswith("_")]


def test_the_table_of_python_names_is_whole() -> None:
    table = (ROOT / "docs" / "api" / "index.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \{py:obj\}`(\w+) <", table, re.MULTILINE)
    assert sorted(listed) == sorted(clusteer.__all__)


def test_pictures_are_small_and_each_is_shown() -> None:
    shown = "".join(page.read_text(encoding="utf-8") for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
    for picture in (ROOT / "docs" / "images").iterdir():
        assert picture.name in shown
        if picture.name.startswith(("guidance-", "tutorial-")):
            assert picture.stat().st_size < LARGEST, picture.name
