from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.core.questions import Question
from clusteer.data.images import ImageSet
from clusteer.queries.oracles import ByExemplar
from clusteer.sessions import ledger
from clusteer.sessions.rows import Declaration
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.sessions.fakes import Nearest, blobs, make_session, small_index


def answer_all(session: Session, truth: NDArray[np.int64], n: int) -> None:
    rng = np.random.default_rng(0)
    for _ in range(n):
        (question,) = session.ask(1)
        session.tell(question.id, ByExemplar().answer(question, truth, rng))


def test_the_loop_learns_and_survives_a_restart(tmp_path: Path) -> None:
    session, truth = make_session(tmp_path)
    answer_all(session, truth, 12)
    labels = session.refit().labels
    again = Session.open("mine", Store(tmp_path))
    np.testing.assert_array_equal(again.refit().labels, labels)
    assert again.clustering.answers_upto == 12
    assert len(again.constraints) == len(session.constraints) > 12
    assert again.images.ids == session.images.ids
    assert again.status() == session.status()


def test_answers_place_their_items(tmp_path: Path) -> None:
    session, truth = make_session(tmp_path)
    answer_all(session, truth, 39)
    assert session.ask() == []
    labels = session.refit().labels
    assert len(set(zip(labels.tolist(), truth.tolist(), strict=True))) == 4
    assert [group.size for group in session.groups()] == [10, 10, 10, 10]


def test_ask_returns_open_questions_first_and_tops_up(session: Session) -> None:
    first = session.ask(3)
    assert [question.id for question in first] == ["q1", "q2", "q3"]
    assert session.ask(3) == first
    assert session.ask(2) == first[:2]
    assert [question.id for question in session.ask(5)] == ["q1", "q2", "q3", "q4", "q5"]
    session.tell("q1", "1")
    assert [question.id for question in session.ask(2)] == ["q2", "q3"]
    assert len({question.items for question in session.ask(8)}) == 8


