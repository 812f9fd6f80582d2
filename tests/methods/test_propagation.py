import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from clusteer.constraints import ConstraintSet, MustLink, from_answers
from clusteer.core import Answer, InvalidInputError, Question
from clusteer.methods.diffusion import NeighborGraph, diffuse
from clusteer.methods.propagation import Propagation
from clusteer.methods.workspace import ALPHA, STEPS
from clusteer.neighbors import build_index, kmeans
from tests.blobs import NOWHERE, answers_about, blob_index, blobs, told

TRUTH = blobs()[1]
ASKED = range(30)


def grouped_as(labels: NDArray[np.int64], truth: NDArray[np.int64]) -> bool:
    """Whether two labellings part the items alike."""
    return bool(((labels[:, None] == labels) == (truth[:, None] == truth)).all())


# Every check passes; one of them, of other array libraries than numpy, is skipped by scikit-learn itself.
@parametrize_with_checks([Propagation()])  # type: ignore[untyped-decorator]  # scikit-learn carries no types
def test_it_is_a_scikit_learn_estimator(estimator: Propagation, check: object) -> None:
    assert callable(check)
    check(estimator)


# Without answers


def test_without_answers_it_is_k_means() -> None:
    index = blob_index()
    for k in (1, 3, 4, 7):
        engine = Propagation(n_clusters=k, random_state=5).fit_index(index)
        assert np.array_equal(engine.labels_, kmeans(index.embedding, k, 5))
        assert engine.proba_.shape == (120, k)
        assert engine.posterior_ is None
        assert engine.explain(0) == []


def test_without_a_number_of_groups_silhouette_finds_it() -> None:
    engine = Propagation().fit_index(blob_index())
    assert engine.proba_.shape == (120, 4)
    assert grouped_as(engine.labels_, TRUTH)


def test_an_empty_set_of_constraints_is_none() -> None:
    one, two = Propagation().fit_index(blob_index()), Propagation().fit_index(blob_index(), ConstraintSet(120))
    assert np.array_equal(one.proba_, two.proba_)


# With answers


def test_answers_make_the_groups_and_number_them() -> None:
    engine = Propagation().fit_index(blob_index(), told(ASKED, TRUTH))
    assert np.array_equal(engine.labels_, TRUTH)
    assert engine.proba_.shape == (120, 4)
    assert engine.proba_.sum(axis=1) == pytest.approx(np.ones(120), abs=1e-5)
    assert np.array_equal(engine.labels_, engine.proba_.argmax(axis=1))
    assert engine.proba_.max(axis=1).mean() > 0.9


def test_answered_items_have_what_is_believed_of_them() -> None:
    constraints = told(range(20), TRUTH, mistaken={9: 2})
    engine = Propagation().fit_index(blob_index(spread=3), constraints)
    assert engine.posterior_ is not None
    assert engine.proba_[:20] == pytest.approx(engine.posterior_.soft, abs=1e-6)


def test_answers_decide_what_the_groups_mean() -> None:
    """The same items by two criteria, of which k-means sees one at most."""
    rng = np.random.default_rng(0)
    colour, shape = rng.integers(2, size=(2, 400))
    values = np.stack([4 * colour - 2, 4 * shape - 2], axis=1) + rng.normal(size=(400, 2)) * 0.7
    index = build_index(np.pad(values, ((0, 0), (0, 1)), constant_values=2).astype(np.float32), "test")
    for truth in (colour, shape):
        engine = Propagation().fit_index(index, told(range(40), truth))
        right = (engine.labels_ == truth).mean()
        assert max(right, 1 - right) > 0.95


def test_importance_is_the_share_of_the_collection_an_answer_stands_for() -> None:
    index, constraints = blob_index(n=60, spread=3), told(range(12), blobs(60)[1])
    posterior = Propagation().fit_index(index, constraints).posterior_
    assert posterior is not None
    graph = NeighborGraph.of(index)
    seeds = np.eye(60, 12, dtype=np.float32)
    responses = np.maximum(diffuse(graph.weighted(graph.cosine), seeds, ALPHA, STEPS), 0).astype(np.float64)
    exact = np.zeros(12)
    for item in range(60):
        exact += responses[item] / responses[item].sum()
    assert posterior.importance == pytest.approx(exact / 60, rel=1e-3)


