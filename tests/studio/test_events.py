"""The websocket tells when something changed."""

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from clusteer.sessions.store import Store
from tests.studio.conftest import MINE, Get, listening


def test_an_answer_is_heard_of(client: TestClient, post: Get) -> None:
    (question,) = post(f"{MINE}/questions")["questions"]
    with listening(client, f"{MINE}/events") as socket:
        first = socket.receive_json()
        post(f"{MINE}/answers", question=question["id"], choice="different")
        heard = [first]
        while heard[-1]["round_answers"] < 1:
            heard.append(socket.receive_json())
        assert len({pulse["version"] for pulse in heard}) == len(heard)
        assert heard[-1]["ledger"] == 1


def test_what_another_process_writes_is_heard_of(client: TestClient, post: Get, place: object) -> None:
    (question,) = post(f"{MINE}/questions")["questions"]
    with listening(client, f"{MINE}/events") as socket:
        socket.receive_json()
        store = Store()
        store.tell(store.session("mine").id, int(question["id"][1:]), "same", "bob", "human", None)
        store.close()
        while (pulse := socket.receive_json())["ledger"] < 1:
            pass
        assert pulse["ledger"] == 1


def test_events_of_no_session_end(client: TestClient) -> None:
    with listening(client, "/api/sessions/none/events") as socket, pytest.raises(WebSocketDisconnect) as end:
        socket.receive_json()
    assert "there is no session" in (end.value.reason or "")
