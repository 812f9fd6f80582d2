"""From what a person names to a new session: read the items, say what encoding takes, encode, index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from clusteer.core.checks import check_n_clusters
from clusteer.core.errors import InvalidInputError
from clusteer.sessions.words import count, duration, size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from clusteer.core.index import Index
    from clusteer.data import ImageSet
    from clusteer.encoders import Tfidf
    from clusteer.sessions.criterion import Criterion
    from clusteer.sessions.session import Session
    from clusteer.sessions.store import Store

OWN_FEATURES = "features"
"""Stands for the encoder where a person brought their own features."""


class Advance(Protocol):
    """What work calls to say how far it is."""

    def __call__(self, done: int, total: int, left: float | None = None, /) -> None:
        """Show that ``done`` of ``total`` are done, and the seconds left where these are known."""


@dataclass(frozen=True)
class Narrator:
    """Whom long work tells how it goes.

    Attributes
    ----------
    remark : callable
        Called with a sentence, and with True where it is a warning.
    progress : callable
        Called with what begins; the context gives what to call with how far it is.
    """

    remark: Callable[[str, bool], None]
    progress: Callable[[str], AbstractContextManager[Advance]]


@dataclass(frozen=True)
class Place:
    """Where items are: a folder or an ``.npz`` file of pictures, a named set, texts, or features alone.

    Attributes
    ----------
    images : Path or None
        A folder of pictures, or an ``.npz`` file of them.
    dataset, split : str
        A named set and the part of it.
    features : Path or None
        A person's own features; beside any of the others, or alone.
    texts : Path or None
        A file or folder of texts.
    column : str or None
        Which column of a table of texts.
    """

    images: Path | None = None
    dataset: str | None = None
    split: str = "all"
    features: Path | None = None
    texts: Path | None = None
    column: str | None = None


def recorded_place(source: Mapping[str, str]) -> Place:
    """Return where a session's items came from; an empty place where they were in memory only."""
    match source:
        case {"kind": "folder" | "npz", "path": path}:
            return Place(images=Path(path))
        case {"kind": "dataset", "name": dataset, "split": split}:
            return Place(dataset=dataset, split=split)
        case {"kind": "texts", "path": path}:
            return Place(texts=Path(path), column=source.get("column"))
        case {"kind": "features", "path": path}:
            return Place(features=Path(path))
        case _:
            return Place()


def read_items(place: Place, narrator: Narrator) -> ImageSet:
    """Return the items of a place.

    Raises
    ------
    InvalidInputError
        If the place names nothing, or what is there cannot be used.
    """
    from clusteer.data import ImageSet, load, load_features

    if place.dataset is not None:
        return load(place.dataset, place.split)
    if place.texts is not None:
        return ImageSet.from_texts(place.texts, place.column)
    if place.images is not None:
        if place.images.suffix == ".npz" and not place.images.is_dir():
            return ImageSet.from_npz(place.images)
        with narrator.progress("reading") as advance:
            return ImageSet.from_folder(place.images, advance)
    if place.features is None:
        raise InvalidInputError(
            "there is nothing to group; give --images DIR, --texts FILE, --dataset NAME or --features F.npy"
        )
    return ImageSet.from_features(place.features.stem, load_features(place.features), place.features)


def make_session(
    name: str,
    items: ImageSet,
    *,
    store: Store,
    narrator: Narrator,
    features: Path | None = None,
    encoder: str | None = None,
    criterion: Criterion | None = None,
    method: str = "propagation",
    strategy: str = "margin",
    n_clusters: int | None = None,
    budget: int | None = None,
    seed: int = 0,
) -> Session:
    """Encode items and make a session of them; the other parameters are those of ``Session.create``.

    With a criterion pictures are seen by an encoder that knows words, the one given or the bundled one, and the first
    groups are named by its words.

    Raises
    ------
    ClusteerError
        As reading, encoding and ``Session.create`` do.
    """
    from clusteer.sessions.criterion import encoder_for, name_groups
    from clusteer.sessions.session import Session

    check_n_clusters(n_clusters, len(items))
    if criterion is not None:
        if features is not None or items.has_texts:
            raise InvalidInputError("a criterion in words is for pictures alone; leave it out")
        encoder = encoder_for(criterion, encoder)
    tfidf = fit_texts(items, features)
    index = index_of(items, encoder or default_encoder(items), features, narrator, tfidf)
    session = Session.create(
        name,
        items,
        index,
        store=store,
        tfidf=tfidf,
        method=method,
        strategy=strategy,
        n_clusters=n_clusters,
        budget=budget,
        seed=seed,
    )
    if criterion is not None:
        name_groups(session, criterion)
    return session


