"""Run the tutorials and write into them what the commands print today; a test runs them without writing.

python tools/run_tutorials.py [PAGE ...]

A ``python`` block is run as it stands. In a ``console`` block each line after ``$`` is a command, run in a new folder
that the blocks of a page share, and the lines up to the next ``$`` are what it printed. Comments, which no reader sees,
say the rest. ``<!-- 3 answers by ink -->`` before a block makes ``clusteer answer`` be answered by somebody who groups
by the ink of the bundled pictures, which the page's Python calls ``inks`` and the files are named after, and who then
quits; instead of a criterion there may be a mapping from ids that the page's Python made. And before a picture,
``<!-- made sheets/a.png -->`` says which file of that folder it is.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import split
from unittest.mock import patch

from PIL import Image
from typer.testing import CliRunner

ROOT = Path(__file__).parents[1]
TUTORIALS = (*sorted((ROOT / "docs" / "tutorials").glob("*.md")), ROOT / "docs" / "guidance.md")
BLOCK = re.compile(
    r"(?:^<!-- (?P<answers>\d+) answers by (?P<criterion>\w+) -->\n)?"
    r"^```(?P<language>console|python)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
MADE = re.compile(r"^<!-- made (?P<made>\S+) -->\n!\[[^\]]*\]\((?P<shown>[^)]+)\)", re.MULTILINE)
PLACES = ("HOME", "CACHE", "DATA")
WIDEST = 840
LONGEST, FIRST, LAST = 36, 16, 3
"""Lines of output that a page shows whole; of a longer one so many at the start, up to a blank line, and at the end."""


def main(pages: list[str]) -> None:
    """Bring tutorials up to date, each in an empty folder with sessions and caches of its own."""
    for page in [Path(page).resolve() for page in pages] or TUTORIALS:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            os.environ |= {f"CLUSTEER_{place}": str(Path(folder, f".{place}")) for place in PLACES}
            text = BLOCK.sub(block_runner(page), page.read_text(encoding="utf-8"))
            for picture in MADE.finditer(text):
                keep(Path(made(picture["made"])), page.parent / picture["shown"])
            page.write_text(text, encoding="utf-8")
            os.chdir(ROOT)


def stale(page: Path) -> list[str]:
    """Run a tutorial in the working folder and return the lines of output it shows that no command prints.

    Numbers and single letters are not compared: another machine may choose other pictures.
    """
    lost: list[str] = []

    def compare(shown: list[str], printed: list[str]) -> list[str]:
        known = {comparable(line) for line in printed} | {"...", ""}
        lost.extend(line for line in shown if comparable(line) not in known)
        return shown

    BLOCK.sub(block_runner(page, compare), page.read_text(encoding="utf-8"))
    return lost


def block_runner(
    page: Path, choose: Callable[[list[str], list[str]], list[str]] = lambda shown, printed: shortened(printed)
) -> Callable[[re.Match[str]], str]:
    """Return what runs a block of a page and gives it back with the lines chosen of those shown and those printed."""
    namespace: dict[str, object] = {"__name__": page.stem}

    def run(block: re.Match[str]) -> str:
        if block["language"] == "python":
            exec(compile(block["body"], str(page), "exec"), namespace)
            return block[0]
        lines = []
        for command, shown in commands(block["body"]):
            printed = output(command, int(block["answers"] or 0), kinds(namespace, block["criterion"]))
            lines += [f"$ {command}", *choose(shown, printed)]
        return block[0].replace(block["body"], "\n".join(lines) + "\n")

    return run


def commands(body: str) -> Iterator[tuple[str, list[str]]]:
    """Give each command of a console block and the lines shown under it; one that ends in a backslash goes on."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command = re.match(r"(?:.*\\\n)*.*", part)[0]
        yield command, part[len(command) :].strip("\n").splitlines()


def kinds(namespace: dict[str, object], criterion: str | None) -> Callable[[str], object]:
    """Return what somebody who groups by a criterion sees in an item, given its id."""
    made = namespace.get(criterion)
    if isinstance(made, dict):
        return made.__getitem__
    return lambda name: namespace["inks"].truths[criterion][int(Path(name).stem)]


def output(command: str, answers: int, kind: Callable[[str], object]) -> list[str]:
    """Run a command and return the lines it prints; it has to succeed, or find what cannot be met."""
    if not command.startswith("clusteer "):
        text = subprocess.run(command, shell=True, check=True, capture_output=True, text=True).stdout
    else:
        from clusteer.cli.constrain import UNMET
        from clusteer.cli.main import app

        words = split(command.replace("\\\n", " "), comments=True)[1:]
        with patch("clusteer.cli.answer.key_reader", lambda: person(words[1], answers, kind)):
            result = CliRunner().invoke(app, words)
        if result.exit_code and (words[0], result.exit_code) != ("check", UNMET):
            raise RuntimeError(f"{command}: exit {result.exit_code}\n{result.output}") from result.exception
        text = result.output
    text = text.replace(os.environ["CLUSTEER_HOME"], "~/.local/share/clusteer").replace(str(Path.cwd()), "/home/ann")
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n").splitlines()


@contextmanager
def person(session: str, answers: int, kind: Callable[[str], object]) -> Iterator[Callable[[], str]]:
    """Give the next key of somebody who answers so many questions, then quits."""
    from clusteer import Session, Store
    from clusteer.core.questions import LETTERS

    pressed: list[str] = []
    opened, left = Session.open(session, Store()), iter(range(answers))

    def key() -> str:
        if pressed:
            return pressed.pop()
        if next(left, None) is None:
            return "q"
        question = opened.ledger.questions[-1].question
        meant, *others = [kind(opened.items[option[0]].path) for option in question.options] or [None]
        items = [kind(opened.items[item].path) for item in question.items]
        if question.kind == "page":
            outside = [letter for letter, item in zip(LETTERS, items, strict=False) if item != meant]
            pressed.extend([".", *reversed(outside)])
            return pressed.pop()
        if question.kind == "same":
            return "s" if items[0] == items[1] else "d"
        groups = [meant, *others]
        return str(groups.index(items[0]) + 1) if items[0] in groups else "0"

    yield key


def shortened(lines: list[str]) -> list[str]:
    """Return the first and the last lines of a long output."""
    if len(lines) <= LONGEST:
        return lines
    start = max((place for place, line in enumerate(lines[:FIRST]) if not line), default=FIRST)
    return [*lines[:start], "...", *lines[-LAST:]]


def comparable(line: str) -> str:
    """Return a line without what differs from machine to machine: numbers, letters of items, the width of tables."""
    return re.sub(r"─+", "─", re.sub(r"\s+", " ", re.sub(r"\d[\d.,]*|\b[a-z]\b", "0", line))).strip()


def made(path: str) -> str:
    """Return where a file is that the page knows under the user's own folders."""
    return path.replace("~/.local/share/clusteer", os.environ["CLUSTEER_HOME"])


def keep(source: Path, target: Path) -> None:
    """Store a picture in few colours and no wider than a page."""
    from make_guidance_pictures import in_few_colours

    picture = Image.open(source).convert("RGB")
    if picture.width > WIDEST:
        picture = picture.resize((WIDEST, round(picture.height * WIDEST / picture.width)), Image.Resampling.LANCZOS)
    in_few_colours(picture).save(target, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
