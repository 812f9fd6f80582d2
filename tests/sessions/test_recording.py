"""Changes to the items as they are written down: killed halfway, made by others, exported, replayed."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from clusteer.core.errors import InvalidInputError, NotFoundError, StorageError
from clusteer.core.questions import Question
from clusteer.data.images import ImageSet
from clusteer.neighbors import build_index
from clusteer.sessions.changes import find_more_rows
from clusteer.sessions.importing import import_replay
from clusteer.sessions.recording import check_features_agree, record
from clusteer.sessions.replay import replay
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.sessions.changing_folder import (
    again,
    answer,
    answered_file,
    check,
    contents,
    features_of,
    fill,
    look,
    make,
    take_up,
    tell_some,
    without,
)

N = 24
KILLED = """
import os, sys
from pathlib import Path
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.sessions.changing_folder import take_up

Store.add_items = lambda *_: os.kill(os.getpid(), 9)
take_up(Session.open("mine", Store(Path(sys.argv[1]))))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fill(tmp_path / "pictures", N)
    return tmp_path / "pictures"


@pytest.fixture
def session(folder: Path, tmp_path: Path) -> Session:
    """A session on the folder with some answers."""
    session = make(folder, tmp_path / "home")
    tell_some(session)
    return session


def test_killed_before_the_rows_are_appended_the_old_state_holds(session: Session, folder: Path) -> None:
    told = contents(session)
    fill(folder, 3, start=N)
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", KILLED, str(session.store.home)], cwd=root, check=False)
    assert done.returncode == -9
    left = again(session)
    assert (len(left.items), len(left.index), len(left.store.rounds(left.row.id))) == (N, N, 1)
    assert len(list(left.store.artifacts.glob("index-*"))) == 2
    answer(left, left.ask(2))
    assert len(take_up(left).new) == 3
    assert contents(left).items() >= told.items()
    check(left)


def test_an_open_session_takes_up_what_another_process_added(session: Session, folder: Path) -> None:
    other = again(session)
    other.refit()
    fill(folder, 4, start=N)
    row, path = answered_file(session)
    path.unlink()
    take_up(session)
    answer(session, session.ask(3))
    # The other knows neither the new rows nor the answers about them; each call finds out by itself.
    assert len(other.index) == N
    (question,) = other.pose([Question("", "same", (N, N + 3))])
    other.tell(question.id, "same")
    assert len(other.index) == len(other.items) == N + 4
    assert len(other.refit().labels) == N + 4
    assert other.status() == session.status()
    assert contents(other) == contents(session)
    assert other.history.gone == {row}
    check(other)


def test_an_open_question_about_what_is_gone_is_not_asked_any_more(session: Session, folder: Path) -> None:
    (question,) = session.ask(1)
    assert question in [row.question for row in session.ledger.unanswered]
    path = session.images.path(question.items[0])
    assert path is not None
    path.unlink()
    take_up(session)
    assert question not in [row.question for row in session.ledger.unanswered]
    assert question.items[0] not in {item for asked in session.ask(N) for item in asked.items}


def test_two_that_change_the_items_at_once_do_not_both_win(session: Session, folder: Path) -> None:
    other = again(session)
    fill(folder, 2, start=N)
    mine, theirs = look(session), look(other)
    record(session, mine, features_of)
    with pytest.raises(StorageError, match="another process changed the items of session 'mine'"):
        record(other, theirs, features_of)
    assert len(take_up(other).new) == 0
    check(other)


def test_few_items_that_grow_many_get_a_new_index(tmp_path: Path) -> None:
    fill(tmp_path / "pictures", 12)
    session = make(tmp_path / "pictures", tmp_path / "home")
    tell_some(session)
    told = contents(session)
    row, path = answered_file(session)
    path.unlink()
    fill(tmp_path / "pictures", 30, start=12)
    changes = take_up(session)
    assert (len(changes.new), changes.gone) == (30, (row,))
    assert contents(session) == without(told, {row})
    assert session.index.embedding.shape[1] == 41
    present = np.delete(np.arange(42), row)
    placed = session.index.project(features_of(session.images.subset(present)))
    assert np.allclose(session.index.embedding[present], placed, atol=1e-5)
    assert np.allclose(np.linalg.norm(session.index.embedding[row]), 1, atol=1e-5)
    check(session)


