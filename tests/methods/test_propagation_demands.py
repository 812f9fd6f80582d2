"""What is stated beyond links, as the instant engine takes it."""

import numpy as np
import pytest

from clusteer.constraints import (
    Balance,
    Cardinality,
    ClusterSizes,
    Constraint,
    ConstraintSet,
    Relation,
    Rule,
    Triplet,
)
from clusteer.methods.propagation import Propagation
from tests.blobs import blob_index, blobs, told

TRUTH = blobs()[1]
ASKED = range(20)


def stated(*demands: Constraint) -> ConstraintSet:
    """The demands beside answers about twenty items."""
    answered = told(ASKED, TRUTH)
    return ConstraintSet.from_stated(120, [*answered, *demands], answered.order, answered.openers)


def test_sizes_hold_on_labels_probabilities_and_predictions() -> None:
    engine = Propagation().fit(blobs()[0], constraints=stated(ClusterSizes(shares=(0.4, 0.3, 0.2, 0.1))))
    assert sorted(np.bincount(engine.labels_).tolist()) == [12, 24, 36, 48]
    assert engine.unmet_ == ()
    assert np.array_equal(engine.proba_.argmax(axis=1), engine.labels_)
    assert np.array_equal(engine.predict(blobs()[0]), engine.labels_)
    assert np.array_equal(engine.labels_[ASKED], TRUTH[ASKED])


def test_demands_that_are_met_change_nothing() -> None:
    demands = Cardinality(lower=20, upper=40), Balance(parts=(tuple(range(60)), tuple(range(60, 120))), tolerance=0.1)
    engine, plain = (Propagation().fit_index(blob_index(), stated(*some)) for some in (demands, ()))
    assert np.array_equal(engine.proba_, plain.proba_)


def test_bounds_and_balance_hold_together() -> None:
    demands = (
        Cardinality(upper=32),
        Cardinality(lower=12, items=tuple(range(60)), group=0),
        Balance(parts=(tuple(range(0, 120, 3)), tuple(range(1, 120, 3))), tolerance=0.05),
    )
    engine = Propagation().fit_index(blob_index(spread=4), stated(*demands))
    assert engine.unmet_ == ()
    assert stated(*demands).violated(engine.labels_) == stated().violated(engine.labels_)


def test_answers_outrank_bounds_and_what_is_unmet_is_told() -> None:
    bound = Cardinality(upper=3, items=tuple(range(20)))
    engine = Propagation().fit_index(blob_index(), stated(bound))
    assert np.array_equal(engine.labels_[ASKED], TRUTH[ASKED])
    assert engine.unmet_ == (bound,)


def test_before_any_answer_sizes_say_how_many_groups() -> None:
    shares = ClusterSizes(shares=(0.5, 0.3, 0.1, 0.05, 0.05))
    engine = Propagation().fit_index(blob_index(), ConstraintSet.from_stated(120, [shares]))
    assert sorted(np.bincount(engine.labels_).tolist()) == [6, 6, 12, 36, 60]
    assert engine.unmet_ == ()
    assert Propagation(n_clusters=3).fit_index(blob_index(), stated(shares)).unmet_ == (shares,)


@pytest.mark.parametrize(
    ("follows", "link"),
    [
        (Rule(premises=(Relation(0, 4, True),), conclusion=Relation(33, 1, True)), ([(33, 1)], [])),
        (Triplet(anchor=33, near=1, far=2), ([], [(33, 2)])),
    ],
)
def test_rules_and_triplets_count_by_the_links_that_follow(
    follows: Constraint, link: tuple[list[tuple[int, int]], list[tuple[int, int]]]
) -> None:
    engine = Propagation().fit_index(blob_index(), stated(follows))
    linked = Propagation().fit_index(blob_index(), stated().with_(*link))
    assert np.array_equal(engine.proba_, linked.proba_)
    assert not np.array_equal(engine.proba_[33], Propagation().fit_index(blob_index(), stated()).proba_[33])
