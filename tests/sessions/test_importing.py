from dataclasses import replace as changed
from pathlib import Path

import numpy as np
import pytest

from clusteer.core.errors import InvalidInputError
from clusteer.core.questions import Question
from clusteer.data.images import ImageSet
from clusteer.sessions.importing import import_labels, import_replay
from clusteer.sessions.replay import replay_of
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.sessions.fakes import make_session, small_index

LABELS = {5: "cat", 1: "cat", 8: "dog", 9: "cat", 4: "dog", 7: "owl"}


def test_labels_become_answers_that_open_and_name_the_groups(session: Session) -> None:
    found = import_labels(session, LABELS, "ann")
    assert (found.answers, found.declarations, found.known, found.lost) == (5, 3, 0, 0)
    assert {(answer.source, answer.annotator) for answer in session.history.answers} == {("import", "ann")}
    labels = session.refit().labels
    assert [group.name for group in session.groups()] == ["cat", "dog", "owl"]
    assert {item: session.groups()[labels[item]].name for item in LABELS} == LABELS
    assert session.ledger.conflicts == []
    assert session.ledger.provenance(labels)[9] == "human"


def test_the_same_labels_again_add_nothing(session: Session) -> None:
    import_labels(session, LABELS)
    lines, said = session.ledger.lines, session.ledger.declarations
    found = import_labels(session, LABELS)
    assert (found.answers, found.declarations, found.known) == (0, 0, 3)
    assert (session.ledger.lines, session.ledger.declarations) == (lines, said)
    more = import_labels(session, LABELS | {11: "owl"})
    assert (more.answers, more.known) == (1, 3)
    assert session.ledger.conflicts == []


def test_labels_that_contradict_answers_are_kept_and_shown(session: Session) -> None:
    (question,) = session.pose([Question("", "same", (1, 8))])
    session.tell(question.id, "same")
    import_labels(session, LABELS)
    assert session.ledger.conflicts
    assert len(session.history.answers) == 6


def test_one_label_makes_one_group(session: Session) -> None:
    found = import_labels(session, {3: "cat", 2: "cat"})
    assert (found.answers, found.declarations) == (1, 1)
    with pytest.raises(InvalidInputError, match="a label is"):
        import_labels(session, {3: "a\nb"})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The replay of a session with every kind of question."""
    there, _ = make_session(tmp_path / "there")
    asked = [
        Question("", "same", (0, 1)),
        Question("", "member", (2,), ((0,),), exhaustive=True),
        Question("", "member", (3,), ((0, 39), (2, 1))),
        Question("", "nearer", (4,), ((0,), (2,))),
        Question("", "difficulty", (5,)),
        Question("", "page", (6, 39, 7, 38), ((0, 1),)),
        Question("", "same", (8, 38)),
    ]
    choices = ["same", "none", "1", "2", "hard", "2,3", "same"]
    for question, choice in zip(there.pose(asked, "ann"), choices, strict=True):
        there.tell(question.id, choice, "ann", 3.0)
    there.declare("name", {"item": 2, "name": "cats"}, "ann")
    there.declare("must_link", {"items": [9, 10]}, "ann")
    there.declare("must_link", {"items": [9, 39]}, "ann")
    there.declare("cannot_link", {"items": [9, 11]}, "ann")
    there.declare("retract", {"declaration": 4}, "ann")
    path = tmp_path / "replay.json"
    path.write_text(replay_of(there).model_dump_json(), encoding="utf-8")
    return path


def test_what_another_session_was_told_is_told_here(file: Path, session: Session) -> None:
    import_labels(session, {30: "dog", 31: "dog"})
    found = import_replay(session, file)
    assert (found.answers, found.declarations, found.known, found.lost) == (7, 3, 0, 0)
    told = session.history.answers[1:]
    assert [(answer.choice, answer.source, answer.seconds) for answer in told] == [
        (choice, "import", 3.0) for choice in ("same", "none", "1", "2", "hard", "2,3", "same")
    ]
    again = import_replay(session, file)
    assert (again.answers, again.declarations, again.known) == (0, 0, 10)


def test_a_collection_without_some_of_the_items_takes_what_it_can(file: Path, session: Session, tmp_path: Path) -> None:
    order = np.random.default_rng(0).permutation(38)
    images = session.images.subset(order)
    here = Session.create(
        "here",
        changed(images, ids=tuple(f"new/{row}" for row in range(38))),
        small_index(session.index.embedding[order]),
        store=Store(tmp_path / "here"),
        method="nearest",
        strategy="drawn",
    )
    found = import_replay(here, file)
    assert (found.answers, found.declarations, found.lost) == (6, 2, 2), "lost: a pair and a link with missing items"
    row = {int(old): new for new, old in enumerate(order)}
    page = here.history.answers[5]
    assert page.question.items == (row[6], row[7])
    assert page.choice == "2"
    assert here.history.answers[2].question.options == ((row[0],), (row[2], row[1]))
    closure = here.constraints.closure()
    assert closure.same(row[6], row[1]) is True
    assert closure.same(row[7], row[1]) is False
    assert closure.same(row[9], row[10]) is True
    assert closure.same(row[9], row[11]) is None


def test_an_import_is_all_or_nothing(session: Session, file: Path) -> None:
    broken = file.with_name("broken.json")
    broken.write_text(file.read_text().replace('"hard"', '"harsh"'))
    with pytest.raises(InvalidInputError, match="no replay this version can read: a5"):
        import_replay(session, broken)
    assert session.ledger.lines == ()


def test_features_alone_are_enough_to_import_labels(tmp_path: Path) -> None:
    session, truth = make_session(tmp_path)
    assert isinstance(session.images, ImageSet)
    import_labels(session, {row: str(truth[row]) for row in range(20)})
    assert np.array_equal(session.refit().labels[:20], truth[:20])
