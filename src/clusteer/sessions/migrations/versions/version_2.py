"""Items become a log, so that collections may change; choices may be long.

The two tables are made anew and filled from copies, which SQLite and PostgreSQL do alike: SQLite can change neither a
column nor a key in place, and Alembic's batch mode for it breaks tables that refer to themselves while foreign keys
are enforced.
"""

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"


def upgrade() -> None:
    """Give the item table a key of its own, and the answer table room."""
    op.execute("CREATE TABLE item_1 AS SELECT * FROM item")
    op.execute("CREATE TABLE answer_1 AS SELECT * FROM answer")
    op.drop_table("item")
    op.drop_table("answer")
    op.create_table(
        "item",
        sa.Column("session_id", sa.Integer, sa.ForeignKey("session.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("copy", sa.Integer, nullable=False),
        sa.Column("gone", sa.Boolean, nullable=False),
        sa.Column("folder", sa.Integer, nullable=False),
    )
    op.create_table(
        "answer",
        sa.Column("session_id", sa.Integer, sa.ForeignKey("session.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("question", sa.Integer, nullable=False),
        sa.Column("choice", sa.Text),
        sa.Column("retracts", sa.Integer),
        sa.Column("annotator", sa.String(200), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("seconds", sa.Float),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["session_id", "question"], ["question.session_id", "question.number"]),
        sa.ForeignKeyConstraint(["session_id", "retracts"], ["answer.session_id", "answer.seq"]),
    )
    op.create_index("answer_by_question", "answer", ["session_id", "question", "seq"])
    op.execute(
        'INSERT INTO item (session_id, seq, "row", sha256, path, copy, gone, folder) '
        'SELECT session_id, "row" + 1, "row", sha256, path, copy, false, 0 FROM item_1'
    )
    op.execute(
        "INSERT INTO answer (session_id, seq, question, choice, retracts, annotator, source, seconds, at) "
        "SELECT session_id, seq, question, choice, retracts, annotator, source, seconds, at FROM answer_1 ORDER BY seq"
    )
    op.drop_table("item_1")
    op.drop_table("answer_1")
