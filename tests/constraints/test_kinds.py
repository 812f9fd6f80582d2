from dataclasses import FrozenInstanceError

import pytest

from clusteer.constraints import CannotLink, Member, MustLink, Rejection
from clusteer.core import InvalidInputError


def test_each_kind_states_one_pair_with_weight_one_and_no_source() -> None:
    for link in (MustLink(first=3, second=1), CannotLink(first=3, second=1)):
        assert (link.pair, link.weight, link.source) == ((3, 1), 1.0, "")
    for stated in (Member(item=3, exemplars=(1, 2)), Rejection(item=3, exemplars=(1, 2))):
        assert (stated.pair, stated.weight, stated.source) == ((3, 1), 1.0, "")


@pytest.mark.parametrize("weight", [0.0, -0.5, 1.0001, float("nan"), float("inf")])
def test_a_weight_outside_0_to_1_is_refused(weight: float) -> None:
    for make in (MustLink, CannotLink):
        with pytest.raises(InvalidInputError, match=f"a constraint's weight is {weight}; give a number above 0 and at"):
            make(first=0, second=1, weight=weight)
    for make_group in (Member, Rejection):
        with pytest.raises(InvalidInputError, match=f"a constraint's weight is {weight}; give a number above 0 and at"):
            make_group(item=0, exemplars=(1,), weight=weight)


def test_kinds_are_values_and_cannot_be_changed() -> None:
    link = MustLink(first=0, second=1, weight=0.5)
    assert link == MustLink(first=0, second=1, weight=0.5)
    assert link not in {MustLink(first=1, second=0, weight=0.5), CannotLink(first=0, second=1, weight=0.5)}
    with pytest.raises(FrozenInstanceError):
        link.weight = 0.7  # type: ignore[misc]  # the fault under test


def test_a_weight_is_never_taken_for_an_item() -> None:
    with pytest.raises(TypeError, match="positional"):
        MustLink(0, 1, first=0, second=1)  # type: ignore[call-arg, arg-type]  # the fault under test
