"""A database as this package wants it: durable, waiting its turn, of the newest schema."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, func, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError

from clusteer.core.errors import StorageError
from clusteer.sessions import schema
from clusteer.sessions.faults import plain_faults

BUSY_SECONDS = 10
_ALONE = 0x636C7573
"""What PostgreSQL calls the lock of those who write alone; any number will do, "clus" in ASCII."""
_SQLITE, _POSTGRESQL = "sqlite", "postgresql"


class Database:
    """A connection pool whose transactions either commit, durably, or leave no trace.

    Parameters
    ----------
    url : str
        As SQLAlchemy writes it, of SQLite or PostgreSQL. A database that is new or of an older schema is brought up to
        date.

    Raises
    ------
    StorageError
        If it cannot be used, is damaged, or was written by a newer clusteer.
    """

    def __init__(self, url: str) -> None:
        parsed = _parsed(url)
        is_file = parsed.get_backend_name() == _SQLITE and parsed.database not in (None, "", ":memory:")
        self.where = str(parsed.database) if is_file else parsed.render_as_string()
        with plain_faults(self.where):
            self._engine = _connect(parsed)
            if is_file:
                _write_ahead(self._engine)
            self._bring_up_to_date()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view."""
        with plain_faults(self.where), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self, *, alone: bool = False) -> Iterator[Connection]:
        """One transaction, committed when the block ends well.

        Where many write at once (PostgreSQL), two that are to be ``alone`` wait for each other.
        """
        with plain_faults(self.where), self._engine.execution_options(write=True).begin() as connection:
            if alone and connection.dialect.name == _POSTGRESQL:
                connection.execute(select(func.pg_advisory_xact_lock(_ALONE)))
            yield connection

    def _bring_up_to_date(self) -> None:
        with self.read() as connection:
            found = _version(connection)
        if found == schema.VERSION:
            return
        if found > schema.VERSION:
            raise StorageError(
                f"{self.where} has schema version {found}, written by a newer clusteer; this one knows versions up "
                f"to {schema.VERSION}. Install a newer clusteer"
            )
        from alembic import command
        from alembic.config import Config

        # Alembic looks again how old the database is: another process may have been here meanwhile.
        with self.write(alone=True) as connection:
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _parsed(url: str) -> URL:
    """Return the address, of PostgreSQL with the driver that is spoken to here, whichever was named."""
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except ArgumentError as fault:
        raise StorageError(
            "the address of the database cannot be read; give one such as postgresql://user:password@host/name"
        ) from fault
    if backend not in (_SQLITE, _POSTGRESQL):
        raise StorageError(f"{parsed.render_as_string()}: sessions live in SQLite or PostgreSQL, not in {backend}")
    return parsed if backend == _SQLITE else parsed.set(drivername="postgresql+psycopg")


def _connect(parsed: URL) -> Engine:
    return _connect_sqlite(parsed) if parsed.get_backend_name() == _SQLITE else _connect_postgresql(parsed)


def _connect_postgresql(parsed: URL) -> Engine:
    try:
        # A pooled connection may be of a server that was restarted since.
        engine = create_engine(parsed, pool_pre_ping=True, connect_args={"connect_timeout": BUSY_SECONDS})
    except ImportError as fault:
        raise StorageError(
            f"{parsed.render_as_string()}: a package is missing ({fault.name}); install it: "
            "pip install 'clusteer[postgresql]'"
        ) from fault

    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, _record: object) -> None:
        raw.execute("SET synchronous_commit = on")  # The server's own setting may be off.
        raw.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
        raw.commit()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Readers see one state of all tables. A writer sees what those before it in the queue have committed.
        if not connection.get_execution_options().get("write", False):
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    return engine


def _connect_sqlite(parsed: URL) -> Engine:
    in_memory = parsed.database in (None, "", ":memory:")
    # One connection is the whole of a database in memory.
    engine = create_engine(parsed, poolclass=StaticPool) if in_memory else create_engine(parsed)

    @event.listens_for(engine, "connect")
    def _prepare(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None  # Transactions begin where we say, below.
        raw.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes the lock at once: two readers that both turn writers would block each other.
        writes = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _write_ahead(engine: Engine) -> None:
    """Switch a database file to write-ahead logging, once in its life; SQLite itself does not wait its turn here."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as fault:
            if "locked" not in str(fault) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        finally:
            raw.close()


def _version(connection: Connection) -> int:
    """Return the schema version; 0 where the database is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return 0
    return int(connection.scalar(text("SELECT version_num FROM alembic_version")) or 0)
