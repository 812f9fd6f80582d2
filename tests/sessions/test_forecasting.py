"""A session foresees from its own last answers what the next will bring."""

from pathlib import Path

import numpy as np
import pytest

from clusteer.constraints import from_answers
from clusteer.core.questions import Question
from clusteer.data.images import ImageSet
from clusteer.metrics import accuracy
from clusteer.queries.oracles import Truth
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from clusteer.trust.stopping import AHEAD
from tests.blobs import blob_index, blobs

FEATURES, TRUTH = blobs(200, spread=3.0)
INDEX = blob_index(200, spread=3.0)


def right(question: Question) -> str:
    return Truth().answer(question, TRUTH, np.random.default_rng(0))


def answer(session: Session, n: int, seconds: float | None) -> None:
    for _ in range(n):
        (question,) = session.ask(1)
        session.tell(question.id, right(question), seconds=seconds)


@pytest.mark.parametrize("seconds", [None, 4.0])
def test_it_holds_the_groups_against_those_without_the_last_answers(tmp_path: Path, seconds: float | None) -> None:
    session = Session.create("mine", ImageSet.from_features("blobs", FEATURES), INDEX, store=Store(tmp_path))
    answer(session, 2 * AHEAD - 1, seconds)
    assert session.forecast() is None
    answer(session, 1, seconds)
    told = session.forecast()
    assert told is not None
    before = from_answers(session.ledger.answers[:AHEAD], 200)
    labels = session.new_engine().fit_index(INDEX, before).clustering(0, 0).labels
    assert told.moved == pytest.approx(1 - accuracy(labels, session.clustering.labels))
    assert told.moved > 0
    assert told.seconds == pytest.approx(AHEAD * (seconds or 7.8))
    assert np.array_equal(session.clustering.labels, session.refit().labels)


def test_of_pairs_that_hang_together_with_no_group_nothing_is_foreseen(tmp_path: Path) -> None:
    session = Session.create("mine", ImageSet.from_features("blobs", FEATURES), INDEX, store=Store(tmp_path))
    for question in session.pose([Question("", "same", (2 * pair, 2 * pair + 1)) for pair in range(2 * AHEAD)]):
        session.tell(question.id, right(question))
    assert session.forecast() is None
    assert session.status().groups
