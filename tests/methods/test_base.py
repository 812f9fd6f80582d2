import warnings

import pytest

from clusteer.constraints import (
    Balance,
    Cardinality,
    ClusterSizes,
    ConstraintSet,
    Difficulty,
    MustLink,
    Relation,
    Rule,
    Triplet,
)
from clusteer.methods._base import USES, Use, warn_ignored
from clusteer.methods.propagation import Propagation
from tests.blobs import blob_index

EVERYTHING = ConstraintSet.from_stated(
    120,
    [
        MustLink(first=0, second=4),
        Triplet(anchor=0, near=1, far=2),
        Rule(premises=(Relation(0, 4, True),), conclusion=Relation(1, 5, True)),
        Difficulty(item=3, value=1),
        Difficulty(item=7, value=-1),
        ClusterSizes(shares=(0.5, 0.5)),
        Cardinality(upper=90),
        Balance(parts=((0, 1), (2, 3)), tolerance=0.5),
    ],
)


def test_every_method_says_what_it_makes_of_every_kind() -> None:
    kinds = set(USES["propagation"])
    assert all(set(uses) == kinds for uses in USES.values())


def test_ignoring_warns_once_with_counts() -> None:
    with pytest.warns(UserWarning, match="^propagation ignores 2 difficulty marks$") as warned:
        warn_ignored(EVERYTHING, "propagation")
    assert len(warned) == 1
    with pytest.warns(
        UserWarning, match="^mpckmeans ignores 1 triplet, 1 rule, 2 difficulty marks, 1 statement of siz"
    ):
        warn_ignored(EVERYTHING, "mpckmeans")


@pytest.mark.parametrize("method", sorted(USES))
def test_what_is_not_there_is_not_spoken_of(method: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_ignored(ConstraintSet(5), method)
        if USES[method]["must-link"] is Use.USED:
            warn_ignored(ConstraintSet.from_pairs(5, [(0, 1)], [(1, 2)]), method)


def test_the_engine_warns_of_marks() -> None:
    with pytest.warns(UserWarning, match="propagation ignores 2 difficulty marks"):
        Propagation().fit_index(blob_index(), EVERYTHING)
