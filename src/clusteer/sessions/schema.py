"""The six append-only tables. ``migrations/`` builds them; a test holds the two together.

Every key below the session counts from 1 within it (rounds from 0), so ids are short to type and a replay elsewhere
keeps them. The items are a log: an item's row is given once, and what was last said of the row holds.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

VERSION = 3
"""Of the schema in this file; the newest revision in ``migrations/versions`` bears the same number."""

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """A time in UTC. SQLite forgets the zone and others prefer their own, so it is set on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


session = Table(
    "session",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("images", String(200), nullable=False),
    Column("source", JSON, nullable=False),
    Column("encoder", String(200), nullable=False),
    Column("method", String(200), nullable=False),
    Column("strategy", String(200), nullable=False),
    Column("n_clusters", Integer),
    Column("budget", Integer),
    Column("seed", Integer, nullable=False),
    Column("at", Moment, nullable=False),
)

item = Table(
    "item",
    metadata,
    Column("session_id", ForeignKey("session.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("row", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("path", Text, nullable=False),
    Column("copy", Integer, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("folder", Integer, nullable=False),
)

round_ = Table(
    "round",
    metadata,
    Column("session_id", ForeignKey("session.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("method", String(200), nullable=False),
    Column("answers_upto", Integer, nullable=False),
    Column("artifacts", JSON, nullable=False),
    Column("at", Moment, nullable=False),
)

question = Table(
    "question",
    metadata,
    Column("session_id", ForeignKey("session.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("items", JSON, nullable=False),
    Column("options", JSON, nullable=False),
    Column("exhaustive", Boolean, nullable=False),
    Column("round", Integer, nullable=False),
    Column("score", Float, nullable=False),
    Column("why", Text, nullable=False),
    Column("purpose", String(20), nullable=False, server_default=""),
    Column("annotator", String(200), nullable=False),
    Column("at", Moment, nullable=False),
)

answer = Table(
    "answer",
    metadata,
    Column("session_id", ForeignKey("session.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("question", Integer, nullable=False),
    Column("choice", Text),
    Column("retracts", Integer),
    Column("annotator", String(200), nullable=False),
    Column("source", String(20), nullable=False),
    Column("seconds", Float),
    Column("at", Moment, nullable=False),
    ForeignKeyConstraint(["session_id", "question"], ["question.session_id", "question.number"]),
    ForeignKeyConstraint(["session_id", "retracts"], ["answer.session_id", "answer.seq"]),
    Index("answer_by_question", "session_id", "question", "seq"),
)

declaration = Table(
    "declaration",
    metadata,
    Column("session_id", ForeignKey("session.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("value", JSON, nullable=False),
    Column("annotator", String(200), nullable=False),
    Column("at", Moment, nullable=False),
)
