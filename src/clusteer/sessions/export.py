"""What a person takes away: labels, constraints, a replay, a model, a report, and one folder per group."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from clusteer.constraints.io import json_lines
from clusteer.core.errors import InvalidInputError
from clusteer.sessions.artifacts import sync_folder
from clusteer.sessions.faults import plain_faults
from clusteer.sessions.folders import Progress, write_folders, write_lists
from clusteer.sessions.model import save_model
from clusteer.sessions.replay import replay_of
from clusteer.sessions.report_page import report_page

if TYPE_CHECKING:
    from clusteer.sessions.session import Session

MANIFEST = "export.json"


@dataclass(frozen=True)
class Exported:
    """What an export wrote.

    Attributes
    ----------
    folder : Path
        Where.
    files : tuple of str
        Relative path of each file.
    missing : tuple of str
        Items whose picture or text has gone and that no group's folder holds; the labels have them.
    """

    folder: Path
    files: tuple[str, ...]
    missing: tuple[str, ...]


def export(session: Session, to: Path, *, folders: bool = True, progress: Progress | None = None) -> Exported:
    """Write a session's grouping as it stands; the folder appears whole, at the end, or not at all.

    Items whose files are gone are left out, except where constraints and replay speak of them.
    ``labels.csv`` (id, group, confidence, provenance, name), ``constraints.jsonl``, ``replay.json``, ``model/``,
    ``report.html`` and, where there are pictures or texts, ``groups/``. An earlier export of the same session is
    replaced.

    Parameters
    ----------
    session : Session
        Brought up to date first, and written as a round.
    to : Path
        A folder that does not exist, is empty, or holds an earlier export of this session and nothing else.
    folders : bool
        Whether to write ``groups/``.
    progress : callable, optional
        Told as the groups' folders fill how many items are done, of how many.

    Raises
    ------
    InvalidInputError
        If ``to`` holds anything else.
    StorageError
        If the disk is full or refuses; then nothing has changed.
    """
    to = Path(os.path.abspath(to))
    identity = {"session": session.name, "created": session.row.at.isoformat()}
    with plain_faults(to):
        _check_target(to, identity)
        session.fit("export")
        to.parent.mkdir(parents=True, exist_ok=True)
        fresh = to.parent / f".{to.name}-{uuid4().hex}"
        try:
            fresh.mkdir()
            missing = _write(session, fresh, folders, progress or (lambda done, total: None))
            files = tuple(sorted(path.relative_to(fresh).as_posix() for path in _files(fresh)))
            (fresh / MANIFEST).write_text(json.dumps({**identity, "files": files}, indent=1), encoding="utf-8")
            if hasattr(os, "sync"):
                os.sync()  # One call for all: a call per file takes minutes where groups hold 100,000.
            _swap(fresh, to)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return Exported(to, files, missing)


def _write(session: Session, folder: Path, folders: bool, progress: Progress) -> tuple[str, ...]:
    clustering, groups = session.clustering, session.groups()
    ids = [item.path for item in session.items]
    reasons = session.ledger.provenance(clustering.labels)
    present = clustering.labels.copy()
    present[list(session.ledger.gone)] = -1
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "group", "confidence", "provenance", "name"])
        for id, group, confidence, reason in zip(
            ids, present.tolist(), clustering.confidence.tolist(), reasons, strict=True
        ):
            if group >= 0:
                rows.writerow([id, group, f"{confidence:.4f}", reason, groups[group].name])
    with (folder / "constraints.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json_lines(session.constraints, ids.__getitem__))
    (folder / "replay.json").write_text(replay_of(session).model_dump_json(indent=1), encoding="utf-8")
    (folder / "model").mkdir()
    save_model(session, folder / "model")
    (folder / "report.html").write_text(report_page(session), encoding="utf-8")
    images = session.images
    if not folders or not (images.has_images or images.has_texts):
        return ()
    (folder / "groups").mkdir()
    write = write_lists if images.has_texts and images.path(0) is None else write_folders
    return write(images, present, [group.name for group in groups], folder / "groups", progress)


def _check_target(to: Path, identity: dict[str, str]) -> None:
    """Refuse a folder in which an export would bury something else."""
    if not to.exists():
        return
    if not to.is_dir():
        raise InvalidInputError(f"{to} is a file; give a folder to export to")
    found = {path.relative_to(to).as_posix() for path in _files(to)}
    if not found:
        return
    try:
        earlier = json.loads((to / MANIFEST).read_text(encoding="utf-8"))
        known = {MANIFEST, *earlier["files"]}
        same = all(earlier[key] == value for key, value in identity.items())
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        same, known = False, set()
    if not same:
        raise InvalidInputError(
            f"{to} is not empty and holds no earlier export of session {identity['session']!r}; give an empty or new "
            "folder"
        )
    if added := sorted(found - known):
        raise InvalidInputError(
            f"{to} holds {len(added)} files that the earlier export did not write, such as {added[0]}; move them away "
            "or give another folder"
        )


def _files(folder: Path) -> Iterator[Path]:
    """Yield every file and link, never following a link out of the folder."""
    for place, _, names in os.walk(folder):
        yield from (Path(place) / name for name in names)


def _swap(fresh: Path, to: Path) -> None:
    """Put the finished folder in place; an earlier one is out of the way for the blink of two renames."""
    if not to.exists():
        fresh.rename(to)
    else:
        old = fresh.with_name(f"{fresh.name}-old")
        to.rename(old)
        try:
            fresh.rename(to)
        except OSError:
            old.rename(to)
            raise
        shutil.rmtree(old)
    sync_folder(to.parent)
