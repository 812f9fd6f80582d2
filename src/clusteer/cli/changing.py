"""The commands add and relink: a collection that changes while people answer."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clusteer.cli.collection import report_skipped
from clusteer.cli.opening import open_session
from clusteer.cli.options import Annotator, Features, Json, Name
from clusteer.cli.output import TERMINAL, emit, progress, remark, say
from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.sessions.preparing import OWN_FEATURES, encode_pictures, text_features
from clusteer.sessions.words import count

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from clusteer.data import ImageSet
    from clusteer.encoders import Tfidf
    from clusteer.sessions.changes import Changes
    from clusteer.sessions.session import Session

    Encode = Callable[[ImageSet], NDArray[np.float32]]

_SHOWN = 10


def add(
    name: Name,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="A further folder; without it the session's own are read again."),
    ] = None,
    features: Features = None,
    annotator: Annotator = "",
    as_json: Json = False,
) -> None:
    """Take in what has changed: files added, renamed, moved, edited or removed; every answer keeps its picture.

    Of a session on texts, their file or folder is read again. Of one on --features alone, F.npy may have more rows than
    before.
    """
    from clusteer.encoders import TFIDF
    from clusteer.sessions.recording import record

    session = open_session(name)
    kind = session.row.source["kind"]
    if kind == "folder":
        changes, skipped, encode = _files(session, folder, features)
    elif kind == "texts" and session.tfidf is not None and features is None and folder is None:
        changes, skipped, encode = _texts(session, session.tfidf)
    elif kind == "features" and features is not None and folder is None:
        changes, skipped, encode = _rows(session, features)
    else:
        what = "only to the file of features it was made from: --features F.npy" if kind == "features" else (
            f"from where its texts were read before, by {TFIDF}: give the name alone" if kind == "texts" else
            "to sessions on a folder, on texts, or on features, only"
        )  # fmt: skip
        raise InvalidInputError(f"the items of session {name!r} come from its {kind}; items can be added {what}")
    with progress("finding neighbors") as advance:
        record(session, changes, encode, annotator=annotator, progress=advance)
    _report(session, changes, skipped, as_json)


def relink(
    name: Name,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the folder is now.", show_default=False)],
    which: Annotated[
        str,
        typer.Option("--folder", metavar="PREFIX", help="An added folder: what its ids begin with; default the first."),
    ] = "",
    annotator: Annotator = "",
    as_json: Json = False,
) -> None:
    """Say where a session's folder has moved; nothing new is taken in (that is: clusteer add)."""
    from clusteer.sessions.places import relink as say_where

    found = say_where(open_session(name), folder, which, annotator)
    if as_json:
        emit(found)
        return
    say(f"{count(found.items, 'item')} of session {name!r} found in {folder}")
    _name_some(f"{count(len(found.missing), 'item')} not there; record that with: clusteer add {name}", found.missing)
    _name_some(f"edited since, record that with: clusteer add {name}", found.other)


def _files(
    session: "Session", added: Path | None, features: Path | None
) -> "tuple[Changes, list[tuple[str, str]], Encode]":
    """Read the folders of a session and compare."""
    from clusteer.data import ImageSet, load_features
    from clusteer.sessions.changes import find_changes
    from clusteer.sessions.places import folders_of, new_folder
    from clusteer.sessions.recording import check_features_agree

    own = session.row.encoder == OWN_FEATURES
    if own != (features is not None):
        raise InvalidInputError(
            f"session {session.name!r} was made from features that clusteer cannot compute; give those of all "
            "pictures, folder after folder in order of path: --features F.npy"
            if own
            else f"session {session.name!r} encodes pictures with {session.row.encoder}; leave out --features"
        )
    folders = folders_of(session.row.source, session.ledger.declarations)
    new = None if added is None else new_folder(added, folders, session.items)
    # With features of one's own all folders are read, so that each row of the features has its picture.
    read = {} if new is not None and not own else dict(folders)
    if new is not None:
        read[new.number] = new
    known = frozenset(item.sha256 for item in session.items)
    found: dict[int, ImageSet] = {}
    for number, place in sorted(read.items()):
        if number in folders and not Path(place.path).is_dir():
            which = f" --folder {place.prefix}" if place.prefix else ""
            raise NotFoundError(
                f"the folder {place.path} is not there; where it has moved, say so: clusteer relink {session.name} DIR"
                f"{which}"
            )
        with progress(f"reading {place.path}") as advance:
            found[number] = ImageSet.from_folder(place.path, advance, known)
        report_skipped(found[number])
    skipped = [(read[number].id(path), reason) for number, part in found.items() for path, reason in part.skipped]
    changes = find_changes(session, found, new)
    if features is None:
        return changes, skipped, lambda images: encode_pictures(images, session.row.encoder, TERMINAL)
    ids = [read[number].id(id) for number, part in found.items() for id in part.ids]
    encode = _look_up(load_features(features, ids), ids)
    check_features_agree(session, changes, encode)
    return changes, skipped, encode