def test_two_people_get_different_questions_until_the_lease_ends(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = session.ask(20, "ann"), session.ask(30, "bob")
    assert len(ann) == 20
    assert len(bob) == 19
    assert not {question.items for question in ann} & {question.items for question in bob}
    monkeypatch.setattr(ledger, "LEASE", timedelta(0))
    late = session.ask(39, "bob")
    assert late[:19] == bob
    assert {question.items for question in late[19:]} == {question.items for question in ann}


def test_an_item_that_must_be_asked_about_again_is_asked_of_one(session: Session) -> None:
    (first,), (for_bob,) = session.ask(1, "ann"), session.ask(1, "bob")
    session.tell(first.id, "none", "ann")
    session.tell(for_bob.id, "none", "bob")  # It says nothing of the group that Ann has opened meanwhile.
    for_ann = session.ask(38, "ann", "uniform")
    assert for_bob.items in {question.items for question in for_ann}
    assert session.ask(38, "ann") == for_ann
    assert session.ask(1, "bob", "uniform") == []


def test_an_outgrown_open_question_is_replaced(session: Session) -> None:
    session.ask(3)
    session.tell("q1", "none")
    (question, *_) = session.ask(2)
    assert question.id == "q4"
    assert len(question.options) == 2
    # The old ones may still be answered, nobody loses work.
    assert session.tell("q2", "1").seq == 2


def test_tell_twice_supersede_and_retract(session: Session) -> None:
    session.ask(2)
    first = session.tell("q1", "1", "ann", seconds=3.5)
    assert session.tell("q1", "1", "ann") == first
    assert (first.id, first.seq, first.seconds, first.source) == ("a1", 1, 3.5, "human")
    assert first.at is not None
    second = session.tell("q1", "none", "ann")
    assert session.history.answers == (second,)
    with pytest.raises(InvalidInputError, match="a1 no longer stands"):
        session.retract("a1")
    session.retract("a2")
    assert len(session.history.answers) == 0
    assert session.ask(1)[0].id == "q1"


def test_undo_takes_back_the_last_answer_of_that_person(session: Session) -> None:
    session.ask(3)
    session.tell("q1", "1", "ann")
    session.tell("q2", "1", "bob")
    session.tell("q3", "1", "ann")
    assert session.undo("ann").id == "a3"
    assert session.undo("ann").id == "a1"
    with pytest.raises(NotFoundError, match="no standing answer of 'ann'"):
        session.undo("ann")
    assert [answer.id for answer in session.history.answers] == ["a2"]
    assert session.history.spent == 1


def test_the_budget_counts_every_answered_question_once(tmp_path: Path) -> None:
    session, _ = make_session(tmp_path, budget=4)
    assert len(session.ask(10)) == 4
    for id, choice in [("q1", "1"), ("q1", "none"), ("q2", "skip"), ("q3", "unsure")]:
        session.tell(id, choice)
    assert len(session.ask(10)) == 1
    # What another person has before them is spoken for.
    session.ask(1, "ann")
    fresh = session.ask(1)
    session.tell(fresh[0].id, "skip")
    assert session.ask(10) == []
    assert session.status().budget == 4
    session.undo()
    assert [question.id for question in session.ask(10)] == [fresh[0].id]


@pytest.mark.parametrize(
    ("question", "choice", "error", "words"),
    [
        ("q1", "3", InvalidInputError, "'3' is no answer to question q1; choose 1, none, skip, unsure"),
        ("q1", "same", InvalidInputError, "choose 1, none, skip, unsure"),
        ("q9", "1", NotFoundError, "no question 'q9'; it has q1 to q2"),
        ("q0", "1", NotFoundError, "no question 'q0'"),
        ("first", "1", NotFoundError, "'first' is no question; they are called q1, q2"),
    ],
)
def test_what_cannot_be_told_is_said(
    session: Session, question: str, choice: str, error: type[Exception], words: str
) -> None:
    session.ask(2)
    with pytest.raises(error, match=words):
        session.tell(question, choice)
    assert session.history.answers == ()


def test_other_bad_calls_are_said(session: Session) -> None:
    with pytest.raises(NotFoundError, match="it has asked none yet"):
        session.tell("q1", "1")
    with pytest.raises(NotFoundError, match="a7 is no answer"):
        session.retract("a7")
    with pytest.raises(InvalidInputError, match="ask for at least 1"):
        session.ask(0)
    session.ask(1)
    with pytest.raises(InvalidInputError, match="took -1"):
        session.tell("q1", "1", seconds=-1)
    with pytest.raises(InvalidInputError, match="control characters"):
        session.tell("q1", "1", annotator="a\nb")
    with pytest.raises(InvalidInputError, match="item 40 but there are 40"):
        session.why(40)
    with pytest.raises(NotFoundError, match=r"'yours'.*'mine'"):
        Session.open("yours", session.store)


@pytest.mark.parametrize("name", ["", " x", "a/b", "a\\b", "..", "tab\there", "n" * 201])
def test_a_name_that_will_not_do_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInputError, match="name"):
        make_session(tmp_path, name=name)
    assert Store(tmp_path).sessions() == []


def test_settings_that_will_not_do_are_said(tmp_path: Path) -> None:
    features, _ = blobs(10)
    images, index = ImageSet.from_features("blobs", features), small_index(features)
    store = Store(tmp_path)

    with pytest.raises(NotFoundError, match="no method named 'dreams'; known are propagation"):
        Session.create("x", images, index, store=store, method="dreams", strategy="drawn")
    with pytest.raises(NotFoundError, match="no strategy named 'dreams'"):
        Session.create("x", images, index, store=store, method="nearest", strategy="dreams")
    with pytest.raises(InvalidInputError, match="11 groups were asked for but there are 10"):
        Session.create("x", images, index, store=store, method="nearest", strategy="drawn", n_clusters=11)
    with pytest.raises(InvalidInputError, match="the budget is 0"):
        Session.create("x", images, index, store=store, method="nearest", strategy="drawn", budget=0)
    with pytest.raises(InvalidInputError, match="index has 10 rows but there are 5 items"):
        Session.create("x", images.subset(range(5)), index, store=store, method="nearest", strategy="drawn")
    assert store.sessions() == []