def test_features_of_one_s_own_must_be_in_the_order_of_the_pictures(session: Session, folder: Path) -> None:
    fill(folder, 2, start=N)
    changes = look(session)
    check_features_agree(session, changes, features_of)
    with pytest.raises(InvalidInputError, match=r"of 24 unchanged pictures differ .* 'p00.png'; .* in order of path"):
        check_features_agree(session, changes, lambda images: features_of(images)[::-1])
    with pytest.raises(InvalidInputError, match="the features have 5 columns but those of the session have 192"):
        record(session, changes, lambda images: np.ones((len(images), 5), np.float32))
    assert len(again(session).items) == N


def test_a_file_of_features_may_grow_at_its_end(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)
    images = ImageSet.from_features("f", values[:30], tmp_path / "f.npy")
    session = Session.create("mine", images, build_index(values[:30], "features"), store=Store(tmp_path / "home"))
    grown = ImageSet.from_features("f", values, tmp_path / "elsewhere.npy")
    changes = find_more_rows(session, grown)
    assert changes.new == tuple(range(30, 40))
    record(session, changes, lambda images: values[[int(id) for id in images.ids]])
    assert np.allclose(session.refit().index.embedding[30:], session.index.project(values[30:]))
    assert [item.sha256 for item in again(session).items] == list(grown.hashes)
    assert session.images.source["path"] == str(tmp_path / "elsewhere.npy")
    with pytest.raises(InvalidInputError, match="knows 40 rows of features but of the 30 given 10 rows are missing"):
        find_more_rows(session, images)
    values[7] += 1
    with pytest.raises(InvalidInputError, match="of the 40 given row 7 is another"):
        find_more_rows(session, ImageSet.from_features("f", values, tmp_path / "f.npy"))


def test_an_export_leaves_out_what_is_gone(session: Session, folder: Path, tmp_path: Path) -> None:
    row, path = answered_file(session)
    path.unlink()
    take_up(session)
    exported = session.export(tmp_path / "out")
    assert exported.missing == ()
    labels = (tmp_path / "out/labels.csv").read_text().splitlines()[1:]
    assert sorted(line.split(",")[0] for line in labels) == sorted(
        item.path for item in session.items if item.row != row
    )
    assert len([file for file in exported.files if file.startswith("groups/")]) == N - 1
    from clusteer.sessions.model import load_model

    model = load_model(tmp_path / "out/model")
    present = np.delete(np.arange(N), row)
    predicted = model.predict(features_of(session.images.subset(present)))
    assert np.array_equal(predicted, session.clustering.labels[present])


def test_a_replay_after_changes_finds_every_item_by_content(session: Session, folder: Path, tmp_path: Path) -> None:
    fill(tmp_path / "more", 3, start=40)
    take_up(session, tmp_path / "more")
    session.tell(session.pose([Question("", "same", (N, 1))])[0].id, "same")
    for path in sorted(folder.glob("*.png")):
        path.rename(path.with_name(f"x{path.name}"))
    take_up(session)
    session.declare("name", {"item": N, "name": "green"})
    session.export(tmp_path / "out")
    (tmp_path / "more").rename(folder / "more")
    images = ImageSet.from_folder(folder)
    index = build_index(features_of(images), "test", neighbors=5)
    copy = replay(tmp_path / "out/replay.json", images, index, store=Store(tmp_path / "other"))
    assert [(held, list(rows.values())) for held, rows in contents(copy).values()] == [
        (held, [sha if row != N else copy.items[copy.ledger.answers[-1].question.items[0]].sha256
                for row, sha in rows.items()])
        for held, rows in contents(session).values()
    ]  # fmt: skip
    assert [row.kind for row in copy.ledger.declarations] == ["folder", "name"]
    assert copy.images.source == {"kind": "folder", "path": str(folder)}
    check(copy)


def test_a_replay_needs_what_is_gone_and_an_import_does_not(session: Session, folder: Path, tmp_path: Path) -> None:
    _, path = answered_file(session)
    path.rename(tmp_path / "aside.png")
    take_up(session)
    session.export(tmp_path / "out")
    images = ImageSet.from_folder(folder)
    index = build_index(features_of(images), "test", neighbors=5)
    store = Store(tmp_path / "other")
    with pytest.raises(NotFoundError, match=r"1 of the 9 items .* 'p00.png'; .* import the replay into it"):
        replay(tmp_path / "out/replay.json", images, index, store=store)
    fresh = Session.create("fresh", images, index, store=store)
    assert import_replay(fresh, tmp_path / "out/replay.json").lost > 0
    (tmp_path / "aside.png").rename(folder / "back.png")
    images = ImageSet.from_folder(folder)
    whole = replay(tmp_path / "out/replay.json", images, build_index(features_of(images), "test"), store=store)
    assert whole.history.gone == frozenset()
    assert len(whole.ledger.answers) == len(session.ledger.answers)
