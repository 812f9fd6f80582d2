"""Questions say what they were asked for."""

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """Add the purpose of questions; those there are have none but to guide."""
    op.add_column("question", sa.Column("purpose", sa.String(20), nullable=False, server_default=""))
