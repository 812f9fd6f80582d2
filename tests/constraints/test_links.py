import numpy as np
import pytest

from clusteer.constraints import CannotLink, ConstraintSet, Links, MustLink
from clusteer.core import InvalidInputError

PAIRS = np.array([[0, 1], [2, 3], [4, 0]])


def links() -> Links[MustLink]:
    return Links(MustLink, PAIRS, np.array([1.0, 0.5, 0.25]), ("", "a1", "d2"))


def test_links_read_as_a_sequence_of_constraints() -> None:
    read = (
        MustLink(first=0, second=1),
        MustLink(first=2, second=3, weight=0.5, source="a1"),
        MustLink(first=4, second=0, weight=0.25, source="d2"),
    )
    assert tuple(links()) == read
    assert links() == read
    assert read == links()
    assert hash(links()) == hash(read)
    assert links()[-1] == read[-1]
    assert links()[1:] == read[1:]
    assert links() != read[:2]
    assert links() != (*read[:2], MustLink(first=4, second=0))
    assert links() != "two"
    assert Links.read(MustLink, read) == links()
    assert links() + links() == read * 2
    assert repr(links()) == "<3 x MustLink>"
    with pytest.raises(IndexError):
        links()[3]


def test_a_set_of_links_equals_the_set_of_the_same_constraints() -> None:
    assert ConstraintSet.from_pairs(5, PAIRS[:2], PAIRS[2:]) == ConstraintSet(
        5, (MustLink(first=0, second=1), MustLink(first=2, second=3)), (CannotLink(first=4, second=0),)
    )


def test_links_keep_the_pairs_they_were_given() -> None:
    given = PAIRS.copy()
    constraints = ConstraintSet.from_pairs(5, given)
    given[0] = 4
    assert constraints.must.pairs.tolist() == PAIRS.tolist()
    assert not constraints.must.pairs.flags.writeable
    with pytest.raises(InvalidInputError, match="MustLink names item 5 but there are 5 items"):
        ConstraintSet(5, Links.of_pairs(MustLink, [(0, 5)], 6, "must_link"))


def test_many_links_are_kept_and_closed() -> None:
    drawn = np.random.default_rng(0).integers(0, 200_000, (200_000, 2))
    drawn = drawn[drawn[:, 0] != drawn[:, 1]]
    constraints = ConstraintSet.from_pairs(200_000, drawn[:80_000], drawn[80_000:])
    assert len(constraints) == len(drawn)
    assert constraints.closure().n_components < len(constraints.closure().items)
    assert len(constraints.conflicts()) == constraints.closure().contradicted.sum()
