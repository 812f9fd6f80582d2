"""What methods have in common: which kinds of constraint each one uses, and what it says of the others."""

import warnings
from enum import Enum

from clusteer.constraints import ConstraintSet


class Use(Enum):
    """What becomes of a kind of constraint."""

    USED = "used"
    LINKS = "used through the links that follow from it"
    IGNORED = "ignored"


_IGNORES_ALL = dict.fromkeys(
    (
        "must-link", "cannot-link", "member", "rejection", "triplet", "rule", "difficulty mark", "statement of sizes",
        "bound", "balance",
    ),
    Use.IGNORED,
)  # fmt: skip
_PAIRWISE = _IGNORES_ALL | dict.fromkeys(("must-link", "cannot-link", "member", "rejection"), Use.USED)
USES: dict[str, dict[str, Use]] = {
    "propagation": _PAIRWISE
    | dict.fromkeys(("triplet", "rule"), Use.LINKS)
    | dict.fromkeys(("statement of sizes", "bound", "balance"), Use.USED),
    "kmeans": _IGNORES_ALL,
    "idec": _IGNORES_ALL,
    "dcc": dict.fromkeys(_IGNORES_ALL, Use.USED),
    "spherepair": _PAIRWISE | dict.fromkeys(("triplet", "rule"), Use.LINKS),
    "adc": _PAIRWISE | dict.fromkeys(("triplet", "rule"), Use.LINKS),
    "idc": _PAIRWISE | dict.fromkeys(("triplet", "rule"), Use.LINKS),
    "contrastive": _IGNORES_ALL,
    "multisub": _IGNORES_ALL,
    "pcl": _PAIRWISE | dict.fromkeys(("triplet", "rule"), Use.LINKS),
    "cop-kmeans": _PAIRWISE,
    "pckmeans": _PAIRWISE,
    "mpckmeans": _PAIRWISE,
}
"""What each method makes of each kind of constraint."""


def warn_ignored(constraints: ConstraintSet, method: str) -> None:
    """Warn of the constraints that a method ignores, with their numbers; say nothing where there are none."""
    counts = {
        "must-link": len(constraints.must_links),
        "cannot-link": len(constraints.cannot_links),
        "member": len(constraints.members),
        "rejection": len(constraints.rejections),
        "triplet": len(constraints.triplets),
        "rule": len(constraints.rules),
        "difficulty mark": len(constraints.difficulties),
        "statement of sizes": int(constraints.sizes is not None),
        "bound": len(constraints.cardinalities),
        "balance": len(constraints.balances),
    }
    ignored = [
        f"{count:,} {kind}{'s' if count > 1 else ''}"
        for kind, count in counts.items()
        if count and USES[method][kind] is Use.IGNORED
    ]
    if ignored:
        warnings.warn(f"{method} ignores {', '.join(ignored)}", UserWarning, stacklevel=3)
