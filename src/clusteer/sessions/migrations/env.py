"""Run by Alembic: the store hands over the connection, inside its own transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
