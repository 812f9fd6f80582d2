"""The items of a case: a named set under an encoder, or evenly spaced rows of it."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clusteer.bench.spec import Case
from clusteer.core.errors import UnavailableError
from clusteer.data import load

if TYPE_CHECKING:
    from clusteer.core import Index


def items_of(case: Case) -> "tuple[Index, NDArray[np.int64]]":
    """Return the Index of a case's items and the truth (n,) they are measured against.

    Raises
    ------
    UnavailableError
        If the set or the encoder's weights are missing; the sentence begins with "needs".
    """
    items = case.get("items")
    index, truths = _indexed(str(case["dataset"]), str(case["split"]), str(case["encoder"]), items and int(items))
    return index, truths[str(case["truth"])]


@cache
def _indexed(dataset: str, split: str, encoder: str, most: int | None) -> "tuple[Index, dict[str, NDArray[np.int64]]]":
    from clusteer.encoders import encode
    from clusteer.neighbors import build_index

    try:
        images = load(dataset, split)
    except UnavailableError as fault:
        raise UnavailableError(f"needs {dataset}.npz in the data folder, or a network to fetch it from") from fault
    images = images.subset(np.linspace(0, len(images) - 1, min(most or len(images), len(images))).astype(np.int64))
    try:
        features = encode(images, encoder)
    except UnavailableError as fault:
        raise UnavailableError(f"needs the weights of {encoder}, which are not installed") from fault
    return build_index(features, encoder), {name: np.asarray(truth, np.int64) for name, truth in images.truths.items()}
