"""A session that asks again: what is overruled stays told, is heard no more, and comes back with an undo."""

from pathlib import Path

import numpy as np
import pytest

from clusteer.core.questions import AGAIN, Question
from clusteer.data.images import ImageSet
from clusteer.queries.oracles import Truth
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.blobs import blob_index, blobs

TRUTH = blobs(200)[1]
INDEX = blob_index(200)
LATE = 30
"""Answers after which one is wrong."""


def right(question: Question) -> str:
    return Truth().answer(question, TRUTH, np.random.default_rng(0))


@pytest.fixture
def session(tmp_path: Path) -> Session:
    images = ImageSet.from_features("blobs", blobs(200)[0])
    return Session.create("mine", images, INDEX, store=Store(tmp_path), strategy="margin-reasking")


def mislead(session: Session) -> tuple[str, int]:
    """Answer, one of the answers wrongly; return its id and its item."""
    for _ in range(LATE):
        (question,) = session.ask(1)
        session.tell(question.id, right(question))
    (question,) = session.ask(1)
    wrong = next(choice for choice in ("1", "2") if choice != right(question))
    return session.tell(question.id, wrong).id, question.items[0]


def test_a_wrong_answer_is_asked_again_and_overruled(session: Session) -> None:
    id, item = mislead(session)
    assert session.status().doubtful.keys() == {id}
    (question,) = session.ask(1)
    assert (question.purpose, question.items) == (AGAIN, (item,))
    told = session.tell(question.id, right(question))
    state = session.status()
    assert (state.overruled, state.doubtful, state.conflicts) == ((id,), {}, ())
    assert state.answers == LATE + 2
    assert TRUTH[session.clustering.labels == session.clustering.labels[item]].tolist().count(TRUTH[item]) == 50
    assert session.reliability().weights[id] < 0.5
    assert session.reliability().weights[told.id] > 0.9
    session.undo()
    assert session.status().overruled == ()
    assert session.status().doubtful.keys() == {id}


def test_an_open_question_asked_again_waits_for_its_answer(session: Session) -> None:
    mislead(session)
    (question,) = session.ask(1)
    assert session.ask(1) == [question]
    assert session.ask(1, annotator="bob")[0].items != question.items


def test_said_again_it_is_believed_more(session: Session) -> None:
    id, item = mislead(session)
    answer = next(answer for answer in session.ledger.answers if answer.id == id)
    leader = answer.question.options[int(answer.choice) - 1][0]
    before = session.clustering.proba[item, session.clustering.labels[leader]]
    (question,) = session.ask(1)
    session.tell(question.id, next(choice for choice in ("1", "2") if choice != right(question)))
    assert session.status().overruled == ()
    assert session.refit().proba[item, session.clustering.labels[leader]] > before


def test_without_wrong_answers_nothing_is_asked_again(session: Session) -> None:
    for _ in range(60):
        (question,) = session.ask(1)
        assert question.purpose == ""
        session.tell(question.id, right(question))
