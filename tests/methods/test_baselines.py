from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.utils.estimator_checks import parametrize_with_checks

from clusteer.constraints import ConstraintSet, Difficulty, MustLink, from_labels
from clusteer.core import InvalidInputError
from clusteer.methods.baselines import COPKMeans, MPCKMeans, NoAssignmentError, PCKMeans
from clusteer.methods.linked_items import LinkedItems
from clusteer.metrics import accuracy
from tests.blobs import blobs

ALL = pytest.mark.parametrize("method", [COPKMeans, PCKMeans, MPCKMeans])
SOFT = pytest.mark.parametrize("method", [PCKMeans, MPCKMeans])
Baseline = type[COPKMeans] | type[PCKMeans] | type[MPCKMeans]
FEATURES, TRUTH = blobs(60, 3, 4, spread=2.5)


def broken(labels: NDArray[np.int64], constraints: ConstraintSet) -> int:
    return len(constraints.violated(labels))


# Every check passes; one of them, of other array libraries than numpy, is skipped by scikit-learn itself.
@parametrize_with_checks([COPKMeans(n_init=2), PCKMeans(), MPCKMeans()])  # type: ignore[untyped-decorator]  # scikit-learn carries no types
def test_they_are_scikit_learn_estimators(estimator: object, check: object) -> None:
    assert callable(check)
    check(estimator)


@pytest.mark.parametrize("method", [COPKMeans, PCKMeans])
def test_without_links_they_are_k_means(method: Baseline) -> None:
    """As low as scikit-learn's own k-means gets."""
    found = method(n_clusters=3, n_init=10).fit(FEATURES)
    inertia = KMeans(3, n_init=10, random_state=0).fit(FEATURES).inertia_
    factor = 1.0 if method is COPKMeans else 0.5
    assert found.objective_ == pytest.approx(factor * inertia, rel=1e-4)


@ALL
def test_links_help_and_the_same_seed_gives_the_same_groups(method: Baseline) -> None:
    rng = np.random.default_rng(0)
    features = np.hstack([FEATURES, 6 * rng.normal(size=(60, 2))]).astype(np.float32) / 10
    links = from_labels(TRUTH, 150, random_state=1)
    without, one, two = (method(n_clusters=3, n_init=30).fit(features, constraints=c) for c in (None, links, links))
    assert accuracy(TRUTH, one.labels_) > accuracy(TRUTH, without.labels_)
    assert np.array_equal(one.labels_, two.labels_)
    assert np.array_equal(one.cluster_centers_, two.cluster_centers_)


@ALL
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_centers_are_means_and_new_items_go_to_the_nearest(method: Baseline, dtype: type) -> None:
    features: NDArray[np.floating] = FEATURES.astype(dtype)
    found = method(n_clusters=3).fit(features, constraints=from_labels(TRUTH, 15))
    means = np.array([features[found.labels_ == group].mean(axis=0) for group in range(3)])
    assert found.cluster_centers_ == pytest.approx(means, abs=1e-4)
    assert found.cluster_centers_.dtype == dtype
    away = ((found.cluster_centers_[:, None] - features) ** 2 * found.metric_).sum(axis=2)
    assert np.array_equal(found.predict(features), away.argmin(axis=0))


@ALL
def test_constraints_over_other_items_are_refused(method: Baseline) -> None:
    with pytest.raises(InvalidInputError, match="constraints index 59 items but X has 60 rows"):
        method().fit(FEATURES, constraints=ConstraintSet(59))
    with pytest.raises(InvalidInputError, match="61 groups were asked for but there are 60 items"):
        method(n_clusters=61).fit(FEATURES)
    with pytest.raises(InvalidInputError, match="n_init is 0"):
        method(n_clusters=3, n_init=0).fit(FEATURES)


@ALL
def test_other_constraints_are_counted_and_ignored(method: Baseline) -> None:
    constraints = ConstraintSet(60, (MustLink(first=0, second=3),), difficulties=(Difficulty(item=1, value=1.0),))
    with pytest.warns(UserWarning, match="1 constraints are no links"):
        method(n_clusters=3).fit(FEATURES, constraints=constraints)


# COP-KMeans: links are never broken


@settings(max_examples=25)
@given(st.integers(0, 60), st.integers(0, 1000))
def test_cop_breaks_no_link(n_pairs: int, seed: int) -> None:
    links = from_labels(TRUTH, n_pairs, random_state=seed)
    with suppress(NoAssignmentError):
        found = COPKMeans(n_clusters=3, random_state=seed).fit(FEATURES, constraints=links)
        assert broken(found.labels_, links) == 0


@pytest.mark.parametrize(
    "links",
    [
        ConstraintSet.from_pairs(60, [], [(0, 1), (1, 2), (0, 2)]),  # three items apart, two groups
        ConstraintSet.from_pairs(60, [(0, 1), (1, 2)], [(0, 2)]),  # contradicts itself
    ],
)
def test_cop_says_that_it_found_nothing(links: ConstraintSet) -> None:
    with pytest.raises(
        NoAssignmentError, match=r"none of 10 starts found an assignment to 2 groups that keeps \d must-links and \d"
    ):
        COPKMeans(n_clusters=2).fit(FEATURES, constraints=links)


