"""What was acknowledged is there, whatever kills the process and however many write at once."""

import multiprocessing
import os
import random
import signal
from collections.abc import Iterator
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from clusteer.sessions.store import Store
from tests.postgresql import new_database
from tests.sessions.telling import fill, tell_and_acknowledge

KILLS = 100
# Children are forked from a clean process that has imported what they need, so that one costs milliseconds.
context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["pytest", "sqlalchemy.dialects.sqlite", "psycopg", "tests.sessions.telling"])


def start(*arguments: object) -> tuple[BaseProcess, Connection]:
    reader, writer = context.Pipe(duplex=False)
    child = context.Process(target=tell_and_acknowledge, args=(*arguments, writer))
    child.start()
    writer.close()
    return child, reader


@pytest.fixture(params=["file", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    if request.param == "file":
        yield None
    else:
        with new_database() as url:
            yield url


def acknowledged(reader: Connection) -> Iterator[tuple[int, int]]:
    """Yield seq and question of each acknowledged answer until the child ends."""
    while data := os.read(reader.fileno(), 8):
        yield int.from_bytes(data[:4], "big"), int.from_bytes(data[4:], "big")


def test_a_hundred_kills_lose_no_acknowledged_answer(tmp_path: Path, url: str | None) -> None:
    session = fill(tmp_path, 10_000, url=url)
    rng = random.Random(0)
    known: dict[int, int] = {}
    first = 1
    for attempt in range(KILLS):
        child, reader = start(tmp_path, session, first, 10_000, f"run {attempt}", url)
        # A random moment: after some acknowledgements, and somewhere on the way to the next.
        told = dict(islice(acknowledged(reader), rng.randrange(8)))
        for _ in range(rng.randrange(60_000)):
            pass
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        told.update(acknowledged(reader))
        child.join()
        reader.close()
        assert child.exitcode == -signal.SIGKILL
        known.update(told)
        store = Store(tmp_path, url)
        lines = store.answers(session)
        store.close()
        assert {line.seq: line.question for line in lines}.items() >= known.items()
        assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
        first = max([line.question for line in lines], default=0) + 1
    assert len(known) > KILLS


def test_two_processes_telling_at_once_lose_nothing(tmp_path: Path, url: str | None) -> None:
    session = fill(tmp_path, 200, url=url)
    # The two ranges overlap: one question answered by two people is two lines.
    running = [start(tmp_path, session, 1, 140, "ann", url), start(tmp_path, session, 60, 200, "bob", url)]
    told = [dict(acknowledged(reader)) for _, reader in running]
    for child, reader in running:
        child.join()
        reader.close()
        assert child.exitcode == 0
    store = Store(tmp_path, url)
    lines = store.answers(session)
    store.close()
    assert [line.seq for line in lines] == list(range(1, 280))
    assert {line.seq: line.question for line in lines if line.annotator == "ann"} == told[0]
    assert {line.seq: line.question for line in lines if line.annotator == "bob"} == told[1]


@pytest.mark.parametrize("attempt", range(3))
def test_processes_that_make_one_home_at_once_all_succeed(tmp_path: Path, url: str | None, attempt: int) -> None:
    children = [context.Process(target=fill, args=(tmp_path, 0, f"{attempt}.{i}", url)) for i in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * 4
    store = Store(tmp_path, url)
    assert len(store.sessions()) == 4
    store.close()
