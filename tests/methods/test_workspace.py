"""More seeds than are held against each other, and items that links touch in no group."""

import numpy as np
import pytest

from clusteer.constraints import ConstraintSet, from_answers
from clusteer.methods import responses, seeds, workspace
from clusteer.methods.propagation import Propagation
from tests.blobs import answers_about, blob_index, blobs, told

TRUTH = blobs()[1]


@pytest.fixture
def few_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (seeds, responses):
        monkeypatch.setattr(module, "HEARD", 16)
    monkeypatch.setattr(workspace, "SAMPLED", 40)
    monkeypatch.setattr(workspace, "WEIGHED", 20)


@pytest.mark.usefixtures("few_heard")
def test_seeds_beyond_those_heard_count_by_their_word() -> None:
    mistaken = {3: 0, 20: 1, 37: 2}
    engine = Propagation().fit_index(blob_index(), told(range(40), TRUTH, mistaken))
    posterior = engine.posterior_
    assert posterior is not None
    assert posterior.soft.shape == (16, 4)
    heard = np.r_[0:8, 32:40]
    assert engine.proba_[heard] == pytest.approx(posterior.soft, abs=1e-6)
    right = 1 - posterior.error_rate
    unheard = np.setdiff1d(np.arange(8, 32), [20])
    assert engine.proba_[unheard, TRUTH[unheard]] == pytest.approx(np.full(23, right), abs=1e-6)
    assert engine.labels_[20] == 1
    assert np.array_equal(engine.labels_[40:], TRUTH[40:])


@pytest.mark.usefixtures("few_heard")
def test_many_seeds_do_not_depend_on_the_steps_in_which_they_came() -> None:
    answers, index = answers_about(range(60), TRUTH), blob_index(spread=3)
    engine = Propagation()
    for m in (10, 16, 17, 18, 30, 59, 40, 60):
        constraints = from_answers(answers[:m], 120)
        assert np.array_equal(
            engine.fit_index(index, constraints).proba_, Propagation().fit_index(index, constraints).proba_
        )


@pytest.mark.usefixtures("few_heard")
def test_links_that_put_most_items_into_groups() -> None:
    groups = [np.flatnonzero(group == TRUTH)[:28].tolist() for group in range(4)]
    joined = [(rows[0], item) for rows in groups for item in rows[1:]]
    apart = [(groups[i][0], groups[j][0]) for i in range(4) for j in range(i)]
    engine = Propagation().fit_index(blob_index(), ConstraintSet.from_pairs(120, joined, apart))
    assert np.array_equal(engine.labels_, TRUTH)


def test_of_two_items_of_no_group_that_are_apart_neither_is_where_the_other_surely_is() -> None:
    groups = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    plain = Propagation().fit_index(blob_index(), ConstraintSet.from_pairs(120, [], groups))
    apart = Propagation().fit_index(blob_index(), ConstraintSet.from_pairs(120, [], [*groups, (4, 8)]))
    assert plain.labels_[[4, 8]].tolist() == [0, 0]
    odds, before = (1 / (1 - engine.proba_[[4, 8], 0].astype(float)) - 1 for engine in (apart, plain))
    assert (odds < before / 5).all()
    other = Propagation().fit_index(blob_index(), ConstraintSet.from_pairs(120, [], [*groups, (4, 9)]))
    assert other.proba_[[4, 9]] == pytest.approx(plain.proba_[[4, 9]], abs=0.02)
