"""What a new reading of a collection changes: files added, renamed, moved, edited, removed. A row is given once."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clusteer.core.errors import InvalidInputError
from clusteer.sessions.places import Folder, folders_of
from clusteer.sessions.rows import ItemRow

if TYPE_CHECKING:
    from clusteer.data.images import ImageSet
    from clusteer.sessions.session import Session


@dataclass(frozen=True)
class Changes:
    """How a collection differs from what a session knows of it; ``record`` makes it known.

    Attributes
    ----------
    items : tuple of ItemRow
        Every item, by row, as it is now.
    unchanged, moved, returned, edited, new, gone : tuple of int
        Rows: found as they were; content found under another name; content that was gone and is back; a file whose
        content is another now; content never seen; files that are not there any more.
    folder : Folder or None
        The folder that is added, or has moved.
    after : int
        End of the items' log that this was compared with.
    """

    items: tuple[ItemRow, ...]
    unchanged: tuple[int, ...]
    moved: tuple[int, ...]
    returned: tuple[int, ...]
    edited: tuple[int, ...]
    new: tuple[int, ...]
    gone: tuple[int, ...]
    folder: Folder | None
    after: int

    @property
    def fresh(self) -> tuple[int, ...]:
        """Rows whose content is to be encoded."""
        return tuple(sorted((*self.edited, *self.new)))


def find_changes(session: Session, found: Mapping[int, ImageSet], folder: Folder | None = None) -> Changes:
    """Compare folders as they are now with what a session knows of them.

    A file is the item of its name and content; else one of its content, renamed or moved or back again, equal copies
    one by one; else the one of its name, edited; else a new one. Items of these folders that no file is any more are
    gone. Items of other folders stay, but for those that were moved from there.

    Parameters
    ----------
    session : Session
        A session on files.
    found : mapping of int to ImageSet
        What was read, by number of the folder.
    folder : Folder, optional
        The one of these that is to be added.

    Raises
    ------
    InvalidInputError
        If the first folder holds a subfolder of the name that stands for an added one.
    """
    folders = folders_of(session.row.source, session.ledger.declarations)
    if folder is not None:
        folders[folder.number] = folder
    known, after = session.items, session.items_upto
    files = [
        ItemRow(-1, sha256, folders[number].id(name), folder=number)
        for number, images in sorted(found.items())
        for name, sha256 in zip(images.ids, images.hashes, strict=True)
    ]
    _check_prefixes(files, folders)
    contents = {file.sha256 for file in files}
    sought = [
        item
        for item in known
        if item.gone or item.folder in found or (item.sha256 in contents and not _file(item, folders).exists())
    ]
    latest = {item.row: item for item in known}
    rows: dict[str, list[int]] = defaultdict(list)
    copies = Counter[str]()
    for item in known:
        copies[item.sha256] = max(copies[item.sha256], item.copy + 1)
    matched = match(sought, files)
    for file, was in zip(files, matched, strict=True):
        row, copy = (len(latest), 0) if was is None else (was.row, was.copy)
        kind = _kind(file, was)
        if kind in ("new", "edited"):
            copy = copies[file.sha256]
            copies[file.sha256] += 1
        rows[kind].append(row)
        if kind != "unchanged":
            latest[row] = replace(file, row=row, copy=copy)
    kept = {was.row for was in matched if was is not None}
    for item in sought:
        if item.row not in kept and not item.gone and item.folder in found:
            latest[item.row] = replace(item, gone=True)
            rows["gone"].append(item.row)
    kinds = {kind: tuple(sorted(rows[kind])) for kind in ("unchanged", "moved", "returned", "edited", "new", "gone")}
    return Changes(items=_apart(latest.values()), folder=folder, after=after, **kinds)


def find_more_rows(session: Session, found: ImageSet) -> Changes:
    """Compare a file of features as it is now with what a session knows of it: rows may be added at its end.

    Raises
    ------
    InvalidInputError
        If a row that the session knows is another now, or is missing.
    """
    known, after = session.items, session.items_upto
    n = len(known)
    other = [row for row, sha256 in enumerate(found.hashes[:n]) if sha256 != known[row].sha256]
    if len(found) < n or other:
        what = f"row {other[0]} is another" if other else f"{n - len(found)} rows are missing"
        raise InvalidInputError(
            f"session {session.name!r} knows {n} rows of features but of the {len(found)} given {what}; rows may be "
            "added at the end only"
        )
    copies = found.copies.tolist()
    new = [ItemRow(row, found.hashes[row], found.ids[row], copies[row]) for row in range(n, len(found))]
    path, before = found.source["path"], folders_of(session.row.source, session.ledger.declarations)[0].path
    return Changes(
        items=(*known, *new), unchanged=tuple(range(n)), moved=(), returned=(), edited=(),
        new=tuple(item.row for item in new), gone=(), folder=Folder(0, "", path) if path != before else None,
        after=after,
    )  # fmt: skip


def match(items: Sequence[ItemRow], files: Sequence[ItemRow]) -> list[ItemRow | None]:
    """Return the item that each file is, None for those that are new; an item is matched once."""
    by_both = {(item.path, item.sha256): item for item in items}
    found = [by_both.get((file.path, file.sha256)) for file in files]
    taken = {item.row for item in found if item is not None}
    alike: dict[str, deque[ItemRow]] = defaultdict(deque)
    left = [item for item in items if item.row not in taken]
    for item in sorted(left, key=lambda item: (item.gone, item.copy, item.row)):
        alike[item.sha256].append(item)
    for place, file in enumerate(files):
        if found[place] is None and alike[file.sha256]:
            found[place] = item = alike[file.sha256].popleft()
            taken.add(item.row)
    by_path = {item.path: item for item in left if item.row not in taken and not item.gone}
    return [by_path.get(file.path) if item is None else item for file, item in zip(files, found, strict=True)]


def _kind(file: ItemRow, item: ItemRow | None) -> str:
    if item is None:
        return "new"
    if item.sha256 != file.sha256:
        return "edited"
    if item.gone:
        return "returned"
    return "unchanged" if item.path == file.path else "moved"


def _file(item: ItemRow, folders: Mapping[int, Folder]) -> Path:
    folder = folders[item.folder]
    return Path(folder.path) / folder.name(item.path)


def _check_prefixes(files: Iterable[ItemRow], folders: Mapping[int, Folder]) -> None:
    """Refuse names that could be of two folders."""
    added = {folder.prefix: folder.path for folder in folders.values() if folder.prefix}
    for file in files:
        prefix = file.path.partition("/")[0]
        if file.folder == 0 and prefix in added:
            raise InvalidInputError(
                f"the folder {folders[0].path} now holds a folder {prefix!r}, which is what the files of "
                f"{added[prefix]} are called by in this session; give that subfolder another name"
            )


def _apart(items: Iterable[ItemRow]) -> tuple[ItemRow, ...]:
    """Return the items by row; what is gone no longer bears a name that a file has."""
    ordered = sorted(items, key=lambda item: item.row)
    names = {item.path for item in ordered if not item.gone}
    return tuple(
        replace(item, path=f"{item.path} (gone, row {item.row})") if item.gone and item.path in names else item
        for item in ordered
    )
