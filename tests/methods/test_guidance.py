import numpy as np
import pytest
import torch

from clusteer.constraints import (
    CannotLink,
    ConstraintSet,
    Member,
    MustLink,
    Rejection,
    Relation,
    Rule,
    Triplet,
    from_labels,
)
from clusteer.methods.guidance import Dealer, Guidance

CPU = torch.device("cpu")
EVERYTHING = ConstraintSet.from_stated(
    12,
    [
        MustLink(first=0, second=4, weight=0.5),
        CannotLink(first=1, second=5),
        Member(item=2, exemplars=(6, 7)),
        Rejection(item=3, exemplars=(8,), weight=0.25),
        Triplet(anchor=0, near=1, far=2, weight=0.75),
        Triplet(anchor=9, near=10, far=11),
        Rule(premises=(Relation(0, 4, True),), conclusion=Relation(1, 5, True)),
        Rule(premises=(Relation(0, 1, False), Relation(2, 3, True)), conclusion=Relation(6, 7, False), weight=0.5),
    ],
)


def test_every_relation_is_read_with_its_weight() -> None:
    guidance = Guidance.of(EVERYTHING, CPU)
    assert guidance.pairs.items.tolist() == [[0, 4], [2, 6], [1, 5], [3, 8]]
    assert guidance.pairs.together.tolist() == [True, True, False, False]
    assert guidance.pairs.weights.tolist() == [0.5, 1, 1, 0.25]
    assert guidance.triplets.items.tolist() == [[0, 1, 2], [9, 10, 11]]
    assert guidance.triplets.weights.tolist() == [0.75, 1]
    assert guidance.rules.weights.tolist() == [1, 0.5]
    assert guidance.rules.there.tolist() == [[True, False, True], [True, True, True]]


def test_nothing_known_is_no_trouble() -> None:
    guidance = Guidance.of(ConstraintSet(5), CPU)
    items, local = Dealer(guidance, 8, torch.Generator()).deal().localized()
    assert len(items) == len(local.pairs) == len(local.triplets) == len(local.rules) == 0
    assert guidance.violated(torch.zeros(5, dtype=torch.long)) == 0


def test_the_truth_of_rules_is_the_product_of_their_premises() -> None:
    log_q = torch.randn(12, 3, generator=torch.Generator().manual_seed(0)).double().log_softmax(dim=1)
    q = log_q.exp()

    def s(a: int, b: int) -> float:
        return float(q[a] @ q[b])

    premises, conclusion = Guidance.of(EVERYTHING, CPU).rules.log_truth(log_q)
    assert premises.exp().tolist() == pytest.approx([s(0, 4), (1 - s(0, 1)) * s(2, 3)])
    assert conclusion.exp().tolist() == pytest.approx([s(1, 5), 1 - s(6, 7)])


def test_what_a_labelling_breaks_is_counted_as_constraint_sets_count_it() -> None:
    rng = np.random.default_rng(0)
    guidance = Guidance.of(EVERYTHING, CPU)
    for _ in range(50):
        # Every group has an item: constraint sets count groups by what they hold.
        labels = np.concatenate([[0, 1, 2], rng.integers(0, 3, 9)])
        assert guidance.violated(torch.tensor(labels)) == len(EVERYTHING.violated(labels))


def test_local_places_name_the_same_items() -> None:
    guidance = Guidance.of(EVERYTHING, CPU)
    items, local = guidance.localized()
    assert items.tolist() == sorted(set(items.tolist()))
    assert torch.equal(items[local.pairs.items], guidance.pairs.items)
    assert torch.equal(items[local.triplets.items], guidance.triplets.items)
    assert torch.equal(items[local.rules.items], guidance.rules.items)


def test_each_pair_is_dealt_as_often_as_any_other() -> None:
    guidance = Guidance.of(from_labels(np.arange(30) % 3, 25), CPU)
    dealer = Dealer(guidance, 10, torch.Generator().manual_seed(0))
    dealt = torch.cat([dealer.deal().pairs.items for _ in range(10)])
    counts = torch.unique(dealt, dim=0, return_counts=True)[1]
    assert len(counts) == 25
    assert (counts == 4).all()
    few = Dealer(guidance, 100, torch.Generator().manual_seed(0))
    assert len(few.deal().pairs) == len(few.deal().pairs) == 25
