"""A studio over a small folder of pictures in three colours, served to a test client."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketTestSession

from clusteer.data.images import ImageSet
from clusteer.neighbors import build_index
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from clusteer.studio.app import create_app
from tests.cli.conftest import N, draw
from tests.waiting import until

Json = Any
ADDRESS = "http://127.0.0.1:8765"
MINE = "/api/sessions/mine"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with pictures, texts, and the session ``mine`` on the pictures; made once and copied."""
    place = tmp_path_factory.mktemp("studio")
    draw(place / "root" / "pictures")
    lines = [f"{colour} thing number {number}" for number in range(12) for colour in ("red", "green", "blue")]
    (place / "root" / "notes.txt").write_text("\n".join(lines), encoding="utf-8")
    np.save(place / "root" / "rows.npy", np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32))
    images = ImageSet.from_folder(place / "root" / "pictures")
    pixels = images.pixels(range(N), 6).reshape(N, -1).astype(np.float32)
    store = Store(place / "home")
    Session.create("mine", images, build_index(pixels, "pixels"), store=store)
    store.close()
    return place


@pytest.fixture
def place(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it: ``home`` holds the sessions, ``root`` is what may be browsed."""
    shutil.copytree(template / "home", tmp_path / "home")
    (tmp_path / "root").symlink_to(template / "root")
    monkeypatch.setenv("CLUSTEER_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def client(place: Path) -> Iterator[TestClient]:
    """The studio."""
    with TestClient(create_app(place / "home", place / "root"), base_url=ADDRESS) as client:
        yield client


Get = Callable[..., Json]


@pytest.fixture
def get(client: TestClient) -> Get:
    """Get JSON, which has to be there."""

    def get(path: str, /, **query: object) -> Json:
        reply = client.get(path, params={key: str(value) for key, value in query.items()})
        assert reply.status_code == 200, reply.text
        return reply.json()

    return get


@pytest.fixture
def post(client: TestClient) -> Get:
    """Post JSON, which has to be accepted."""

    def post(path: str, /, **body: object) -> Json:
        reply = client.post(path, json=body)
        assert reply.status_code in (200, 202), reply.text
        return reply.json()

    return post


@contextmanager
def listening(client: TestClient, path: str, **headers: str) -> Iterator[WebSocketTestSession]:
    """Open a websocket; the test client would call every host of one "testserver"."""
    with client.websocket_connect(path, headers={"host": client.base_url.netloc.decode(), **headers}) as socket:
        yield socket


def by_colour(question: Json) -> str:
    """Answer as somebody who groups by colour: picture i has colour i % 3."""
    rows = [item["row"] % 3 for item in question["items"]]
    if question["kind"] == "same":
        return "same" if rows[0] == rows[1] else "different"
    shown = [option["items"][0]["row"] % 3 for option in question["options"]]
    return str(shown.index(rows[0]) + 1) if rows[0] in shown else "none"


@pytest.fixture
def told(post: Get) -> list[str]:
    """Ten answers by colour, and their ids."""
    answers = []
    for _ in range(10):
        (question,) = post(f"{MINE}/questions", annotator="ann")["questions"]
        answers.append(
            post(f"{MINE}/answers", question=question["id"], choice=by_colour(question), annotator="ann", seconds=2.5)
        )
    return [answer["answer"] for answer in answers]


@pytest.fixture
def settled(get: Get) -> Callable[[], Json]:
    """Wait until the grouping has seen every answer, and return where the session stands."""

    return lambda: until(lambda: None if (state := get(MINE))["computing"] else state)