def test_the_part_of_a_graph_that_no_answer_reaches_is_nobodys() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(80, 4)) + 60
    values[40:] *= [1, -1, 1, -1]
    index = build_index(values.astype(np.float32), "test", neighbors=5)
    engine = Propagation().fit_index(index, ConstraintSet.from_pairs(80, [(0, 1)], [(0, 2)]))
    assert engine.posterior_ is not None
    assert engine.posterior_.importance.sum() == pytest.approx(1)
    assert engine.explain(60) == []
    assert np.isfinite(engine.proba_).all()


MISTAKEN = {9: 2, 14: 3, 19: 0}


def test_wrong_answers_are_not_believed_and_overruled() -> None:
    index = blob_index(spread=0.7)
    constraints = told(range(48), TRUTH, mistaken=MISTAKEN)
    engine = Propagation().fit_index(index, constraints)
    posterior = engine.posterior_
    assert posterior is not None
    wrong = np.isin(np.arange(48), list(MISTAKEN))
    stated = np.array([MISTAKEN.get(item, TRUTH[item]) for item in range(48)])
    believed = posterior.soft[np.arange(48), stated]
    assert believed[wrong].max() < 0.5
    assert believed[~wrong].min() > 0.9
    assert posterior.error_rate > 0.05
    assert np.array_equal(engine.labels_, TRUTH)


def test_a_weak_answer_is_overruled_sooner() -> None:
    answers = answers_about(range(24), TRUTH, mistaken={9: 2})
    (source,) = [answer.id for answer in answers if 9 in answer.question.items]
    belief = []
    for weight in (1.0, 0.6):
        posterior = Propagation().fit_index(blob_index(), from_answers(answers, 120, {source: weight})).posterior_
        assert posterior is not None
        belief.append(posterior.soft[9, 2])
    assert belief[1] < belief[0]


def test_contradictory_answers_are_taken() -> None:
    pairs: list[tuple[int, int]] = [(0, 4), (4, 8), (1, 5)]
    constraints = ConstraintSet.from_pairs(120, pairs, [(0, 8), (0, 1), (0, 1)])
    assert len(constraints.conflicts()) == 1
    engine = Propagation().fit_index(blob_index(), constraints)
    assert engine.labels_[[0, 4, 8, 1, 5]].tolist() == [0, 0, 0, 1, 1]
    assert engine.proba_.sum(axis=1) == pytest.approx(np.ones(120), abs=1e-5)


def test_cannot_links_alone_open_groups() -> None:
    constraints = ConstraintSet.from_pairs(120, [], [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)])
    assert np.array_equal(Propagation().fit_index(blob_index(), constraints).labels_, TRUTH)


def test_must_links_alone_make_one_group() -> None:
    engine = Propagation().fit_index(blob_index(), ConstraintSet.from_pairs(120, [(0, 1), (1, 2)], []))
    assert engine.proba_.tolist() == [[1.0]] * 120
    assert engine.predict(blobs()[0]).tolist() == [0] * 120


def test_one_pair_told_apart_parts_all() -> None:
    engine = Propagation().fit_index(blob_index(k=2), ConstraintSet.from_pairs(120, [], [(0, 1)]))
    assert np.array_equal(engine.labels_, blobs(k=2)[1])


def test_a_component_in_no_group_stays_together_and_away_from_what_it_was_told_from() -> None:
    open_groups = [(0, 1), (0, 2), (1, 2)]
    joined = ConstraintSet.from_pairs(120, [(4, 7)], open_groups)
    engine = Propagation().fit_index(blob_index(), joined)
    assert np.array_equal(engine.proba_[4], engine.proba_[7])
    assert engine.labels_[4] == 0
    held_apart = ConstraintSet.from_pairs(120, [(4, 7)], [*open_groups, (7, 0)])
    fitted = Propagation().fit_index(blob_index(), held_apart)
    odds, before = (proba[4, 0] / (1 - proba[4, 0]) for proba in (fitted.proba_, engine.proba_))
    assert odds < before / 10
    assert fitted.proba_[4].sum() == pytest.approx(1)


def test_answers_told_again_change_nothing_but_their_count() -> None:
    answers = answers_about(ASKED, TRUTH)
    twice = from_answers([*answers, *answers], 120)
    engine = Propagation().fit_index(blob_index(), twice)
    assert np.array_equal(engine.labels_, TRUTH)
    once = Propagation().fit_index(blob_index(), from_answers(answers, 120))
    assert np.array_equal(engine.proba_, once.proba_)