def test_cop_assigns_as_the_paper_does() -> None:
    """Item by item in order, each to the nearest group that no earlier item forbids."""
    rng = np.random.default_rng(3)
    for seed in range(15):
        links = from_labels(TRUTH, 40, random_state=seed)
        distances = rng.random((60, 3))
        order = rng.permutation(links.closure().items)
        closure = links.closure()
        given: dict[int, int] = {}
        for item in order.tolist():
            away = [given[other] for other in given if closure.same(item, other) is False]
            joined = [given[other] for other in given if closure.same(item, other) is True]
            legal = [group for group in range(3) if group not in away and all(group == other for other in joined)]
            if not legal:
                break
            given[item] = min(legal, key=lambda group: distances[item, group])
        found = LinkedItems(links, 60).assign(distances, order)
        if found is None:
            assert len(given) < len(order)
        else:
            expected = distances.argmin(axis=1)
            expected[list(given)] = list(given.values())
            assert np.array_equal(found, expected)


# PCKMeans and MPCKMeans: broken links have a price


def objective(found: PCKMeans | MPCKMeans, labels: NDArray[np.int64], links: ConstraintSet) -> float:
    """The papers' objectives, item by item and link by link."""
    features, metric = FEATURES.astype(np.float64), found.metric_.astype(np.float64)
    away = [metric @ (x - found.cluster_centers_[label]) ** 2 for x, label in zip(features, labels, strict=True)]
    if isinstance(found, PCKMeans):
        return float(sum(away) / 2 + found.weight * broken(labels, links))
    squares = metric * (features - features.mean(axis=0)) ** 2
    one = features[squares.sum(axis=1).argmax()]
    widest = max(metric @ (one - x) ** 2 for x in features)
    total = sum(away) - len(features) * np.log(metric).sum()
    for i, j in links.must.pairs:
        total += found.weight * (labels[i] != labels[j]) * (metric @ (features[i] - features[j]) ** 2)
    for i, j in links.cannot.pairs:
        between = metric @ (features[i] - features[j]) ** 2
        total += found.weight * (labels[i] == labels[j]) * max(widest - between, 0)
    return float(total)


@SOFT
@pytest.mark.parametrize("weight", [0.2, 5.0])
def test_the_objective_is_that_of_the_paper_and_no_move_of_one_item_lowers_it(
    method: type[PCKMeans] | type[MPCKMeans], weight: float
) -> None:
    links = from_labels(TRUTH, 40, noise=0.1, random_state=2)
    found = method(n_clusters=3, weight=weight).fit(FEATURES.astype(np.float64), constraints=links)
    least = objective(found, found.labels_, links)
    assert found.objective_ == pytest.approx(least, rel=1e-6)
    for item in range(60):
        for group in range(3):
            moved = found.labels_.copy()
            moved[item] = group
            assert objective(found, moved, links) >= least - 1e-6


@SOFT
def test_a_high_price_breaks_no_link_and_a_low_one_few_care(method: type[PCKMeans] | type[MPCKMeans]) -> None:
    links = ConstraintSet.from_pairs(60, [(0, 1), (2, 4)], [(3, 6), (5, 8)])
    dear, cheap = (method(n_clusters=3, weight=w).fit(FEATURES, constraints=links) for w in (1e4, 1e-4))
    assert broken(dear.labels_, links) == 0
    assert broken(cheap.labels_, links) > 0


@SOFT
def test_a_link_counts_as_far_as_it_is_believed(method: type[PCKMeans] | type[MPCKMeans]) -> None:
    links = [MustLink(first=0, second=1, weight=weight) for weight in (1.0, 1e-6)]
    found = [method(n_clusters=3, weight=100).fit(FEATURES, constraints=ConstraintSet(60, (link,))) for link in links]
    assert [int(one.labels_[0] == one.labels_[1]) for one in found] == [1, 0]


def test_the_metric_raises_the_dimension_that_links_agree_with() -> None:
    """The groups differ in the first dimension only; the second spreads as far and says nothing."""
    rng = np.random.default_rng(0)
    truth = np.arange(200) % 2
    features = np.stack([2 * truth + 0.2 * rng.normal(size=200), 2 * rng.normal(size=200)], axis=1)
    found = MPCKMeans(n_clusters=2).fit(features, constraints=from_labels(truth, 100))
    assert found.metric_[0] > 10 * found.metric_[1]
    assert accuracy(truth, found.labels_) > 0.9
    assert accuracy(truth, PCKMeans(n_clusters=2).fit(features, constraints=from_labels(truth, 100)).labels_) < 0.8


def test_alike_items_make_no_metric_infinite() -> None:
    found = MPCKMeans(n_clusters=2).fit(np.ones((10, 3)), constraints=ConstraintSet.from_pairs(10, [(0, 1)], [(2, 3)]))
    assert np.isfinite(found.metric_).all()
    assert np.isfinite(found.cluster_centers_).all()
