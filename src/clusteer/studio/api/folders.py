"""Folders under the root, to choose what a session is made from."""

import os
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.data.decoding import SUFFIXES
from clusteer.studio.shapes import Shape
from clusteer.studio.studio import Here

router = APIRouter(tags=["folders"])

MOST = 2_000
"""Folders, and files, that are listed."""
_KINDS = {".txt": "texts", ".jsonl": "texts", ".npy": "features", ".npz": "features", ".csv": "table"}


class Folder(Shape):
    """A folder in a folder."""

    name: str
    path: str


class File(Shape):
    """A file that a session can be made from."""

    name: str
    path: str
    kind: Literal["texts", "features", "table"]


class Listing(Shape):
    """What is in a folder."""

    path: str
    parent: str | None
    folders: list[Folder]
    files: list[File]
    pictures: int


@router.get("/folders")
def folders(studio: Here, path: Annotated[str, Query(max_length=4_000)] = "") -> Listing:
    """Return what is in a folder under the root: folders, files a session can be made from, number of pictures."""
    place = studio.under_root(path)
    if not place.is_dir():
        raise NotFoundError(f"there is no folder {place}")
    inside: list[Folder] = []
    files: list[File] = []
    pictures = 0
    try:
        entries = sorted(os.scandir(place), key=lambda entry: entry.name.casefold())
    except OSError as fault:
        raise InvalidInputError(f"{place} cannot be read ({fault.strerror}); choose another folder") from fault
    for entry in entries:
        suffix = os.path.splitext(entry.name)[1].lower()
        if entry.name.startswith(".") or not _printable(entry.name):
            continue
        if entry.is_dir():
            if len(inside) < MOST and os.path.realpath(entry.path).startswith(str(studio.root)):
                inside.append(Folder(name=entry.name, path=entry.path))
        elif suffix in SUFFIXES:
            pictures += 1
        elif suffix in _KINDS and len(files) < MOST:
            files.append(File.model_validate({"name": entry.name, "path": entry.path, "kind": _KINDS[suffix]}))
    parent = None if place == studio.root else str(place.parent)
    return Listing(path=str(place), parent=parent, folders=inside, files=files, pictures=pictures)


def _printable(name: str) -> bool:
    """Whether a name goes into JSON: names may be of bytes that are no text."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