def test_several_against_one_answer_are_believed_more() -> None:
    """An item that two people told from its neighbors' group, and one."""
    answers = answers_about(range(24), TRUTH, mistaken={9: 2})
    again = Answer(Question("q99", "same", (9, 13)), "different", id="a99")
    once, twice = (
        Propagation().fit_index(blob_index(), from_answers(told_, 120)).posterior_
        for told_ in ([*answers, replace_id(again, "a98")], [*answers, replace_id(again, "a98"), again])
    )
    assert once is not None
    assert twice is not None
    assert twice.soft[9, 1] < once.soft[9, 1]


def replace_id(answer: Answer, id: str) -> Answer:
    return Answer(answer.question, answer.choice, id=id)


# The number of groups


def test_n_clusters_limits_the_groups_to_those_with_most_answers() -> None:
    items = [0, 1, 2, 3, 5, 6, 7, 9, 10, 11]
    engine = Propagation(n_clusters=3).fit_index(blob_index(), told(items, TRUTH))
    assert engine.proba_.shape == (120, 3)
    for group, cls in enumerate((1, 2, 3)):
        assert (engine.labels_[cls == TRUTH] == group).all()


def test_more_groups_than_asked_for_do_not_appear() -> None:
    engine = Propagation(n_clusters=10).fit_index(blob_index(), told(ASKED, TRUTH))
    assert engine.proba_.shape == (120, 4)


def test_one_group_may_be_asked_for() -> None:
    engine = Propagation(n_clusters=1).fit_index(blob_index(), told(ASKED, TRUTH))
    assert engine.proba_.tolist() == [[1.0]] * 120


# Few items, items all alike


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_few_items_all_alike(n: int, value: float) -> None:
    features = np.full((n, 3), value, np.float32)
    engine = Propagation().fit(features)
    assert engine.labels_.tolist() == [0] * n
    assert engine.predict(features).tolist() == [0] * n


@pytest.mark.parametrize("features", [np.ones((2, 3), np.float32), np.eye(2, 3, dtype=np.float32)])
def test_two_items_told_apart_or_together(features: NDArray[np.float32]) -> None:
    apart = Propagation().fit(features, constraints=ConstraintSet.from_pairs(2, [], [(0, 1)]))
    assert apart.labels_.tolist() == [0, 1]
    together = Propagation().fit(features, constraints=ConstraintSet.from_pairs(2, [(0, 1)], []))
    assert together.labels_.tolist() == [0, 0]


def test_many_items_all_alike() -> None:
    features = np.ones((50, 4), np.float32)
    assert Propagation().fit(features).labels_.tolist() == [0] * 50
    engine = Propagation().fit(features, constraints=ConstraintSet.from_pairs(50, [], [(0, 1), (0, 2), (1, 2)]))
    assert engine.labels_[:3].tolist() == [0, 1, 2]
    assert np.isfinite(engine.proba_).all()
    assert np.isfinite(engine.predict_proba(features)).all()


# New items


def test_predictions_for_the_items_themselves_are_their_labels() -> None:
    features = blobs(spread=3)[0]
    for constraints in (None, told(range(40), TRUTH, MISTAKEN)):
        engine = Propagation().fit(features, constraints=constraints)
        assert np.array_equal(engine.predict(features), engine.labels_)
        assert engine.predict_proba(features) == pytest.approx(engine.proba_, abs=1e-6)


def test_new_items_go_to_the_group_of_their_blob() -> None:
    features, truth = blobs(200)
    engine = Propagation().fit(features[:120], constraints=told(ASKED, truth[:120]))
    proba = engine.predict_proba(features[120:])
    assert np.array_equal(engine.predict(features[120:]), truth[120:])
    assert proba.dtype == np.float32
    assert proba.sum(axis=1) == pytest.approx(np.ones(80), abs=1e-5)
    one_by_one = np.concatenate([engine.predict_proba(row[None]) for row in features[120:130]])
    assert one_by_one == pytest.approx(proba[:10], abs=1e-5)


def test_an_engine_from_its_state_predicts_as_the_one_that_gave_it() -> None:
    features = blobs(200)[0]
    index = blob_index()
    for constraints in (None, told(ASKED, TRUTH)):
        engine = Propagation().fit_index(index, constraints)
        again = Propagation.from_state(engine.state(np.arange(len(index))), index)
        assert np.array_equal(again.predict_proba(features), engine.predict_proba(features))
        assert np.array_equal(again.labels_, engine.labels_)
        assert again.explain(0) == []
        assert np.array_equal(again.clustering().proba, engine.proba_)


# Reasons