def _rows(session: "Session", features: Path) -> "tuple[Changes, list[tuple[str, str]], Encode]":
    """Read a file of features and compare."""
    from clusteer.data import ImageSet, load_features
    from clusteer.sessions.changes import find_more_rows

    values = load_features(features)
    found = ImageSet.from_features(session.row.images, values, features)
    changes = find_more_rows(session, found)
    return changes, [], _look_up(values, [item.path for item in changes.items])


def _texts(session: "Session", tfidf: "Tfidf") -> "tuple[Changes, list[tuple[str, str]], Encode]":
    """Read the texts of a session again and compare; new ones are encoded by the words of the old."""
    from clusteer.data import ImageSet
    from clusteer.sessions.changes import find_changes

    found = ImageSet.from_texts(session.row.source["path"], session.row.source.get("column"))
    report_skipped(found)
    changes = find_changes(session, {0: found})
    return changes, list(found.skipped), lambda images: text_features(images, tfidf, TERMINAL).toarray()


def _look_up(values: "NDArray[np.float32]", ids: "Sequence[str]") -> "Encode":
    """Return what gives the features of items by their ids, one row of ``values`` for each."""
    if len(values) != len(ids):
        raise InvalidInputError(
            f"there are {len(ids)} pictures but {len(values)} rows of features; give one row per picture, folder after "
            "folder in order of path"
        )
    row_of = {id: row for row, id in enumerate(ids)}
    return lambda images: values[[row_of[id] for id in images.ids]]


def _report(session: "Session", changes: "Changes", skipped: "list[tuple[str, str]]", as_json: bool) -> None:
    """Say what has changed, and which answers were given about pictures that are others now."""
    ids = [item.path for item in changes.items]
    spoken: dict[int, list[str]] = {row: [] for row in changes.edited}
    for answer in session.history.answers:
        for item in {*answer.question.items, *(item for option in answer.question.options for item in option)}:
            if item in spoken:
                spoken[item].append(answer.id)
    present = sum(not item.gone for item in changes.items)
    if as_json:
        emit({
            "name": session.name, "items": present, "unchanged": len(changes.unchanged),
            **{kind: [ids[row] for row in getattr(changes, kind)] for kind in ("new", "moved", "returned", "gone")},
            "edited": [{"row": row, "id": ids[row], "answers": answers} for row, answers in spoken.items()],
            "skipped": [{"path": path, "reason": reason} for path, reason in skipped],
        })  # fmt: skip
        return
    kinds = {"new": changes.new, "edited": changes.edited, "renamed or moved": changes.moved, "back": changes.returned,
             "gone": changes.gone}  # fmt: skip
    words = ", ".join(f"{len(rows):,} {kind}" for kind, rows in kinds.items() if rows) or "nothing has changed"
    say(f"session {session.name!r}: {words}; {count(present, 'item')} now")
    answered = [f"{ids[row]} (you answered about it before: {', '.join(said)})" for row, said in spoken.items() if said]
    edited = [*answered, *(ids[row] for row, said in spoken.items() if not said)]
    _name_some("edited; answers about them stand, tell them anew where they no longer hold:", edited)
    _name_some(
        "gone; answers about them stand, and they come back with their files:", [ids[row] for row in changes.gone]
    )


def _name_some(what: str, names: "Sequence[str]") -> None:
    if names:
        remark(what, "yellow")
        for name in names[:_SHOWN]:
            remark(f"  {name}", "yellow")
        if len(names) > _SHOWN:
            remark(f"  and {len(names) - _SHOWN} more; --json lists them all", "yellow")
