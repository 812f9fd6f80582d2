"""The items that a command line names."""

from pathlib import Path
from typing import TYPE_CHECKING

from clusteer.cli.output import TERMINAL, remark
from clusteer.core.errors import InvalidInputError
from clusteer.sessions.preparing import Place, read_items
from clusteer.sessions.words import count

if TYPE_CHECKING:
    from clusteer.data import ImageSet

_SHOWN = 10


def open_items(
    images: Path | None,
    dataset: str | None,
    split: str,
    features: Path | None,
    texts: Path | None = None,
    column: str | None = None,
) -> "ImageSet":
    """Return the items that exactly one of a folder, a named set and texts holds, or that only features describe.

    Raises
    ------
    InvalidInputError
        If more than one was given, or nothing was.
    """
    places = {"--images": images, "--dataset": dataset, "--texts": texts}
    given = [option for option, place in places.items() if place is not None]
    if len(given) > 1:
        raise InvalidInputError(f"{' and '.join(given)} were given together; give one of them")
    if texts is None and column is not None:
        raise InvalidInputError(f"--column {column} was given without --texts; only tables of texts have columns")
    if dataset is None and split != "all":
        raise InvalidInputError(f"--split {split} was given without --dataset; only named sets are split")
    return read_items(Place(images, dataset, split, features, texts, column), TERMINAL)


def report_skipped(images: "ImageSet") -> None:
    """Name the files, or the lines of one, that could not be used."""
    if images.skipped:
        remark(f"{count(len(images.skipped), 'text' if images.has_texts else 'file')} skipped:", "yellow")
        for name, reason in images.skipped[:_SHOWN]:
            remark(f"  {name}: {reason}", "yellow")
        if len(images.skipped) > _SHOWN:
            remark(f"  and {len(images.skipped) - _SHOWN} more; --json lists them all", "yellow")
