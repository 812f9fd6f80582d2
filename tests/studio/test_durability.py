"""A server killed in the middle of anything loses nothing it acknowledged, and the next one is at the same place."""

import random
import threading
from pathlib import Path

import httpx2
import pytest

from clusteer.sessions.store import Store
from tests.studio.conftest import MINE, by_colour
from tests.studio.serving import serving

KILLS = 3


def answer_until_killed(client: httpx2.Client, acknowledged: dict[str, str], enough: threading.Event, n: int) -> None:
    """Answer on and on; note each acknowledged answer."""
    while True:
        try:
            (question,) = client.post(f"{MINE}/questions", json={"annotator": "ann"}).json()["questions"]
            told = {"question": question["id"], "choice": by_colour(question), "annotator": "ann"}
            reply = client.post(f"{MINE}/answers", json=told)
        except httpx2.TransportError:
            return
        acknowledged[reply.json()["answer"]] = question["id"]
        if len(acknowledged) >= n:
            enough.set()


def test_kill_in_mid_answer_loses_nothing(place: Path) -> None:
    rng = random.Random(0)
    acknowledged: dict[str, str] = {}
    for _ in range(KILLS):
        with serving(place / "home", "mine", "--root", str(place / "root")) as server:
            enough = threading.Event()
            more = (server.client, acknowledged, enough, len(acknowledged) + rng.randrange(1, 6))
            person = threading.Thread(target=answer_until_killed, args=more)
            person.start()
            enough.wait()
            server.process.kill()
            person.join()
    store = Store(place / "home")
    lines = {line.id: f"q{line.question}" for line in store.answers(store.session("mine").id)}
    store.close()
    assert lines.items() >= acknowledged.items()
    assert len(lines) <= len(acknowledged) + KILLS
    with serving(place / "home", "--root", str(place / "root")) as server:
        assert server.client.get(MINE).json()["answers"] == len(lines)


def test_the_page_comes_first_and_torch_never(place: Path) -> None:
    with serving(place / "home", "--root", str(place / "root")) as server:
        assert server.client.get("/api/sessions").json()[0]["name"] == "mine"
        server.client.post(f"{MINE}/questions", json={}).raise_for_status()
        server.client.get(f"{MINE}/groups").raise_for_status()
        server.client.get("/api/health").raise_for_status()
        maps = Path(f"/proc/{server.process.pid}/maps")
        if not maps.exists():
            pytest.skip("this system does not say what a process has loaded")
        assert "libtorch" not in maps.read_text(encoding="utf-8")


def test_a_token_that_was_given_is_asked_for(place: Path) -> None:
    with serving(place / "home", "--root", str(place / "root"), "--token", "long-enough-token") as server:
        assert server.client.get("/api/sessions").status_code == 403
        reply = server.client.get("/api/sessions", headers={"authorization": "Bearer long-enough-token"})
        assert reply.status_code == 200
