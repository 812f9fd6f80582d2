"""A database as this package wants it: durable, waiting its turn, of the newest schema."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, inspect, make_url, text

from clusteer.core.errors import StorageError
from clusteer.sessions import schema
from clusteer.sessions.faults import plain_faults

BUSY_SECONDS = 10


class Database:
    """A connection pool whose transactions either commit, durably, or leave no trace.

    Parameters
    ----------
    url : str
        As SQLAlchemy writes it. A database that is new or of an older schema is brought up to date.

    Raises
    ------
    StorageError
        If it cannot be used, is damaged, or was written by a newer clusteer.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        is_file = parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:")
        self.where = str(parsed.database) if is_file else parsed.render_as_string()
        with plain_faults(self.where):
            self._engine = _connect(url)
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
    def write(self) -> Iterator[Connection]:
        """One transaction, committed when the block ends well."""
        with plain_faults(self.where), self._engine.execution_options(write=True).begin() as connection:
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

        with self.write() as connection:
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _connect(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url)
    in_memory = parsed.database in (None, "", ":memory:")
    # One connection is the whole of a database in memory.
    engine = create_engine(url, poolclass=StaticPool) if in_memory else create_engine(url)

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
