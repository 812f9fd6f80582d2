"""The first schema. Spelled out, not taken from ``schema.py``, because it must stay what it was."""

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None


def upgrade() -> None:
    """Create the six tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "session",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False, unique=True),
        sa.Column("images", sa.String(200), nullable=False),
        sa.Column("source", sa.JSON, nullable=False),
        sa.Column("encoder", sa.String(200), nullable=False),
        sa.Column("method", sa.String(200), nullable=False),
        sa.Column("strategy", sa.String(200), nullable=False),
        sa.Column("n_clusters", sa.Integer),
        sa.Column("budget", sa.Integer),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("at", moment, nullable=False),
    )
    op.create_table(
        "item",
        sa.Column("session_id", sa.Integer, sa.ForeignKey("session.id"), primary_key=True),
        sa.Column("row", sa.Integer, primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("copy", sa.Integer, nullable=False),
    )
    op.create_table(
        "round",
        sa.Column("session_id", sa.Integer, sa.ForeignKey("session.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("method", sa.String(200), nullable=False),
        sa.Column("answers_upto", sa.Integer, nullable=False),
        sa.Column("artifacts", sa.JSON, nullable=False),
        sa.Column("at", moment, nullable=False),
    )
    op.create_table(
        "question",
        sa.Column("session_id", sa.Integer, sa.ForeignKey("session.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("items", sa.JSON, nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("exhaustive", sa.Boolean, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("annotator", sa.String(200), nullable=False),
        sa.Column("at", moment, nullable=False),
    )
    op.create_table(
        "answer",
        sa.Column("session_id", sa.Integer, sa.ForeignKey("session.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("question", sa.Integer, nullable=False),
        sa.Column("choice", sa.String(20)),
        sa.Column("retracts", sa.Integer),
        sa.Column("annotator", sa.String(200), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("seconds", sa.Float),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(["session_id", "question"], ["question.session_id", "question.number"]),
        sa.ForeignKeyConstraint(["session_id", "retracts"], ["answer.session_id", "answer.seq"]),
    )
    op.create_index("answer_by_question", "answer", ["session_id", "question", "seq"])
    op.create_table(
        "declaration",
        sa.Column("session_id", sa.Integer, sa.ForeignKey("session.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("value", sa.JSON, nullable=False),
        sa.Column("annotator", sa.String(200), nullable=False),
        sa.Column("at", moment, nullable=False),
    )
