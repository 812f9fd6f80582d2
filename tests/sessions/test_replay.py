import json
from dataclasses import replace as changed
from pathlib import Path

import numpy as np
import pytest

from clusteer.core.errors import InvalidInputError, NotFoundError, StorageError
from clusteer.core.questions import Question
from clusteer.data.images import ImageSet
from clusteer.sessions.replay import replay, replay_of, replayed_answers
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.sessions.fakes import blobs, make_session, small_index


@pytest.fixture
def told(tmp_path: Path) -> Session:
    """A session with every kind of line."""
    session, _ = make_session(tmp_path / "here", budget=30)
    session.ask(7, "ann")
    for id, choice in [("q1", "1"), ("q2", "skip"), ("q3", "unsure"), ("q4", "1"), ("q4", "none"), ("q5", "1")]:
        session.tell(id, choice, "ann", seconds=2.5)
    session.undo("ann")
    session.pose([Question("", "same", (30, 31), why="mine")], "bob")
    session.tell("q8", "different", "bob")
    session.declare("name", {"item": 0, "name": "cats"}, "ann")
    session.declare("name", {"item": 33, "name": "dögs"}, "ann")
    session.declare("n_clusters", {"value": 5}, "ann")
    return session


@pytest.fixture
def file(told: Session, tmp_path: Path) -> Path:
    path = tmp_path / "replay.json"
    path.write_text(replay_of(told).model_dump_json(), encoding="utf-8")
    return path


def test_a_replay_is_the_same_session_elsewhere(told: Session, file: Path, tmp_path: Path) -> None:
    there = replay(file, told.images, told.index, store=Store(tmp_path / "there"))
    assert there.ledger == told.ledger
    assert there.row == told.row
    assert there.history == told.history
    np.testing.assert_array_equal(there.constraints.must.pairs, told.constraints.must.pairs)
    np.testing.assert_array_equal(there.constraints.cannot.pairs, told.constraints.cannot.pairs)
    np.testing.assert_array_equal(there.refit().labels, told.refit().labels)
    assert replay_of(there) == replay_of(told)
    assert there.ask(3, "ann") == told.ask(3, "ann")
    assert Session.open("mine", Store(tmp_path / "there")).status() == there.status()


def test_items_may_be_renamed_reordered_and_more(told: Session, file: Path, tmp_path: Path) -> None:
    features, _ = blobs()
    order = np.random.default_rng(1).permutation(40)
    more = np.vstack([features[order], features[:3] + 1])
    images = changed(ImageSet.from_features("more", more), ids=tuple(f"new/{i}.png" for i in range(43)))
    there = replay(file, images, small_index(more), store=Store(tmp_path / "there"), name="yours")
    assert there.name == "yours"
    back = [(order[q.items[0]], [order[o[0]] for o in q.options]) for q in there.history.asked[:7]]
    assert back == [(q.items[0], [o[0] for o in q.options]) for q in told.history.asked[:7]]
    assert [answer.choice for answer in there.history.answers] == [answer.choice for answer in told.history.answers]
    labels = there.refit().labels
    place = {int(old): new for new, old in enumerate(order)}
    names = there.ledger.names(labels)
    assert names == {int(labels[place[0]]): "cats"} | {int(labels[place[33]]): "dögs"}


def test_equal_copies_are_told_apart_by_name_first(tmp_path: Path) -> None:
    features, _ = blobs(12)
    features[4:8] = features[4]
    images = changed(ImageSet.from_features("copies", features), ids=tuple(f"{i}.png" for i in range(12)))
    index = small_index(features)
    session = Session.create("c", images, index, store=Store(tmp_path), method="nearest", strategy="drawn")
    session.pose([Question("", "same", (5, 6)), Question("", "same", (4, 6))])
    path = tmp_path / "replay.json"
    path.write_text(replay_of(session).model_dump_json(), encoding="utf-8")
    # Item 6 keeps its name in another place; of 5 and 4 only the content is known.
    order = [0, 6, 1, 4, 5, 2, 3, 7, 8, 9, 10, 11]
    names = ("a", "6.png", *(f"b{i}" for i in range(10)))
    moved = changed(images.subset(order), ids=names)
    there = replay(path, moved, index, store=Store(tmp_path), name="there")
    assert [question.items for question in there.history.asked] == [(3, 1), (4, 1)]


def test_missing_items_are_named(told: Session, file: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"of the \d+ items .* not among the 5 items"):
        replay(file, told.images.subset(range(5)), told.index, store=Store(tmp_path / "there"))
    assert Store(tmp_path / "there").sessions() == []


def test_a_taken_name_is_said(told: Session, file: Path) -> None:
    with pytest.raises(InvalidInputError, match="'mine' exists already"):
        replay(file, told.images, told.index, store=told.store)


def test_standing_answers_for_simulation(told: Session, file: Path) -> None:
    assert replayed_answers(file, told.images) == told.history.answers


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (["format"], "clusteer replay 9", "format"),
        (["questions", 0, "id"], "q7", "q7 stands where q1 belongs"),
        (["questions", 0, "items"], [99], "names item 99"),
        (["questions", 0, "items"], [0, 1], "'member' question has 2 items"),
        (["questions", 0, "kind"], "further", "kinds are same, member"),
        (["answers", 0, "id"], "a9", "a9 stands where a1 belongs"),
        (["answers", 0, "question"], "q99", "answers q99, which is not listed"),
        (["answers", 0, "choice"], "4", "a1 says '4' is no answer to question q1; choose 1, none, skip, unsure"),
        (["answers", 6, "retracts"], "a1", "retracts a1, which is no earlier answer to q5"),
        (["answers", 0, "at"], "yesterday", "answers.0.at"),
        (["declarations", 0, "value", "item"], 99, "names item 99"),
        (["surprise"], 1, "surprise"),
    ],
)
def test_a_damaged_replay_is_refused(
    told: Session, file: Path, tmp_path: Path, path: list[str | int], value: object, words: str
) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    part = content
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InvalidInputError, match=words):
        replay(file, told.images, told.index, store=Store(tmp_path / "there"))


def test_files_that_are_no_replay_are_said(told: Session, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no file"):
        replayed_answers(tmp_path / "none.json", told.images)
    (tmp_path / "half.json").write_text('{"format": "clus')
    with pytest.raises(InvalidInputError, match=r"half.json is no replay"):
        replayed_answers(tmp_path / "half.json", told.images)
    with pytest.raises(StorageError):
        replayed_answers(tmp_path, told.images)
