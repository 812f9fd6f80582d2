from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from clusteer.constraints import ClusterSizes, ConstraintSet, MustLink, Relation, Rule, Triplet, from_answers
from clusteer.constraints.cluster_answers import Memberships, read_memberships
from clusteer.core import Answer, InvalidInputError
from clusteer.encoders.heads import Head
from clusteer.methods.fine_tuning import FineTuning, Told
from clusteer.methods.guidance import Pairs
from clusteer.methods.idc import IDC
from clusteer.methods.variations import Variations
from clusteer.metrics import accuracy
from clusteer.queries.cluster_questions import cluster_questions
from clusteer.queries.oracles import ByExemplar, Matched
from clusteer.queries.value_mining import group_centers, mine
from clusteer.training import EpochReport
from tests.blobs import blobs, told

N, K = 400, 4
FEATURES, TRUTH = blobs(N, K, 8, spread=2.0)
SMALL: dict[str, Any] = {"network": 32, "start_epochs": 10, "max_epochs": 20, "sure_batch_size": 100}
SPLIT: NDArray[np.int64] = np.where(TRUTH == 3, 2, np.where((TRUTH == 0) & (np.arange(N) % 8 == 0), 3, TRUTH))
"""A labelling in which two classes share a cluster and another class has two."""


def idc(**given: Any) -> IDC:
    return IDC(**(SMALL | given))


def asked(labels: NDArray[np.int64], amount: int = 40) -> list[Any]:
    picks = mine(FEATURES, group_centers(FEATURES, labels, K), amount)[0]
    return cluster_questions(FEATURES, labels, picks, candidates=2)


def test_what_a_person_accepts_by_pictures_mends_the_clusters() -> None:
    """The published user does not look at pictures; a person does, and must gain too."""
    fitted = idc(init=SPLIT).fit(FEATURES, constraints=told(range(40), TRUTH))
    assert accuracy(TRUTH, SPLIT) < 0.8
    assert accuracy(TRUTH, fitted.labels_) > 0.93
    assert len(fitted.columns_) == K


@pytest.mark.parametrize("passed_over", [False, True])
def test_clusters_that_are_accepted_are_followed(passed_over: bool) -> None:
    oracle, rng = Matched(SPLIT), np.random.default_rng(0)
    answers = [Answer(q, oracle.answer(q, TRUTH, rng), source="cluster") for q in asked(SPLIT)]
    memberships = read_memberships(answers, SPLIT, K)
    assert (memberships.accepted == -1).any()
    fitted = idc(init=SPLIT, passed_over=passed_over).fit(FEATURES, memberships=memberships)
    accepted = memberships.accepted >= 0
    assert accuracy(TRUTH, fitted.labels_) > accuracy(TRUTH, SPLIT) + 0.1
    followed = fitted.labels_[memberships.items[accepted]] == memberships.accepted[accepted]
    assert followed.mean() > 0.9
    assert len(fitted.columns_) == K


def test_answers_by_pictures_about_clusters_are_links() -> None:
    rng = np.random.default_rng(0)
    answers = [Answer(q, ByExemplar().answer(q, TRUTH, rng), id=f"a{i}") for i, q in enumerate(asked(SPLIT))]
    fitted = idc(init=SPLIT).fit(FEATURES, constraints=from_answers(answers, N))
    assert accuracy(TRUTH, fitted.labels_) >= accuracy(TRUTH, SPLIT)


