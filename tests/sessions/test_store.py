"""The contract of the store, over a file, over memory and over PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clusteer.core.errors import InvalidInputError, NotFoundError, StorageError
from clusteer.core.questions import Answer, Question
from clusteer.sessions import schema
from clusteer.sessions.home import default_home
from clusteer.sessions.rows import Declaration, ItemRow, SessionRow
from clusteer.sessions.store import Store
from clusteer.sessions.tables import now
from tests.postgresql import new_database


def settings(name: str = "mine") -> SessionRow:
    return SessionRow(0, name, "blobs", {"kind": "memory"}, "test", "nearest", "drawn", None, 30, 7, now())


@pytest.fixture(params=["file", "memory", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "postgresql":
        with new_database() as url:
            store = Store(tmp_path, url)
            yield store
            store.close()
    else:
        store = Store(tmp_path, None if request.param == "file" else "sqlite://")
        yield store
        store.close()


@pytest.fixture
def session(store: Store) -> int:
    items = [ItemRow(row, f"{row:064x}", f"a/{row}.png", row % 2) for row in range(9)]
    id = store.create(settings(), items, {"index": "x"}).id
    store.add_questions(id, [Question("", "member", (i,), ((0,), (1, 2)), True, 0, 0.5, "why") for i in (3, 4)], "", 0)
    return id


def test_a_session_comes_back_as_it_was_made(store: Store, session: int) -> None:
    row = store.session("mine")
    assert (row.id, row.source, row.budget, row.seed, row.n_clusters) == (session, {"kind": "memory"}, 30, 7, None)
    assert row.at.utcoffset() is not None
    assert store.items(session)[3] == ItemRow(3, f"{3:064x}", "a/3.png", 1)
    start = store.rounds(session)[0]
    assert (start.number, start.kind, start.artifacts, start.answers_upto) == (0, "start", {"index": "x"}, 0)


def test_a_name_is_given_once_and_an_unknown_one_lists_the_known(store: Store, session: int) -> None:
    with pytest.raises(InvalidInputError, match="'mine' exists already"):
        store.create(settings(), [ItemRow(0, "0", "x")], {})
    with pytest.raises(NotFoundError, match=r"'other'.*'mine'"):
        store.session("other")
    assert len(store.sessions()) == 1


def test_questions_come_back_and_are_refused_where_others_came_first(store: Store, session: int) -> None:
    first, second = store.questions(session)
    assert first.question == Question("q1", "member", (3,), ((0,), (1, 2)), True, 0, 0.5, "why")
    assert second.question.id == "q2"
    assert store.questions(session, 1) == [second]
    assert store.add_questions(session, [Question("", "same", (1, 2))], "", after=1) is None
    assert len(store.questions(session)) == 2


def test_the_same_tell_is_recorded_once_and_another_supersedes(store: Store, session: int) -> None:
    first = store.tell(session, 1, "1", "ann", "human", 2.5)
    assert store.tell(session, 1, "1", "ann", "human", 9.0) == first
    assert (first.seq, first.id, first.seconds) == (1, "a1", 2.5)
    assert store.tell(session, 1, "2", "ann", "human", None).seq == 2
    assert store.tell(session, 1, "1", "ann", "human", None).seq == 3
    assert store.tell(session, 1, "1", "bob", "human", None).seq == 4
    assert [line.seq for line in store.answers(session, 2)] == [3, 4]


def test_retraction_is_a_row_and_counts_once(store: Store, session: int) -> None:
    store.tell(session, 1, "1", "", "human", None)
    undone = store.retract(session, 1, "")
    assert (undone.seq, undone.retracts, undone.choice, undone.question) == (2, 1, None, 1)
    assert store.retract(session, 1, "") == undone
    assert store.tell(session, 1, "1", "", "human", None).seq == 3
    with pytest.raises(InvalidInputError, match="a1 no longer stands"):
        store.retract(session, 1, "")
    with pytest.raises(NotFoundError, match="a2 is no answer"):
        store.retract(session, 2, "")
    with pytest.raises(NotFoundError, match="a9 is no answer"):
        store.retract(session, 9, "")
    assert [line.choice for line in store.answers(session)] == ["1", None, "1"]


def test_rounds_and_declarations_append(store: Store, session: int) -> None:
    assert store.add_round(session, "fit", "nearest", 4, {"labels": "l"}).number == 1
    assert store.rounds(session)[-1].answers_upto == 4
    store.declare(session, "name", {"item": 3, "name": "cats"}, "ann")
    (row,) = store.declarations(session)
    assert (row.number, row.value, row.annotator) == (1, {"item": 3, "name": "cats"}, "ann")


def test_declarations_of_any_depth_append_together(store: Store, session: int) -> None:
    deep: Declaration = {"if": [{"items": [1, 2], "together": True}], "then": {"items": [3, 4], "together": False}}
    stated: list[tuple[str, Declaration]] = [("rule", deep), ("sizes", {"shares": [0.25, 0.75]}), ("rule", {})]
    rows = store.declare_all(session, stated, "ann")
    assert rows == store.declarations(session)
    assert [(row.number, row.kind, row.value) for row in rows] == [(i, *said) for i, said in enumerate(stated, 1)]
    assert store.declare(session, "n_clusters", {"value": None}, "").number == 4
    assert store.declare_all(session, [], "") == []


def test_questions_and_answers_told_together_append_together(store: Store, session: int) -> None:
    store.tell(session, 1, "1", "ann", "human", None)
    told = [
        Answer(Question("", "member", (item,), ((0,),), True), "1" if item % 2 else "none", "file", "import")
        for item in (5, 6, 7)
    ]
    lines = store.add_told(session, told, [("name", {"item": 5, "name": "cats"}, "file")])
    assert [(row.id, row.value["name"], row.annotator) for row in store.declarations(session)] == [
        ("d1", "cats", "file")
    ]
    assert lines == store.answers(session, 1)
    assert [(line.seq, line.question, line.choice) for line in lines] == [(2, 3, "1"), (3, 4, "none"), (4, 5, "1")]
    assert {(line.annotator, line.source, line.seconds) for line in lines} == {("file", "import", None)}
    asked = store.questions(session, 2)
    assert [row.question for row in asked] == [replace(said.question, id=f"q{i}") for i, said in enumerate(told, 3)]
    assert {row.annotator for row in asked} == {"file"}
    assert store.add_told(session, []) == []
    with pytest.raises(StorageError):
        store.add_told(session + 1, told)
    assert (len(store.questions(session)), len(store.answers(session))) == (5, 4)


def test_the_latest_entry_of_an_item_holds(store: Store, session: int) -> None:
    before = store.items(session)
    assert store.items_upto(session) == store.n_items(session) == 9
    changes = [replace(before[7], path="new.png"), ItemRow(9, "f" * 64, "more/1.png", folder=1)]
    changes.append(replace(before[2], gone=True))
    folder: Declaration = {"number": 1, "prefix": "more", "path": "/more"}
    assert store.add_items(session, changes, 9, {"index": "y"}, folder, "ann") == 12
    assert store.items(session) == [*before[:2], changes[2], *before[3:7], changes[0], before[8], changes[1]]
    assert (store.items_upto(session), store.n_items(session)) == (12, 9)
    last = store.rounds(session)[-1]
    assert (last.number, last.kind, last.method, last.answers_upto) == (1, "items", "nearest", 0)
    (declared,) = store.declarations(session)
    assert (declared.kind, declared.value, declared.annotator) == ("folder", folder, "ann")
    assert store.add_items(session, [replace(before[2], gone=False)], 12) == 13
    assert store.items(session)[2] == before[2]
    assert len(store.rounds(session)) == 2


def test_changes_found_before_those_of_another_are_refused(store: Store, session: int) -> None:
    change = [ItemRow(0, "0" * 64, "b.png")]
    assert store.add_items(session, change, 9) == 10
    assert store.add_items(session, [ItemRow(9, "0" * 64, "c.png")], 9, {"index": "y"}, {"number": 1}) is None
    assert (len(store.items(session)), len(store.rounds(session)), store.declarations(session)) == (9, 1, [])


def test_sessions_of_one_home_keep_apart(store: Store, session: int) -> None:
    other = store.create(settings("other"), [ItemRow(0, "0", "x")], {}).id
    assert (store.questions(other), store.answers(other)) == ([], [])
    assert len(store.questions(session)) == 2


def test_a_question_of_another_session_cannot_be_answered(store: Store, session: int) -> None:
    other = store.create(settings("other"), [ItemRow(0, "0", "x")], {}).id
    with pytest.raises(StorageError):
        store.tell(other, 1, "1", "", "human", None)
    assert store.answers(other) == []


def test_home_is_told_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLUSTEER_HOME", str(tmp_path / "there"))
    Store().close()
    assert (tmp_path / "there" / "clusteer.db").exists()
    monkeypatch.delenv("CLUSTEER_HOME")
    assert default_home().name == "clusteer"


def test_a_file_is_durable_and_write_ahead(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store._database.read() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                 for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")]  # fmt: skip
    assert found == ["wal", 2, 1, 10_000]


def test_a_home_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match=r"file/home: .*CLUSTEER_HOME"):
        Store(tmp_path / "file" / "home")
    (tmp_path / "home" / "clusteer.db").mkdir(parents=True)
    with pytest.raises(StorageError, match="cannot be opened"):
        Store(tmp_path / "home")


def test_a_read_only_database_is_said_plainly(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store._database.read() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(StorageError, match="read-only"):
        store.create(settings(), [ItemRow(0, "0", "x")], {})


def test_a_full_disk_is_said_plainly_and_loses_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.create(settings(), [ItemRow(0, "0", "x")], {})
    with store._database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    items = [ItemRow(row, "0" * 64, str(row), row) for row in range(5000)]
    with pytest.raises(StorageError, match="disk is full"):
        store.create(settings("big"), items, {})
    assert [row.name for row in Store(tmp_path).sessions()] == ["mine"]


def test_a_locked_database_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clusteer.sessions.database.BUSY_SECONDS", 0)
    store = Store(tmp_path)
    other = sqlite3.connect(tmp_path / "clusteer.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="another process held it"):
        store.create(settings(), [ItemRow(0, "0", "x")], {})
    other.execute("ROLLBACK")
    store.create(settings(), [ItemRow(0, "0", "x")], {})


@pytest.mark.parametrize("content", [b"not a database at all, much longer than a header of sixteen bytes" * 20, b""])
def test_a_damaged_database_is_said_plainly_and_an_empty_one_is_filled(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "clusteer.db").write_bytes(content)
    if content:
        with pytest.raises(StorageError, match="damaged"):
            Store(tmp_path)
        assert (tmp_path / "clusteer.db").read_bytes() == content
    else:
        assert Store(tmp_path).sessions() == []


def test_damage_inside_is_said_plainly(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.create(settings(), [ItemRow(row, "0" * 64, str(row), row) for row in range(500)], {})
    store.close()
    file = tmp_path / "clusteer.db"
    content = bytearray(file.read_bytes())
    content[4096 * 4 :] = b"\xff" * (len(content) - 4096 * 4)
    file.write_bytes(content)
    with pytest.raises(StorageError, match="damaged"):
        Store(tmp_path).items(1)


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    Store(tmp_path).close()
    with sqlite3.connect(tmp_path / "clusteer.db") as raw:
        raw.execute(f"UPDATE alembic_version SET version_num = '{schema.VERSION + 1}'")
    raw.close()
    with pytest.raises(StorageError, match=f"version {schema.VERSION + 1}, written by a newer clusteer"):
        Store(tmp_path)
