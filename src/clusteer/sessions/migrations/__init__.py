"""How a database of each schema version becomes one of the next; Alembic's script folder."""
