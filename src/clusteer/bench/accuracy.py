"""Cases of kind accuracy: one simulated person on a named set."""

from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING

from clusteer.bench.spec import Case
from clusteer.data import load
from clusteer.queries.oracles import get_oracle
from clusteer.sessions.simulate import simulate

if TYPE_CHECKING:
    from clusteer.core import Index
    from clusteer.data import ImageSet


def measure(case: Case) -> dict[str, object]:
    """Return the curve of a case up to its last target.

    Raises
    ------
    UnavailableError
        If the data are missing.
    """
    items, index = _indexed(str(case["dataset"]), str(case["split"]), str(case["encoder"]))
    curve = simulate(
        index,
        items.truths[str(case["truth"])],
        budget=max(targets_of(case)),
        oracle=get_oracle("by-exemplar", float(str(case["noise"]))),
        strategy=str(case["strategy"]),
        seed=int(str(case["seed"])),
    )
    return {"items": len(items), "encoder": index.encoder, "curve": [asdict(point) for point in curve.points]}


def targets_of(case: Case) -> dict[int, float]:
    """Return number of answers to the accuracy wanted there."""
    targets = case["targets"]
    return {int(answers): wanted for answers, wanted in targets.items()} if isinstance(targets, dict) else {}


@cache
def _indexed(dataset: str, split: str, encoder: str) -> "tuple[ImageSet, Index]":
    from clusteer.encoders import encode
    from clusteer.neighbors import build_index

    items = load(dataset, split)
    return items, build_index(encode(items, encoder), encoder)
