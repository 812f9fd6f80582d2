"""What was fitted before leaves no trace: a fit depends on the index and the constraints alone."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from clusteer.constraints import from_answers
from clusteer.core import Answer, Question
from clusteer.methods.diffusion import NeighborGraph
from clusteer.methods.propagation import Propagation
from tests.blobs import answers_about, blob_index, blobs, told

TRUTH = blobs()[1]
ASKED = range(30)


def same_fit(one: Propagation, two: Propagation) -> bool:
    return np.array_equal(one.proba_, two.proba_) and np.array_equal(one.metric_.dimmed, two.metric_.dimmed)


def test_an_answer_that_changes_how_earlier_ones_are_read_counts_as_in_one_fit() -> None:
    """The metric is learned from early answers only; later ones may still make those doubtful."""
    index, answers = blob_index(spread=3), answers_about(range(14), TRUTH)
    more = [
        (Answer(Question("q98", "same", (0, 1)), "different", id="a98"), {}),
        (Answer(Question("q99", "same", (0, 4)), "different", id="a99"), {"a5": 0.5}),
    ]
    engine = Propagation().fit_index(index, from_answers(answers, 120))
    for answer, weights in more:
        answers.append(answer)
        constraints = from_answers(answers, 120, weights)
        assert same_fit(engine.fit_index(index, constraints), Propagation().fit_index(index, constraints))


def test_an_answer_taken_back_leaves_no_trace() -> None:
    index, answers = blob_index(spread=3), answers_about(range(20), TRUTH)
    engine = Propagation().fit_index(index, from_answers(answers, 120))
    for kept in (answers[:-1], [*answers[:7], *answers[8:]], answers[:3], answers):
        constraints = from_answers(kept, 120)
        assert same_fit(engine.fit_index(index, constraints), Propagation().fit_index(index, constraints))


def test_many_new_answers_at_once_are_those_one_by_one() -> None:
    index, answers = blob_index(n=200, spread=3), answers_about(range(80), blobs(200)[1])
    engine = Propagation()
    for m in (10, 11, 50, 80):
        engine.fit_index(index, from_answers(answers[:m], 200))
    assert same_fit(engine, Propagation().fit_index(index, from_answers(answers, 200)))


def test_another_index_starts_anew() -> None:
    constraints = told(ASKED, TRUTH)
    engine = Propagation().fit_index(blob_index(), constraints).fit_index(blob_index(spread=3), constraints)
    assert same_fit(engine, Propagation().fit_index(blob_index(spread=3), constraints))


def test_an_interrupted_fit_leaves_nothing_half_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    index, before, after = blob_index(spread=3), told(range(5), TRUTH), told(range(20), TRUTH)
    engine = Propagation().fit_index(index, before)
    fitted = Propagation().fit_index(index, before)

    def interrupt(*_: object) -> csr_array:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(NeighborGraph, "weighted", interrupt)
        with pytest.raises(KeyboardInterrupt):
            engine.fit_index(index, after)
    assert same_fit(engine, fitted)
    assert same_fit(engine.fit_index(index, before), fitted)