@given(st.integers(0, 119))
@settings(max_examples=20)
def test_reasons_are_answered_items_and_their_weights_sum_to_one(item: int) -> None:
    reasons = EXPLAINED.explain(item)
    items, weights = [answered for answered, _ in reasons], [weight for _, weight in reasons]
    assert set(items) <= set(ASKED)
    assert len(set(items)) == len(items)
    assert sum(weights) == pytest.approx(1)
    assert weights == sorted(weights, reverse=True)
    assert min(weights) > 0
    by_class = np.bincount(TRUTH[items], weights, 4)
    assert by_class.argmax() == TRUTH[item]


EXPLAINED = Propagation().fit_index(blob_index(), told(ASKED, TRUTH))


def test_an_answered_item_is_its_own_first_reason() -> None:
    assert EXPLAINED.explain(7)[0][0] == 7


def test_a_clustering_carries_the_fit() -> None:
    clustering = EXPLAINED.clustering(3, 17)
    assert (clustering.method, clustering.round, clustering.answers_upto) == ("propagation", 3, 17)
    assert clustering.labels is EXPLAINED.labels_
    assert clustering.index is blob_index()


# What is refused


def refused(engine: Propagation, features: object, constraints: ConstraintSet | None, words: str) -> None:
    """A fit fails with these words and leaves every attribute as it was."""
    before = dict(vars(engine))
    with pytest.raises((ValueError, TypeError), match=words):
        engine.fit(features, constraints=constraints)  # type: ignore[arg-type]  # what is given may be nonsense
    assert vars(engine).keys() == before.keys()
    assert all(vars(engine)[name] is value for name, value in before.items())


BAD_ROW = np.where(np.arange(12).reshape(4, 3) == 4, np.nan, 1.0)


@pytest.mark.parametrize("fitted", [False, True])
def test_bad_input_leaves_the_estimator_as_it_was(fitted: bool) -> None:
    engine = Propagation(n_clusters=3)
    if fitted:
        engine.fit(blobs()[0], constraints=told(ASKED, TRUTH))
    narrow = np.eye(10, 3, dtype=np.float32)
    refused(engine, narrow, ConstraintSet(1797), "constraints index 1797 items but X has 10 rows; build the")
    refused(engine, narrow[:2], None, "3 groups were asked for but there are 2 items; give a number from 1 to 2")
    refused(engine, BAD_ROW, None, "NaN")
    refused(engine, np.full((4, 3), np.inf), None, "contains infinity or a value too large for dtype\\('float32'\\)")
    refused(engine, csr_array(narrow), None, "Sparse data was passed for X, but dense data is required")
    refused(engine, narrow[0], None, "Expected 2D array, got 1D array")
    refused(engine, narrow[:0], None, "0 sample")
    refused(engine, [["a", "b"]], None, "could not convert string to float")
    refused(engine, narrow + 1j, None, "Complex data not supported")


def test_an_index_and_constraints_of_different_sizes_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="constraints index 5 items but X has 120 rows"):
        Propagation().fit_index(blob_index(), ConstraintSet(5))


def test_new_items_of_another_width_are_refused() -> None:
    engine = Propagation().fit(blobs()[0])
    with pytest.raises(ValueError, match="X has 3 features, but Propagation is expecting 8 features as input"):
        engine.predict(np.ones((2, 3)))


def test_lists_and_other_numbers_are_welcome() -> None:
    features = blobs(30)[0]
    one = Propagation(n_clusters=3).fit(features)
    for given_ in (features.tolist(), features.astype(np.float64), np.asfortranarray(features)):
        assert np.array_equal(Propagation(n_clusters=3).fit(given_).labels_, one.labels_)
    assert one.n_features_in_ == 8
    assert np.array_equal(Propagation(n_clusters=3).fit_predict(features), one.labels_)


def test_a_clone_is_unfitted_and_set_alike() -> None:
    engine = Propagation(n_clusters=3, random_state=7).fit(blobs(30)[0])
    copy = clone(engine)
    assert (copy.n_clusters, copy.random_state) == (3, 7)
    assert not hasattr(copy, "labels_")


def test_it_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for constraints in (None, ConstraintSet(30, must_links=(MustLink(first=0, second=4),))):
            Propagation().fit(np.ones((30, 3)), constraints=constraints).predict(np.ones((1, 3)))


def test_a_group_that_a_wrong_none_opened_takes_no_other_item() -> None:
    constraints = told(range(48), TRUTH, mistaken={9: NOWHERE})
    labels = Propagation().fit_index(blob_index(), constraints).labels_
    opened = constraints.leaders.index(9)
    assert np.flatnonzero(labels == opened).tolist() in ([], [9])