def fit_texts(images: ImageSet, features: Path | None) -> Tfidf | None:
    """Return what encodes the texts of a new session, fitted to them; None where nothing like that is needed."""
    from clusteer.encoders import Tfidf

    return None if features is not None or not images.has_texts else Tfidf.fit(_texts(images))


def features_of(
    images: ImageSet, encoder: str, features: Path | None, narrator: Narrator, tfidf: Tfidf | None = None
) -> NDArray[np.float32] | csr_array:
    """Return (n, D) features: a person's own, or what the encoder makes of pictures or texts.

    Raises
    ------
    InvalidInputError
        If there are features for another number of items, or the encoder is not for what the items are.
    """
    from clusteer.data import check_features_match, load_features

    if features is not None:
        own = load_features(features, images.ids)
        check_features_match(images, own)
        return own
    if encoder == OWN_FEATURES:
        raise InvalidInputError(
            "this session was made from features that clusteer cannot compute; give those of these items: "
            "--features F.npy"
        )
    from clusteer.encoders import TFIDF

    if images.has_texts != (encoder == TFIDF):
        kinds = ("pictures", "texts") if images.has_texts else ("texts", "pictures")
        raise InvalidInputError(
            f"the encoder {encoder!r} is for {kinds[0]} but the items are {kinds[1]}; choose another"
        )
    if images.has_texts:
        if tfidf is None:
            raise InvalidInputError("this session was made without the words of its texts; make it with: clusteer new")
        return text_features(images, tfidf, narrator)
    return encode_pictures(images, encoder, narrator)


def encode_pictures(images: ImageSet, encoder: str, narrator: Narrator) -> NDArray[np.float32]:
    """Return (n, D) features of pictures, after saying what that takes."""
    from clusteer.encoders import encode, estimate

    expected = estimate(images, encoder)
    new = expected.items - expected.cached
    if new:
        narrator.remark(
            f"encoding {new:,} of {count(expected.items, 'picture')} with {encoder}: about "
            f"{duration(expected.seconds)} and {size(expected.bytes)} of disk",
            False,
        )
    else:
        narrator.remark(f"{count(expected.items, 'picture')} encoded with {encoder} before", False)
    with narrator.progress("encoding") as advance:
        return encode(images, encoder, progress=advance)


def index_of(
    images: ImageSet, encoder: str, features: Path | None, narrator: Narrator, tfidf: Tfidf | None = None
) -> Index:
    """Return the Index of the items."""
    from clusteer.neighbors import build_index

    values = features_of(images, encoder, features, narrator, tfidf)
    with narrator.progress("finding neighbors") as advance:
        return build_index(values, OWN_FEATURES if features is not None else encoder, progress=advance)


def default_encoder(images: ImageSet) -> str:
    """Return the name of the encoder that is used where none was named."""
    from clusteer.encoders import DEFAULT_ENCODER, TFIDF

    return TFIDF if images.has_texts else DEFAULT_ENCODER


def text_features(images: ImageSet, tfidf: Tfidf, narrator: Narrator) -> csr_array:
    """Return the (n, D) features of texts, and say where they are of no use."""
    features = tfidf.encode(_texts(images))
    narrator.remark(f"encoded {count(len(images), 'text')} by {count(len(tfidf.words), 'word')}", False)
    blank = int((features.indptr[1:] == features.indptr[:-1]).sum())
    if blank:
        narrator.remark(f"{count(blank, 'text')} with none of these words: nothing tells them from each other", True)
    return features


def _texts(images: ImageSet) -> list[str]:
    return [images.text(row) for row in range(len(images))]
