"""What may be said of a database's address, and one database for many people."""

import sys
from multiprocessing import get_context
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from clusteer.core.errors import StorageError
from clusteer.sessions import schema
from clusteer.sessions.database import Database
from clusteer.sessions.store import Store
from tests.postgresql import new_database
from tests.sessions.telling import fill, outcome_of_fill


def test_the_address_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTEER_DATABASE", f"sqlite:///{tmp_path / 'elsewhere.db'}")
    fill(tmp_path / "home")
    assert (tmp_path / "elsewhere.db").exists()
    assert not (tmp_path / "home" / "clusteer.db").exists()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("not an address", "give one such as postgresql://"),
        ("mysql://ann:secret@host/name", "SQLite or PostgreSQL, not in mysql"),
        ("postgresql://ann:secret@127.0.0.1:1/name", "the server does not answer"),
        ("postgresql+psycopg2://ann:secret@127.0.0.1:1/name", "the server does not answer"),
    ],
)
def test_a_bad_address_is_a_plain_fault_without_the_password(url: str, words: str) -> None:
    with pytest.raises(StorageError, match=words) as fault:
        Database(url)
    assert "secret" not in str(fault.value)


def test_a_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StorageError, match=r"pip install 'clusteer\[postgresql\]'"):
        Database("postgresql://ann@127.0.0.1:1/name")


def test_an_unknown_database_on_a_server_is_a_plain_fault() -> None:
    with new_database() as url, pytest.raises(StorageError, match="createdb NAME"):
        Database(url.replace("/test_", "/nothing_"))


def test_migrations_build_the_tables_on_a_server_too(tmp_path: Path) -> None:
    with new_database() as url:
        store = Store(tmp_path, url)
        with store._database.read() as connection:
            assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
        store.close()


def test_of_two_sessions_of_one_name_made_at_once_on_a_server_one_is_refused(tmp_path: Path) -> None:
    with new_database() as url:
        Store(tmp_path, url).close()
        with get_context("forkserver").Pool(4) as pool:
            told = pool.starmap(outcome_of_fill, [(tmp_path, url)] * 4)
    assert sorted(told) == ["made"] + ["refused"] * 3


def test_a_reader_on_a_server_sees_one_state_and_cannot_write(tmp_path: Path) -> None:
    with new_database() as url:
        store = Store(tmp_path, url)
        with store._database.read() as connection:
            before = connection.scalar(text("SELECT count(*) FROM session"))
            fill(tmp_path, url=url)
            assert connection.scalar(text("SELECT count(*) FROM session")) == before == 0
        with pytest.raises(StorageError, match="read-only"), store._database.read() as connection:
            connection.execute(text("DELETE FROM session"))
        assert len(store.sessions()) == 1
        store.close()
