"""Answers held out tell whether the groups are better than they were before any answer."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clusteer.core.questions import Question
from clusteer.data.images import ImageSet
from clusteer.queries.oracles import Truth
from clusteer.sessions.earlier import Earlier, last_round
from clusteer.sessions.holding_out import HeldOut, held_out
from clusteer.sessions.no_harm import FOLDS, LEAST, compare_with_earlier
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.blobs import blob_index, blobs

FEATURES, TRUTH = blobs(200)
INDEX = blob_index(200)


@pytest.fixture
def answered(tmp_path: Path) -> Callable[[NDArray[np.int64], int], Session]:
    def answer(truth: NDArray[np.int64], n: int) -> Session:
        images = ImageSet.from_features("blobs", FEATURES)
        session = Session.create("mine", images, INDEX, store=Store(tmp_path), n_clusters=4)
        for _ in range(n):
            (question,) = session.ask(1)
            session.tell(question.id, _choice(question, truth))
        return session

    return answer


def _choice(question: Question, truth: NDArray[np.int64]) -> str:
    return Truth().answer(question, truth, np.random.default_rng(0))


def test_where_the_start_is_right_already_both_agree_with_the_answers(
    answered: Callable[[NDArray[np.int64], int], Session],
) -> None:
    found = compare_with_earlier(answered(TRUTH, 40))
    assert found is not None
    assert (found.guided, found.start, found.harmed) == (1, 1, False)


def test_answers_by_another_criterion_leave_the_start_behind(
    answered: Callable[[NDArray[np.int64], int], Session],
) -> None:
    """Two halves of one blob are apart, others are together: by the first dimension."""
    truth = (FEATURES[:, 0] > np.median(FEATURES[:, 0])).astype(np.int64)
    found = compare_with_earlier(answered(truth, 60))
    assert found is not None
    assert found.guided >= found.start
    assert not found.harmed


@pytest.mark.parametrize(("spoiled", "harmed"), [(0, False), (1, False), (12, True)])
def test_harm_is_told_where_it_is_more_than_chance(
    answered: Callable[[NDArray[np.int64], int], Session], monkeypatch: pytest.MonkeyPatch, spoiled: int, harmed: bool
) -> None:
    """The groups before any answer are right; of those now some are not."""
    items = np.arange(40)
    predicted = TRUTH[items].copy()
    predicted[:spoiled] = (predicted[:spoiled] + 1) % 4
    held = HeldOut(("",) * 40, items, predicted, TRUTH[items], np.ones(len(TRUTH)), 0.0)
    monkeypatch.setattr("clusteer.sessions.no_harm.held_out", lambda *_: held)
    found = compare_with_earlier(answered(TRUTH, 0))
    assert found is not None
    assert (found.answers, found.start, found.harmed) == (40, 1, harmed)
    assert found.guided == pytest.approx(1 - spoiled / 40)


def test_few_answers_tell_nothing(answered: Callable[[NDArray[np.int64], int], Session]) -> None:
    assert compare_with_earlier(answered(TRUTH, LEAST)) is None


def test_the_unguided_groups_are_those_of_a_session_without_answers(
    answered: Callable[[NDArray[np.int64], int], Session],
) -> None:
    session = answered(TRUTH, 0)
    before = session.clustering.labels
    for _ in range(10):
        (question,) = session.ask(1)
        session.tell(question.id, _choice(question, np.zeros(200, np.int64)))
    assert np.array_equal(session.unguided().labels, before)


def test_an_answer_is_held_against_groups_that_it_did_not_make(
    answered: Callable[[NDArray[np.int64], int], Session],
) -> None:
    session = answered(TRUTH, 40)
    (question,) = session.ask(1)
    wrong = next(choice for choice in ("1", "2") if choice != _choice(question, TRUTH))
    told = session.tell(question.id, wrong)
    held = held_out(session, session.ledger.heard, FOLDS)
    place = held.items.tolist().index(told.question.items[0])
    assert held.told[place] == session.clustering.labels[question.options[int(wrong) - 1][0]]
    assert not held.agree[place]
    assert held.agree.sum() == len(held.items) - 1


def test_the_groups_before_any_answer_are_on_offer(
    answered: Callable[[NDArray[np.int64], int], Session], tmp_path: Path
) -> None:
    truth = (FEATURES[:, 0] > np.median(FEATURES[:, 0])).astype(np.int64)
    session = answered(truth, 40)
    session.tell(session.ask(1)[0].id, "none")  # Doubtful, which the start knows nothing of.
    start = Earlier(session)
    np.testing.assert_array_equal(start.clustering.labels, session.unguided().labels)
    assert (start.status().answers, start.status().doubtful) == (0, {})
    assert start.export(tmp_path / "out").folder == tmp_path / "out"
    assert ",human," not in (tmp_path / "out" / "labels.csv").read_text(encoding="utf-8")
    assert session.status().answers == 41


def test_the_groups_of_the_last_round_are_held_against_the_same_answers(
    answered: Callable[[NDArray[np.int64], int], Session],
) -> None:
    session = answered(TRUTH, 40)
    assert last_round(session) is None
    labels = session.fit().labels
    assert last_round(session) is None  # No answer has followed.
    for _ in range(30):
        (question,) = session.ask(1)
        session.tell(question.id, "1" if question.kind == "member" else "same")
    session.fit()
    row = last_round(session)
    assert row is not None
    assert row.answers_upto == len(Earlier(session, row.answers_upto).ledger.lines)
    np.testing.assert_array_equal(Earlier(session, row.answers_upto).clustering.labels, labels)
    before = held_out(session, session.ledger.heard[:40], FOLDS, row.answers_upto)
    assert before.agree.all()
    found = compare_with_earlier(session)
    assert found is not None
    assert found.round == row.number
    assert found.last is not None


def test_a_round_that_was_better_is_told(
    answered: Callable[[NDArray[np.int64], int], Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = answered(TRUTH, 30)
    session.fit()
    session.tell(session.ask(1)[0].id, "1")
    items = np.arange(40)
    now, then = TRUTH[items].copy(), TRUTH[items]
    now[:12] = (now[:12] + 1) % 4
    monkeypatch.setattr(
        "clusteer.sessions.no_harm.held_out",
        lambda session, answers, folds, upto=None: HeldOut(
            ("",) * 40, items, now if upto is None else then, TRUTH[items], np.ones(len(TRUTH)), 0.0
        ),
    )
    found = compare_with_earlier(session)
    assert found is not None
    assert (found.last, found.worsened) == (1, True)
