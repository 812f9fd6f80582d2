"""One folder per group, filled with links to its files, or copies where links fail; or a list of its texts.

Originals stay untouched.
"""

import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clusteer.core.errors import NotFoundError
from clusteer.data.images import ImageSet

Progress = Callable[[int, int], None]
"""Told after each item how many are done, of how many."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names that some file systems keep for devices."""


def write_folders(
    images: ImageSet,
    labels: NDArray[np.int64],
    names: Sequence[str],
    folder: Path,
    progress: Callable[[int, int], None],
) -> tuple[str, ...]:
    """Fill ``folder`` with one folder per group.

    Parameters
    ----------
    images : ImageSet
        Pictures, or texts in files; pictures that are no files are written as PNG.
    labels : (n,) int64
        Group of each item; -1 leaves it out.
    names : sequence of k str
        What each group is called; empty where it has no name.
    folder : Path
        An existing folder.
    progress : callable
        Told after each item how many are done, of how many.

    Returns
    -------
    tuple of str
        Items whose file has gone, and that are therefore missing from the folders.
    """
    missing = []
    done, total = 0, int(np.count_nonzero(labels >= 0))
    for group, name in enumerate(_called(names)):
        rows = np.flatnonzero(labels == group).tolist()
        target = folder / name
        target.mkdir()
        for row, file in zip(rows, distinct([_file_name(images, row) for row in rows]), strict=True):
            try:
                _place(images, row, target / file)
            except NotFoundError:
                missing.append(images.ids[row])
            done += 1
            progress(done, total)
    return tuple(missing)


def write_lists(
    images: ImageSet,
    labels: NDArray[np.int64],
    names: Sequence[str],
    folder: Path,
    progress: Callable[[int, int], None],
) -> tuple[str, ...]:
    """Write one .txt file per group, a text on each line; line breaks within a text become spaces.

    Parameters and result are as for ``write_folders``; items missing are those whose text has gone.
    """
    missing = []
    done, total = 0, int(np.count_nonzero(labels >= 0))
    for group, name in enumerate(_called(names)):
        with (folder / f"{name}.txt").open("w", encoding="utf-8", newline="\n") as file:
            for row in np.flatnonzero(labels == group).tolist():
                try:
                    file.write(" ".join(images.text(row).splitlines()) + "\n")
                except NotFoundError:
                    missing.append(images.ids[row])
                done += 1
                progress(done, total)
    return tuple(missing)


def safe_name(name: str) -> str:
    """Return a name that every common file system takes, as like the given one as can be."""
    clean = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]', "_", unicodedata.normalize("NFC", name)).strip(" .")
    clean = clean.encode()[:200].decode(errors="ignore").rstrip(" .")
    return f"_{clean}" if not clean or _RESERVED.fullmatch(clean) else clean


def distinct(names: Sequence[str]) -> list[str]:
    """Return the names, numbered where they clash; names that differ in case only clash on some file systems."""
    taken = {name.casefold() for name in names}
    used: set[str] = set()
    result = []
    for name in names:
        candidate, number = name, 1
        stem, dot, ending = name.rpartition(".") if "." in name[1:] else (name, "", "")
        while candidate.casefold() in used or (number > 1 and candidate.casefold() in taken):
            number += 1
            candidate = f"{stem}-{number}{dot}{ending}"
        used.add(candidate.casefold())
        result.append(candidate)
    return result


def _called(names: Sequence[str]) -> list[str]:
    """Return what each group's folder or file is called."""
    return distinct([safe_name(name) if name else f"group-{number}" for number, name in enumerate(names)])


def _file_name(images: ImageSet, row: int) -> str:
    path = images.path(row)
    return f"{images.ids[row]}.png" if path is None else path.name


def _place(images: ImageSet, row: int, to: Path) -> None:
    """Put one picture into a group's folder: hard link, symbolic link, copy, whichever works first."""
    path = images.path(row)
    if path is None:
        images.image(row).save(to)
        return
    if not path.exists():
        raise NotFoundError(f"{path} has gone")
    for put in (os.link, os.symlink):
        try:
            put(path, to)
        except OSError:
            continue
        return
    shutil.copy2(path, to)
