"""Databases on the server that ``make test`` starts; elsewhere: tools/with_postgresql python -m pytest ..."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

VARIABLE = "CLUSTEER_TEST_DATABASE"


@contextmanager
def new_database() -> Iterator[str]:
    """Make a database, yield its address, and drop it."""
    if VARIABLE not in os.environ:
        pytest.skip("needs a server: tools/with_postgresql python -m pytest ...")
    server = make_url(os.environ[VARIABLE])
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
