"""Texts as items: the lines of a .txt, a column of a .csv or .jsonl, or the .txt files of a folder."""

import codecs
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TextIO

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.data.scan import find_files
from clusteer.data.tables import choose_column, csv_rows, json_rows

SUFFIX = ".txt"
_TABLES = {".csv": csv_rows, ".jsonl": json_rows}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SHOWN = 3


@dataclass(frozen=True)
class Reading:
    """The texts of a file or folder.

    Attributes
    ----------
    ids : tuple of n str
        What each is called: the line it begins in, such as "line-000007", or the relative path of its file.
    hashes : tuple of n str
        SHA-256 of each text in UTF-8, in hexadecimal.
    texts : mapping of str to str
        Each text by its hash.
    skipped : tuple of (str, str)
        Id and reason of each line, row or file that gives no text.
    column : str or None
        Which column they are in, where there are columns.
    """

    ids: tuple[str, ...]
    hashes: tuple[str, ...]
    texts: dict[str, str]
    skipped: tuple[tuple[str, str], ...]
    column: str | None


@dataclass(frozen=True, eq=False)
class TextSource:
    """A file or folder that texts are read from when they are asked for, each known by its hash.

    Attributes
    ----------
    path : Path
        The file or folder.
    column : str or None
        The column of a table.
    known : dict of str to str
        What was read before, by hash.
    """

    path: Path
    column: str | None = None
    known: dict[str, str] = field(default_factory=dict, repr=False)

    def file(self, id: str) -> Path | None:
        """Return the file of a text, existing or not; None where one file holds them all."""
        return self.path / id if self.path.is_dir() else None

    def text(self, sha256: str, id: str) -> str:
        """Return a text by its hash; its id says where to look first.

        Raises
        ------
        NotFoundError
            If the file or folder holds it no more.
        """
        if sha256 not in self.known and (file := self.file(id)) is not None:
            text, _ = _whole(file)
            self.known[hash_of(text)] = text
        if sha256 not in self.known:
            self.known.update(self._all)
        if sha256 not in self.known:
            raise NotFoundError(
                f"the text {id} is not in {self.path} any more: it was changed or removed; put it back or make the "
                "session anew"
            )
        return self.known[sha256]

    @cached_property
    def _all(self) -> dict[str, str]:
        return read_texts(self.path, self.column).texts


def read_texts(path: Path, column: str | None = None) -> Reading:
    """Read the texts of a file or folder, as UTF-8 with or without byte order mark, or as UTF-16 with one.

    Empty lines, cells and files are skipped, as are those that are no text. Texts may occur more than once.

    Parameters
    ----------
    path : Path
        A .txt file, each line a text; a .csv or .jsonl file, each row a text; or a folder, searched recursively, each
        .txt file in it a text.
    column : str, optional
        The column of a table; see ``tables.choose_column`` for what is taken otherwise.

    Raises
    ------
    NotFoundError
        If there is no such file or folder.
    InvalidInputError
        If it cannot be read, or holds no text.
    """
    if not path.exists():
        raise NotFoundError(f"there is no file or folder {path}; give the one that holds your texts")
    try:
        return _read(path, column)
    except UnicodeDecodeError as fault:
        raise InvalidInputError(f"{path} is damaged UTF-16: {fault.reason}; save it as UTF-8") from fault
    except OSError as fault:
        raise InvalidInputError(f"{path} cannot be read: {fault.strerror or fault}") from fault


def hash_of(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _read(path: Path, column: str | None) -> Reading:
    read = _TABLES.get(path.suffix.lower())
    if path.is_file() and read is not None:
        with _opened(path, newline="") as file:
            column = choose_column(read(file, path), path, column)
        with _opened(path, newline="") as file:
            cells = ((_line_id(line), *_cell(row, column)) for line, row in read(file, path))
            return _gathered(cells, path, column)
    if column is not None:
        raise InvalidInputError(f"the column {column!r} was given but {path} has no columns; leave it out")
    if path.is_dir():
        names, skipped, _ = find_files(path, (SUFFIX,))
        return _gathered(((name, *_whole(path / name)) for name in names), path, None, skipped)
    if path.suffix.lower() != SUFFIX or not path.is_file():
        raise InvalidInputError(f"{path} is no text file; give a .txt, .csv or .jsonl file or a folder of .txt files")
    with _opened(path) as file:
        lines = ((_line_id(number), line.rstrip("\n"), "") for number, line in enumerate(file, start=1))
        return _gathered(lines, path, None)


def _gathered(
    found: Iterator[tuple[str, str, str]], path: Path, column: str | None, passed: Sequence[tuple[str, str]] = ()
) -> Reading:
    """Gather texts from (id, text, reason why there is none), beside what was passed over unread."""
    ids, hashes, skipped = [], [], list(passed)
    texts: dict[str, str] = {}
    for name, text, reason in found:
        reason = reason or _fault(text)
        if reason:
            skipped.append((name, reason))
            continue
        ids.append(name)
        hashes.append(hash_of(text))
        texts[hashes[-1]] = text
    if not ids:
        shown = "; ".join(f"{name}: {reason}" for name, reason in skipped[:_SHOWN])
        raise InvalidInputError(f"{path} holds no text that can be used" + (f" ({shown})" if shown else ""))
    return Reading(tuple(ids), tuple(hashes), texts, tuple(sorted(skipped)), column)


def _fault(text: str) -> str:
    """Return why a text cannot be used, empty where it can."""
    if not text or text.isspace():
        return "empty"
    if "\0" in text:
        return "it holds zero bytes; save the file as UTF-8 text"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "not valid UTF-8; save the file as UTF-8"
    return ""


def _cell(row: object, column: str) -> tuple[str, str]:
    """Return the text of a row, or the reason why there is none."""
    if isinstance(row, str):
        return "", row
    value = row.get(column) if isinstance(row, dict) else None
    if value is None:
        return "", "empty"
    return (value, "") if isinstance(value, str) else ("", f"{str(value)[:20]} is no text")


def _whole(file: Path) -> tuple[str, str]:
    """Return the text of a file, or the reason why there is none."""
    if not file.is_file():  # opening a pipe would wait for ever
        return "", "not a regular file"
    try:
        with _opened(file) as opened:
            return opened.read(), ""
    except UnicodeDecodeError:
        return "", "damaged UTF-16; save the file as UTF-8"
    except OSError as fault:
        return "", f"cannot be read: {fault.strerror or fault}"


def _opened(path: Path, newline: str | None = None) -> TextIO:
    """Open a text file; bytes that are not UTF-8 come as lone surrogates, which ``_fault`` finds in the text itself."""
    with path.open("rb") as file:
        mark = file.read(2)
    if mark in _UTF16:
        return path.open(encoding="utf-16", newline=newline)
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline=newline)


def _line_id(line: int) -> str:
    """Six digits, so that ids sort as lines do and stay what they are when a file grows."""
    return f"line-{line:06d}"
