"""Recording what has changed in a collection: encode what is new, bring the index up to date, then append the rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clusteer.core.errors import InvalidInputError, StorageError
from clusteer.sessions.places import current_source

if TYPE_CHECKING:
    from clusteer.core.index import Index
    from clusteer.data.images import ImageSet
    from clusteer.sessions.changes import Changes
    from clusteer.sessions.session import Session

Encode = Callable[["ImageSet"], NDArray[np.float32]]
"""Gives the (m, D) features of m items under the session's encoder."""


def record(
    session: Session,
    changes: Changes,
    encode: Encode,
    *,
    annotator: str = "",
    progress: Callable[[int, int, float], None] | None = None,
) -> None:
    """Append changes to a session; what it was told stays as it is.

    The new index is on disk before the rows are appended, all at once; whatever comes between leaves the session as it
    was. Every open session on these rows takes them up by itself.

    Parameters
    ----------
    session : Session
        The one that the changes were found against; it takes them up before this returns.
    changes : Changes
        Of ``find_changes`` or ``find_more_rows``.
    encode : callable
        Called with the items that are new or edited; with all that are there where the new ones outnumber the others,
        because the axes and cells of few items do not do for many.
    annotator : str
        Who adds the folder.
    progress : callable, optional
        Called with (items done, items in all, seconds left) while an index is built anew.

    Raises
    ------
    InvalidInputError
        If the features have another number of columns.
    StorageError
        If another process has changed the items meanwhile.
    """
    known = session.items
    entries = [item for item in changes.items if item.row >= len(known) or item != known[item.row]]
    folder = None if changes.folder is None else changes.folder.declaration()
    if not entries and folder is None:
        return
    artifacts = None
    if changes.fresh:
        from clusteer.neighbors import save_index

        artifacts = {"index": save_index(_index(session, changes, encode, progress), session.store.artifacts)}
    if session.store.add_items(session.row.id, entries, changes.after, artifacts, folder, annotator) is None:
        raise StorageError(
            f"another process changed the items of session {session.name!r} meanwhile; repeat the command, what was "
            "encoded is kept"
        )
    session.take_up()


def check_features_agree(session: Session, changes: Changes, encode: Encode) -> None:
    """Refuse features of one's own that differ from those the session has of files that have not changed.

    Raises
    ------
    InvalidInputError
        If they do: most likely the rows are in another order.
    """
    rows = np.array(changes.unchanged, np.int64)
    if not len(rows):
        return
    features, index = encode(_images(session, changes).subset(rows)), session.index
    _check_width(features, index)
    away = np.linalg.norm(index.project(features) - index.embedding[rows], axis=1) > 1e-2
    if away.any():
        raise InvalidInputError(
            f"the features of {int(away.sum())} of {len(rows)} unchanged pictures differ from those the session has, "
            f"the first is {changes.items[int(rows[away.argmax()])].path!r}; give one row per picture in order of path"
        )


def _index(
    session: Session, changes: Changes, encode: Encode, progress: Callable[[int, int, float], None] | None
) -> Index:
    from clusteer.neighbors import build_index, update_index

    index, images = session.index, _images(session, changes)
    if len(changes.new) <= len(index):
        rows = np.array(changes.fresh, np.int64)
        features = encode(images.subset(rows))
        _check_width(features, index)
        return update_index(index, rows, index.project(features))
    gone = np.array([item.gone for item in changes.items])
    features = encode(images.subset(np.flatnonzero(~gone)))
    _check_width(features, index)
    if gone.any():
        # There is nothing left to encode of what is gone; it stays where it was, as well as the old axes tell.
        whole = np.empty((len(gone), features.shape[1]), np.float32)
        spread = math.sqrt(max(0.0, 1 - float(index.mean @ index.mean)))
        whole[~gone] = features
        whole[gone] = index.mean + np.float32(spread) * (index.embedding[np.flatnonzero(gone)] @ index.components.T)
        features = whole
    return build_index(features, index.encoder, progress=progress)


def _images(session: Session, changes: Changes) -> ImageSet:
    """Return every item as it is after the changes."""
    from clusteer.data.sources import open_source

    source = current_source(session.row.source, session.ledger.declarations)
    if changes.folder is not None:
        folder = changes.folder
        source |= {f"{folder.prefix}/" if folder.prefix else "path": folder.path}
    ids, hashes = [item.path for item in changes.items], [item.sha256 for item in changes.items]
    return open_source(source, ids, hashes, session.row.images)


def _check_width(features: NDArray[np.float32], index: Index) -> None:
    if features.shape[1] != len(index.mean):
        raise InvalidInputError(
            f"the features have {features.shape[1]} columns but those of the session have {len(index.mean)}; give "
            "features of the same encoder"
        )
