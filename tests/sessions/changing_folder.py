"""A folder of pictures with a session on it, somebody who answers by colour, and what answers must keep pointing to."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clusteer.core.questions import Answer, Question
from clusteer.data.images import ImageSet
from clusteer.neighbors import build_index
from clusteer.sessions.changes import Changes, find_changes
from clusteer.sessions.places import folders_of, new_folder
from clusteer.sessions.recording import record
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store

COLOURS = ((220, 40, 40), (40, 180, 60), (40, 60, 220))


def picture(path: Path, colour: int, seed: int) -> None:
    """Write a noisy square of a colour; the same seed gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).normal(0, 25, (8, 8, 3))
    Image.fromarray(np.clip(np.array(COLOURS[colour]) + noise, 0, 255).astype(np.uint8)).save(path)


def fill(folder: Path, n: int, start: int = 0) -> None:
    """Write n pictures, the i-th of colour i % 3."""
    for number in range(start, start + n):
        picture(folder / f"p{number:02d}.png", number % 3, number)


def features_of(images: ImageSet) -> NDArray[np.float32]:
    """Stand in for an encoder: the pixels themselves."""
    return images.pixels(np.arange(len(images)), 8).reshape(len(images), -1).astype(np.float32) - 128


def colour_of(images: ImageSet, row: int) -> int:
    red, green, blue = np.asarray(images.image(row)).reshape(-1, 3).mean(axis=0)
    return int(np.argmax([red, green, blue]))


def make(folder: Path, home: Path) -> Session:
    """Make a session on a folder."""
    images = ImageSet.from_folder(folder)
    index = build_index(features_of(images), "test", neighbors=5)
    return Session.create("mine", images, index, store=Store(home), strategy="uniform")


def tell_some(session: Session) -> None:
    """Answer questions about the first items, of all three colours; nothing is fitted for that."""
    groups = ((0,), (1,), (2,))
    asked = [
        Question("", "same", (0, 3)),
        *(Question("", "member", (item,), groups[:item], True) for item in (1, 2)),
        *(Question("", "member", (item,), groups, True) for item in (6, 7, 8)),
        Question("", "same", (9, 10)),
    ]
    answer(session, session.pose(asked))


def answer(session: Session, questions: list[Question]) -> None:
    """Answer as somebody who groups by colour."""
    for question in questions:
        session.tell(question.id, choice(session, question))


def choice(session: Session, question: Question) -> str:
    shown = [colour_of(session.images, item) for item in question.items]
    if question.kind == "same":
        return "same" if shown[0] == shown[1] else "different"
    leaders = [colour_of(session.images, option[0]) for option in question.options]
    return str(leaders.index(shown[0]) + 1) if shown[0] in leaders else "none"


def look(session: Session, added: Path | None = None) -> Changes:
    """Read the folders of a session, or a further one, and compare."""
    folders = folders_of(session.row.source, session.ledger.declarations)
    folder = None if added is None else new_folder(added, folders, session.items)
    read = folders.values() if folder is None else [folder]
    known = frozenset(item.sha256 for item in session.items)
    return find_changes(session, {f.number: ImageSet.from_folder(f.path, known=known) for f in read}, folder)


def take_up(session: Session, added: Path | None = None) -> Changes:
    """Record what has changed in the folders of a session, or add a further one."""
    changes = look(session, added)
    record(session, changes, features_of)
    return changes


def contents(session: Session) -> dict[str, tuple[str, dict[int, str]]]:
    """Return for each answer its choice, and the content of each item it speaks of as it is on disk; "" if gone."""
    return {answer.id: (answer.choice, {item: content(session, item) for item in spoken(answer)}) for answer in
            session.ledger.answers}  # fmt: skip


def spoken(answer: Answer) -> list[int]:
    return [*answer.question.items, *(item for option in answer.question.options for item in option)]


def content(session: Session, row: int) -> str:
    path = session.images.path(row)
    assert path is not None
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() and not session.items[row].gone else ""


def without(told: Mapping[str, tuple[str, dict[int, str]]], rows: set[int]) -> dict[str, tuple[str, dict[int, str]]]:
    """Return the same, these rows being gone."""
    return {id: (said, {row: "" if row in rows else sha for row, sha in held.items()}) for id, (said, held) in
            told.items()}  # fmt: skip


def again(session: Session) -> Session:
    """The session as another process would open it."""
    return Session.open("mine", Store(session.store.home))


def answered_file(session: Session, place: int = 0) -> tuple[int, Path]:
    """An item that answers speak of, and its file."""
    row = session.ledger.answers[place].question.items[0]
    path = session.images.path(row)
    assert path is not None
    return row, path


def check(session: Session) -> None:
    """Ids are those of the files that are there, and the session goes on."""
    fresh = again(session)
    for opened in (session, fresh):
        present = {item.path: item.sha256 for item in opened.items if not item.gone}
        images = [ImageSet.from_folder(folder) for folder in folders_of_pictures(opened)]
        assert Counter(present.values()) == Counter(sha for part in images for sha in part.hashes)
        for row, item in enumerate(opened.items):
            path = opened.images.path(row)
            assert path is not None
            assert item.gone or path.exists()
            assert item.row == row
        assert len(opened.index) == len(opened.items)
    assert len(fresh.refit().labels) == len(fresh.items)
    assert sum(group.size for group in fresh.groups()) == len(present) == fresh.status().items
    assert fresh.store.n_items(fresh.row.id) == len(present)
    for question in fresh.ask(3, "somebody"):
        shown = {*question.items, *(item for option in question.options for item in option)}
        assert fresh.history.gone.isdisjoint(shown)


def folders_of_pictures(session: Session) -> list[str]:
    return [path for key, path in session.images.source.items() if key == "path" or key.endswith("/")]
