"""Where a session's files are: in the folder it was made from, and in those added, each of which may have moved."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.sessions.faults import plain_faults
from clusteer.sessions.rows import Declaration, DeclarationRow, ItemRow

if TYPE_CHECKING:
    from clusteer.data.images import ImageSet
    from clusteer.sessions.session import Session

FOLDER = "folder"
"""Kind of the source of a session on files, and of the declarations that say where a folder is."""
_CHECKED = 100


@dataclass(frozen=True)
class Folder:
    """A folder of a session: its number, what its ids begin with (nothing for number 0), and where it is."""

    number: int
    prefix: str
    path: str

    def id(self, name: str) -> str:
        """Return the id of a file, given its path relative to the folder."""
        return f"{self.prefix}/{name}" if self.prefix else name

    def name(self, id: str) -> str:
        """Return the path of a file relative to the folder, given its id."""
        return id.removeprefix(f"{self.prefix}/") if self.prefix else id

    def declaration(self) -> Declaration:
        """Return what a declaration of kind "folder" says of it."""
        return {"number": self.number, "prefix": self.prefix, "path": self.path}


@dataclass(frozen=True)
class Relinked:
    """What was found where a folder is said to be now.

    Attributes
    ----------
    items : int
        Items of the folder that are there.
    missing : tuple of str
        Ids of those that are not.
    other : tuple of str
        Ids of those whose files hold something else now, among the up to 100 that were read.
    """

    items: int
    missing: tuple[str, ...]
    other: tuple[str, ...]


def folders_of(source: Mapping[str, str], declarations: Iterable[DeclarationRow]) -> dict[int, Folder]:
    """Return the folders of a session by number, as last declared; of a source that is no folder its one place."""
    prefixes = ["", *(key[:-1] for key in source if key.endswith("/"))]
    paths = [source.get("path", ""), *(source[f"{prefix}/"] for prefix in prefixes[1:])]
    folders = {number: Folder(number, *entry) for number, entry in enumerate(zip(prefixes, paths, strict=True))}
    for row in declarations:
        match row.kind, row.value:
            case "folder", {"number": int(number), "prefix": str(prefix), "path": str(path)}:
                folders[number] = Folder(number, prefix, path)
    return folders


def current_source(source: Mapping[str, str], declarations: Iterable[DeclarationRow]) -> dict[str, str]:
    """Return ``ImageSet.source`` as of now, given that at the start."""
    folders = folders_of(source, declarations).values()
    now = {f"{folder.prefix}/" if folder.prefix else "path": folder.path for folder in folders if folder.path}
    return {**source, **now}


def item_rows(images: ImageSet) -> list[ItemRow]:
    """Return the identity of each item of a new session."""
    identities = zip(images.hashes, images.ids, images.copies.tolist(), strict=True)
    numbers = {folder.prefix: folder.number for folder in folders_of(images.source, ()).values()}
    return [
        ItemRow(row, sha256, path, copy, folder=numbers.get(path.partition("/")[0], 0))
        for row, (sha256, path, copy) in enumerate(identities)
    ]


def new_folder(path: Path, folders: Mapping[int, Folder], items: Iterable[ItemRow]) -> Folder:
    """Return a folder to be added, under a prefix that no id begins with yet.

    Raises
    ------
    InvalidInputError
        If it lies in one of the session's folders, or one of them in it.
    """
    place = Path(os.path.abspath(path))
    for folder in folders.values():
        if place.is_relative_to(folder.path) or Path(folder.path).is_relative_to(place):
            raise InvalidInputError(
                f"{place} and the session's folder {folder.path} lie one in the other; to read that one again give no "
                "folder"
            )
    name = place.name.encode("utf-8", "replace").decode() or FOLDER
    taken = {item.path.partition("/")[0] for item in items} | {folder.prefix for folder in folders.values()}
    candidates = [name, *(f"{name}-{number}" for number in range(2, len(taken) + 3))]
    return Folder(max(folders) + 1, next(prefix for prefix in candidates if prefix not in taken), str(place))


def relink(session: Session, path: Path, prefix: str = "", annotator: str = "") -> Relinked:
    """Say where a folder of the session is now; no file that the session does not know is taken in.

    Parameters
    ----------
    session : Session
        A session on files.
    path : Path
        The folder's new place.
    prefix : str
        Which folder: what its ids begin with; nothing for the one the session was made from.
    annotator : str
        Who says so.

    Raises
    ------
    InvalidInputError
        If the items are no files, or none of the folder's items is there.
    NotFoundError
        If there is no such folder.
    """
    if session.row.source.get("kind") != FOLDER:
        raise InvalidInputError(
            f"the items of session {session.name!r} are no files of a folder ({session.row.source.get('kind')}); only "
            "folders can be relinked"
        )
    by_prefix = {
        folder.prefix: folder for folder in folders_of(session.row.source, session.ledger.declarations).values()
    }
    if prefix not in by_prefix:
        known = ", ".join(repr(name) for name in by_prefix if name) or "none"
        raise NotFoundError(f"session {session.name!r} has no folder {prefix!r}; added to the first were: {known}")
    folder = Folder(by_prefix[prefix].number, prefix, os.path.abspath(path))
    items = [item for item in session.items if item.folder == folder.number and not item.gone]
    files = [Path(folder.path) / folder.name(item.path) for item in items]
    with plain_faults(folder.path):
        there = [place for place, file in enumerate(files) if file.is_file()]
        # Spread over the whole: reading every file would take as long as making the session anew.
        read = [there[place] for place in np.linspace(0, len(there) - 1, min(_CHECKED, len(there))).astype(int)]
        other = [place for place in read if _sha256(files[place]) != items[place].sha256]
    if len(other) == len(read):
        raise InvalidInputError(
            f"none of the {len(items)} items is in {folder.path}: {len(items) - len(there)} files are missing"
            + (f" and of {len(there)} with the right names {len(other)} hold something else" if there else "")
            + "; give the folder that holds them"
        )
    session.store.declare(session.row.id, FOLDER, folder.declaration(), annotator)
    missing = sorted(set(range(len(items))) - set(there))
    return Relinked(len(there), tuple(items[i].path for i in missing), tuple(items[i].path for i in other))


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
