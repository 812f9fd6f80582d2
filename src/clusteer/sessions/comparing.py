"""Two sessions over one collection side by side: how the groups of one fall on those of the other."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clusteer.core.errors import InvalidInputError
from clusteer.metrics import nmi
from clusteer.sessions.reports import Group
from clusteer.sessions.session import Session


@dataclass(frozen=True)
class CrossTable:
    """How often each group of one session meets each group of another.

    Attributes
    ----------
    rows, columns : tuple of Group
        The groups of either session that hold items of both, by number.
    counts : (r, c) int64
        Items in both.
    only_here, only_there : int
        Items that just one of them has.
    nmi : float
        Near 0 where the two say nothing of each other, 1 where they group alike.
    """

    rows: tuple[Group, ...]
    columns: tuple[Group, ...]
    counts: NDArray[np.int64]
    only_here: int
    only_there: int
    nmi: float


def cross_table(one: Session, other: Session) -> CrossTable:
    """Lay the groups of two sessions side by side; items are the same where their content is.

    Parameters
    ----------
    one, other : Session
        Any two; what is gone from either is left out.

    Raises
    ------
    InvalidInputError
        If they have no item in common.
    """
    here, there = _contents(one), _contents(other)
    common = sorted(here.keys() & there.keys())
    if not common:
        raise InvalidInputError(
            f"sessions {one.name!r} and {other.name!r} have no item in common; compare two over the same collection"
        )
    first = one.refit().labels[[here[content] for content in common]]
    second = other.refit().labels[[there[content] for content in common]]
    used, of_one = np.unique(first, return_inverse=True)
    met, of_other = np.unique(second, return_inverse=True)
    counts = np.zeros((len(used), len(met)), np.int64)
    np.add.at(counts, (of_one, of_other), 1)
    groups, others = one.groups(), other.groups()
    return CrossTable(
        tuple(groups[number] for number in used),
        tuple(others[number] for number in met),
        counts,
        len(here) - len(common),
        len(there) - len(common),
        nmi(first, second),
    )


def _contents(session: Session) -> dict[tuple[str, int], int]:
    """Return the row of each item that is there by its content, copies told apart."""
    return {(item.sha256, item.copy): item.row for item in session.items if not item.gone}
