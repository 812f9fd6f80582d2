"""What every method promises, whatever it does."""

import numpy as np
import pytest

from clusteer.constraints import ConstraintSet, from_answers
from clusteer.core import Index, InvalidInputError
from clusteer.neighbors import build_index
from clusteer.sessions.registry import METHODS, Method, get_method
from tests.blobs import NOWHERE, answers_about, blob_index, blobs, told

N = 150
FEATURES, TRUTH = blobs(N, spread=2.0)
INDEX = blob_index(N, spread=2.0)
MISTAKEN = {9: 2, 13: NOWHERE, 22: 3}

methods = pytest.mark.parametrize(
    "method", [get_method(name) for name, path in METHODS.items() if path.startswith("clusteer.")]
)


def fitted(method: type[Method], constraints: ConstraintSet | None, index: Index = INDEX, seed: int = 0) -> Method:
    return method(random_state=seed).fit_index(index, constraints)


@methods
@pytest.mark.parametrize("answers", [0, 2, 20])
def test_the_clustering_is_well_formed(method: type[Method], answers: int) -> None:
    constraints = told(range(answers), TRUTH, MISTAKEN) if answers else None
    clustering = fitted(method, constraints).clustering(4, 7)
    n, k = clustering.proba.shape
    assert (n, clustering.round, clustering.answers_upto) == (N, 4, 7)
    assert clustering.index is INDEX
    assert clustering.labels.dtype == np.int64
    assert clustering.proba.dtype == np.float32
    assert clustering.labels.min() >= 0
    assert clustering.labels.max() < k
    assert clustering.proba.min() >= 0
    assert clustering.proba.sum(axis=1) == pytest.approx(np.ones(N), abs=1e-5)
    assert METHODS[clustering.method].endswith(method.__name__)


@methods
@pytest.mark.parametrize("answers", [0, 20])
def test_same_seed_same_labels(method: type[Method], answers: int) -> None:
    constraints = told(range(answers), TRUTH, MISTAKEN) if answers else None
    one, two = (fitted(method, constraints, seed=5).clustering(0, 0) for _ in range(2))
    assert np.array_equal(one.labels, two.labels)
    assert np.array_equal(one.proba, two.proba)


@methods
def test_labels_do_not_depend_on_the_order_of_the_items(method: type[Method]) -> None:
    """The same items in another order, answers and all; no two pairs of items are equally far apart."""
    order = np.random.default_rng(0).permutation(N)
    moved = {int(item): place for place, item in enumerate(order)}
    answers = answers_about(range(20), TRUTH, MISTAKEN)
    other = answers_about([moved[i] for i in range(20)], TRUTH[order], {moved[i]: c for i, c in MISTAKEN.items()})
    one = fitted(method, from_answers(answers, N)).clustering(0, 0)
    two = fitted(method, from_answers(other, N), build_index(FEATURES[order], "test")).clustering(0, 0)
    assert np.array_equal(two.labels, one.labels[order])
    assert two.proba == pytest.approx(one.proba[order], abs=1e-3)


@methods
def test_fits_along_the_way_change_nothing(method: type[Method]) -> None:
    answers = answers_about(range(26), TRUTH, MISTAKEN)
    engine = method()
    for m in range(len(answers) + 1):
        constraints = from_answers(answers[:m], N)
        found = engine.fit_index(INDEX, constraints).clustering(0, 0)
        at_once = fitted(method, constraints).clustering(0, 0)
        assert np.array_equal(found.proba, at_once.proba)
        assert np.array_equal(found.labels, at_once.labels)


@methods
def test_another_answer_renumbers_no_group(method: type[Method]) -> None:
    """Each group keeps most of its items from one fit to the next, once there is an answer of each class."""
    answers = answers_about(range(26), TRUTH)
    engine, before = method(), np.zeros(0, np.int64)
    for m in range(1, len(answers) + 1):
        constraints = from_answers(answers[:m], N)
        labels = engine.fit_index(INDEX, constraints).clustering(0, 0).labels
        assert labels[list(constraints.leaders)].tolist() == list(range(len(constraints.groups)))
        if len(before) and len(constraints.groups) == 4:
            assert (labels == before).mean() > 0.9
        before = labels if len(constraints.groups) == 4 else before
    assert (before == TRUTH).mean() > 0.9


@methods
def test_a_fit_with_bad_input_leaves_the_estimator_as_it_was(method: type[Method]) -> None:
    engine = method(n_clusters=3)
    for constraints in (None, told(range(20), TRUTH)):
        engine.fit_index(INDEX, constraints)
        before = dict(vars(engine))
        with pytest.raises(InvalidInputError, match="constraints index 151 items but X has 150 rows"):
            engine.fit_index(INDEX, ConstraintSet(N + 1))
        with pytest.raises(InvalidInputError, match="3 groups were asked for but there are 2 items"):
            engine.fit_index(build_index(FEATURES[:2], "test"), None)
        assert vars(engine).keys() == before.keys()
        assert all(vars(engine)[name] is value for name, value in before.items())


@methods
@pytest.mark.parametrize("answers", [0, 20])
def test_it_predicts_new_items_and_so_does_its_state(method: type[Method], answers: int) -> None:
    engine = fitted(method, told(range(answers), TRUTH) if answers else None)
    new = blobs(N + 40, spread=2.0)[0][N:]
    proba = engine.predict_proba(new)
    k = engine.clustering(0, 0).n_clusters
    assert proba.shape == (40, k)
    assert proba.sum(axis=1) == pytest.approx(np.ones(40), abs=1e-5)
    state = engine.state(np.arange(N))
    assert all(isinstance(array, np.ndarray) for array in state.values())
    assert np.array_equal(method.from_state(state, INDEX).predict_proba(new), proba)


@methods
def test_reasons_are_answered_items_weightiest_first(method: type[Method]) -> None:
    assert fitted(method, None).explain(3) == []
    engine = fitted(method, told(range(20), TRUTH))
    for item in (3, 100):
        weights = [weight for _, weight in engine.explain(item)]
        assert {answered for answered, _ in engine.explain(item)} <= set(range(20))
        assert weights == sorted(weights, reverse=True)
        assert sum(weights) == pytest.approx(1)


@methods
@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_smallest_collections_are_grouped(method: type[Method], n: int) -> None:
    index = build_index(FEATURES[:n], "test")
    assert len(fitted(method, None, index).clustering(0, 0).labels) == n
    if n > 1:
        apart = fitted(method, ConstraintSet.from_pairs(n, [], [(0, 1)]), index).clustering(0, 0)
        assert apart.labels[:2].tolist() == [0, 1]