def test_contradictory_answers_are_kept_and_reported(session: Session) -> None:
    session.pose([Question("", "same", pair) for pair in [(0, 1), (1, 2), (0, 2)]])
    for id, choice in [("q1", "same"), ("q2", "same"), ("q3", "different")]:
        session.tell(id, choice)
    status = session.status()
    assert [conflict.sources for conflict in status.conflicts] == [("a1", "a2", "a3")]
    assert status.answers == 3
    assert {session.reliability().weights[id] for id in ("a1", "a2", "a3")} == {ledger.CONTRADICTED}
    assert status.doubtful == {}
    session.undo()
    assert session.status().conflicts == ()


def test_status_counts(session: Session) -> None:
    session.ask(6)
    for id, choice in [("q1", "1"), ("q2", "skip"), ("q3", "unsure"), ("q4", "1")]:
        session.tell(id, choice)
    session.undo()
    session.declare("name", {"item": 0, "name": "cats"})
    status = session.status()
    assert (status.items, status.answers, status.shown, status.open) == (40, 3, 6, 3)
    assert (status.skipped, status.unsure, status.stale) == (1, 1, 5)
    assert status.groups[0].name == "cats"
    session.fit()
    assert session.status().stale == 0


def test_a_declared_number_of_groups_takes_effect_and_can_be_taken_back(session: Session) -> None:
    assert session.refit().n_clusters == 1
    session.declare("n_clusters", {"value": 5})
    assert session.refit().n_clusters == 5
    session.declare("n_clusters", {"value": None})
    assert session.refit().n_clusters == 1


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("name", {"item": 40, "name": "x"}),
        ("name", {"item": 1, "name": " "}),
        ("name", {"item": 1}),
        ("name", {"item": 1, "name": "x", "colour": "red"}),
        ("n_clusters", {"value": 41}),
        ("n_clusters", {"value": "three"}),
        ("wish", {"value": 1}),
    ],
)
def test_declarations_that_will_not_do_are_refused(session: Session, kind: str, value: Declaration) -> None:
    with pytest.raises(InvalidInputError):
        session.declare(kind, value)
    assert session.ledger.declarations == ()


def test_fit_writes_a_round_after_its_artifacts(session: Session) -> None:
    session.ask(1)
    session.tell("q1", "none")
    clustering = session.fit()
    row = session.store.rounds(session.row.id)[-1]
    assert (row.number, row.kind, row.answers_upto, clustering.round) == (1, "fit", 1, 1)
    np.testing.assert_array_equal(np.load(session.store.artifacts / row.artifacts["labels"]), clustering.labels)
    np.testing.assert_array_equal(np.load(session.store.artifacts / row.artifacts["proba"]), clustering.proba)
    assert session.ask(1)[0].round == 0


def test_refit_costs_nothing_where_nothing_is_new(session: Session) -> None:
    session.refit()
    fits = Nearest.fits
    assert session.refit() is session.clustering
    session.ask(1)
    session.status()
    assert Nearest.fits == fits
    session.tell("q1", "1")
    assert session.clustering.answers_upto == 0
    assert session.refit().answers_upto == 1
    assert Nearest.fits == fits + 1


def test_another_process_is_seen(tmp_path: Path) -> None:
    here, _ = make_session(tmp_path)
    there = Session.open("mine", Store(tmp_path))
    here.ask(2)
    there.tell("q2", "1", "bob")
    assert [answer.annotator for answer in here.history.answers] == ["bob"]
    assert here.refit().answers_upto == 1


def test_why_tells_evidence_and_answers(session: Session) -> None:
    session.pose([Question("", "member", (5,), ((0,),), True), Question("", "member", (6,), ((0,),), True)])
    session.tell("q1", "1")
    session.tell("q2", "none")
    reason = session.why(5)
    assert (reason.item, reason.provenance, reason.group.number) == (5, "human", 0)
    assert reason.evidence[0][0] == 5
    assert [answer.id for answer in reason.answers] == ["a1"]
    assert [answer.id for answer in session.why(0).answers] == ["a1", "a2"]
    assert session.why(0).provenance == "implied"
    assert session.why(7).provenance == "model"
    assert 0 < reason.confidence <= 1


def test_posed_questions_name_items_that_exist(session: Session) -> None:
    with pytest.raises(InvalidInputError, match="item 40 but there are 40"):
        session.pose([Question("", "same", (0, 40))])
    (posed,) = session.pose([Question("", "same", (0, 1))])
    assert replace(posed, id="") == Question("", "same", (0, 1))
