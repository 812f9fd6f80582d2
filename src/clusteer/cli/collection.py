"""From what a user names to items with an Index: read, announce what encoding takes, encode, index."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clusteer.cli.output import count, duration, progress, remark, size
from clusteer.core.errors import InvalidInputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from clusteer.core.index import Index
    from clusteer.data import ImageSet

OWN_FEATURES = "features"
"""Stands for the encoder where a person brought their own features."""
_SHOWN = 10


def open_items(images: Path | None, dataset: str | None, split: str, features: Path | None) -> "ImageSet":
    """Return the items that exactly one of a folder and a named set holds, or that only features describe.

    Raises
    ------
    InvalidInputError
        If both were given, or nothing was.
    """
    from clusteer.data import ImageSet, load, load_features

    if images is not None and dataset is not None:
        raise InvalidInputError("--images and --dataset were both given; give one of them")
    if dataset is None and split != "all":
        raise InvalidInputError(f"--split {split} was given without --dataset; only named sets are split")
    if dataset is not None:
        return load(dataset, split)
    if images is not None:
        if images.suffix == ".npz" and not images.is_dir():
            return ImageSet.from_npz(images)
        with progress("reading") as advance:
            return ImageSet.from_folder(images, advance)
    if features is None:
        raise InvalidInputError("there is nothing to group; give --images DIR, --dataset NAME or --features F.npy")
    return ImageSet.from_features(features.stem, load_features(features), features)


@dataclass(frozen=True)
class Place:
    """Where items are, as the options of the command line say it."""

    images: Path | None = None
    dataset: str | None = None
    split: str = "all"
    features: Path | None = None


def recorded_place(source: Mapping[str, str]) -> Place:
    """Return where a session's items came from; an empty place where they were in memory only."""
    match source:
        case {"kind": "folder" | "npz", "path": path}:
            return Place(images=Path(path))
        case {"kind": "dataset", "name": dataset, "split": split}:
            return Place(dataset=dataset, split=split)
        case {"kind": "features", "path": path}:
            return Place(features=Path(path))
        case _:
            return Place()


def report_skipped(images: "ImageSet") -> None:
    """Name the files that could not be used."""
    if images.skipped:
        remark(f"{count(len(images.skipped), 'file')} skipped:", "yellow")
        for name, reason in images.skipped[:_SHOWN]:
            remark(f"  {name}: {reason}", "yellow")
        if len(images.skipped) > _SHOWN:
            remark(f"  and {len(images.skipped) - _SHOWN} more; --json lists them all", "yellow")


def features_of(images: "ImageSet", encoder: str, features: Path | None) -> "NDArray[np.float32]":
    """Return (n, D) features: a person's own, or what the encoder makes of the pictures.

    Raises
    ------
    InvalidInputError
        If there are features for another number of items, or neither pictures nor features.
    """
    from clusteer.data import check_features_match, load_features

    if features is not None:
        own = load_features(features)
        check_features_match(images, own)
        return own
    if encoder == OWN_FEATURES:
        raise InvalidInputError(
            "this session was made from features that clusteer cannot compute; give those of these items: "
            "--features F.npy"
        )
    from clusteer.encoders import encode, estimate

    expected = estimate(images, encoder)
    new = expected.items - expected.cached
    if new:
        remark(
            f"encoding {new:,} of {count(expected.items, 'picture')} with {encoder}: about "
            f"{duration(expected.seconds)} and {size(expected.bytes)} of disk"
        )
    else:
        remark(f"{count(expected.items, 'picture')} encoded with {encoder} before")
    with progress("encoding") as advance:
        return encode(images, encoder, progress=advance)


def index_of(images: "ImageSet", encoder: str, features: Path | None) -> "Index":
    """Return the Index of the items."""
    from clusteer.neighbors import build_index

    values = features_of(images, encoder, features)
    with progress("finding neighbors") as advance:
        return build_index(values, OWN_FEATURES if features is not None else encoder, progress=advance)


def default_encoder() -> str:
    """Return the name of the encoder that is used where none was named."""
    from clusteer.encoders import DEFAULT_ENCODER

    return DEFAULT_ENCODER