def test_answers_open_and_merge_groups_unless_their_number_is_given() -> None:
    two = (TRUTH // 2).astype(np.int64)
    answers = told(range(40), TRUTH)
    assert len(idc(init=two).fit(FEATURES, constraints=answers).columns_) == 4
    assert len(idc(init=TRUTH).fit(FEATURES, constraints=told(range(40), two)).columns_) == 2
    fixed = idc(init=TRUTH, n_clusters=4).fit(FEATURES, constraints=told(range(40), two))
    assert len(fixed.columns_) == 4
    assert accuracy(two, fixed.labels_) > 0.95


def test_without_answers_it_keeps_to_what_it_was_given() -> None:
    two = (TRUTH // 2).astype(np.int64)
    fitted = idc(init=two).fit(FEATURES)
    assert (fitted.labels_ == two).mean() > 0.9
    assert np.array_equal(fitted.start_labels_, two)


def test_without_a_number_it_counts_the_groups() -> None:
    assert len(idc().fit(FEATURES).columns_) == K


def test_it_learns_from_views() -> None:
    rng = np.random.default_rng(0)
    views = np.stack([FEATURES, *(FEATURES + rng.normal(size=FEATURES.shape) for _ in range(2))]).astype(np.float16)
    fitted = idc(init=SPLIT).fit(views, constraints=told(range(40), TRUTH))
    assert accuracy(TRUTH, fitted.labels_) > 0.93
    assert np.array_equal(fitted.predict(FEATURES.astype(np.float16)), fitted.labels_)
    assert np.array_equal(fitted.predict(views), fitted.labels_)


def test_it_goes_on_from_a_network() -> None:
    first = idc(init=SPLIT).fit(FEATURES)

    before = {name: value.clone() for name, value in first.network_.state_dict().items()}
    fitted = idc(init=first).fit(FEATURES, constraints=told(range(40), TRUTH))
    assert accuracy(TRUTH, fitted.labels_) > 0.93
    assert all(torch.equal(value, before[name]) for name, value in first.network_.state_dict().items())


def test_a_warm_refit_opens_a_column_for_a_new_group_and_keeps_the_others() -> None:
    two = np.minimum(TRUTH, 2).astype(np.int64)
    fitted = idc(init=two, warm_start=True).fit(FEATURES, constraints=told(range(20), two))
    before = fitted.labels_
    fitted.fit(FEATURES, constraints=told(range(40), TRUTH))
    assert len(fitted.columns_) == 4
    old = TRUTH < 2
    assert (fitted.labels_[old] == before[old]).mean() > 0.9
    assert accuracy(TRUTH, fitted.labels_) > 0.9


def test_links_between_items_of_no_group_count() -> None:
    network = Head(torch.nn.Identity(), torch.nn.Linear(8, K))
    links = ConstraintSet.from_pairs(N, [(50, 54)], [(60, 61)])
    told_nothing = torch.zeros(0, dtype=torch.long)
    said = Told(
        told_nothing, told_nothing, torch.zeros(0), torch.tensor([7]), torch.tensor([[True, False, False, False]]),
        Pairs.of(links, torch.device("cpu")),
    )  # fmt: skip
    generator = torch.Generator().manual_seed(0)
    tuning = FineTuning(
        network, Variations(torch.tensor(FEATURES), 0.0, "strong", generator), said, threshold=0.99,
        confidence_weight=1.0, negative_weight=1.0, batch_size=10, sure_batch_size=20, learning_rate=1e-3,
        generator=generator,
    )  # fmt: skip
    terms = next(tuning.steps(0)).terms
    assert set(terms) == {"confidence", "negative", "must-link", "cannot-link"}
    assert all(torch.isfinite(term) for term in terms.values())


def test_rules_and_triplets_count_through_links_and_others_are_named() -> None:
    rule = Rule(premises=(Relation(0, 4, together=True),), conclusion=Relation(8, 12, together=True))
    stated = ConstraintSet.from_stated(N, [MustLink(first=0, second=4), rule, Triplet(anchor=1, near=5, far=2)])
    idc(init=TRUTH).fit(FEATURES, constraints=stated)
    sizes = ConstraintSet.from_stated(N, [ClusterSizes(shares=(0.25,) * 4)])
    with pytest.warns(UserWarning, match="idc ignores 1 statement of sizes"):
        idc(init=TRUTH, max_epochs=1).fit(FEATURES, constraints=sizes)


def test_phases_and_terms_are_reported() -> None:
    reports: list[EpochReport] = list(idc(init=SPLIT).fit_iter(FEATURES, constraints=told(range(40), TRUTH)))
    assert [report.phase for report in reports if report.finished] == ["start"] * 10 + ["answers"] * 20
    assert set(reports[-1].losses) == {"confidence", "positive"}


def test_bad_input_is_named() -> None:
    nothing = Memberships(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 7), bool))
    cases: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("init is 'random'; give 'k-means', the labels of all items, or a fitted clusterer", {"init": "random"}, {}),
        ("noise is 1.5 and threshold 0.95; give a share below 1 and a probability", {"noise": 1.5}, {}),
        ("memberships are of 7 clusters but there are 4 to start from", {"init": TRUTH}, {"memberships": nothing}),
        ("init", {"init": TRUTH[:9]}, {}),
    ]
    for words, settings, given in cases:
        with pytest.raises(InvalidInputError, match=words):
            idc(**settings).fit(FEATURES, **given)
