"""Who may talk to the studio."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from clusteer.studio.app import create_app
from clusteer.studio.security import MOST_BYTES
from tests.studio.conftest import ADDRESS, MINE, listening

TOKEN = "a-token-nobody-guesses"


def remote(place: Path) -> TestClient:
    app = create_app(place / "home", place / "root", "0.0.0.0", TOKEN)
    return TestClient(app, base_url="http://192.0.2.7:8765")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "192.0.2.7", "", "127.0.0.1.evil.example", "["])
def test_a_foreign_host_is_turned_away(client: TestClient, host: str) -> None:
    reply = client.get("/api/sessions", headers={"host": host})
    assert reply.status_code == 403
    assert "own address" in reply.json()["detail"]


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "[::1]:8765"])
def test_this_machine_by_any_name_is_let_in(client: TestClient, host: str) -> None:
    assert client.get("/api/sessions", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1", "x"])
def test_a_foreign_page_may_not_write_nor_read(client: TestClient, origin: str) -> None:
    headers = {"origin": origin}
    assert client.post(f"{MINE}/questions", json={}, headers=headers).status_code == 403
    assert client.get("/api/sessions", headers=headers).status_code == 403
    with pytest.raises(WebSocketDisconnect), listening(client, f"{MINE}/events", **headers):
        pass


def test_the_own_page_may(client: TestClient) -> None:
    headers = {"origin": ADDRESS, "sec-fetch-site": "same-origin"}
    assert client.post(f"{MINE}/questions", json={}, headers=headers).status_code == 200


def test_a_picture_is_not_shown_on_a_foreign_page(client: TestClient) -> None:
    assert client.get(f"{MINE}/pictures/0", headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_without_the_token_nothing_is_served(place: Path) -> None:
    with remote(place) as client:
        for path in ("/", "/api/sessions", f"{MINE}/pictures/0", "/api/docs", "/api/openapi.json", "/studio.js"):
            assert client.get(path).status_code == 403, path
        for wrong in ("", "wrong", TOKEN[:-1], TOKEN + "x", "\u00e9"):
            assert client.get("/api/sessions", params={"token": wrong}).status_code == 403
        with pytest.raises(WebSocketDisconnect), listening(client, f"{MINE}/events"):
            pass


def test_the_token_is_taken_in_three_ways(place: Path) -> None:
    with remote(place) as client:
        assert client.get("/api/sessions", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
        assert client.get("/api/sessions", params={"token": TOKEN}).status_code == 200
        assert client.get("/api/sessions").status_code == 403
        page = client.get("/", params={"token": TOKEN}, follow_redirects=False)
        assert (page.status_code, page.headers["location"]) == (303, "/")
        cookie = page.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert client.get("/api/sessions").status_code == 200
        with listening(client, f"{MINE}/events", cookie=cookie.partition(";")[0]) as socket:
            assert socket.receive_json().keys() == {"version", "ledger", "round_answers"}


def test_the_token_leads_nowhere_else(place: Path) -> None:
    with remote(place) as client:
        there = "http://192.0.2.7:8765//evil.example/"
        reply = client.get(there, params={"token": TOKEN, "a": "b c"}, follow_redirects=False)
        assert reply.headers["location"] == "/evil.example/?a=b+c"


def test_a_name_is_no_address_where_others_can_reach(place: Path) -> None:
    with remote(place) as client:
        headers = {"authorization": f"Bearer {TOKEN}", "host": "evil.example"}
        assert client.get("/api/sessions", headers=headers).status_code == 403


def test_too_much_is_not_read(client: TestClient) -> None:
    reply = client.post(f"{MINE}/answers", content=b"x" * (MOST_BYTES + 1))
    assert reply.status_code == 413
    endless = (b"x" * 65_536 for _ in range(MOST_BYTES // 65_536 + 2))
    assert 400 <= client.post(f"{MINE}/answers", content=endless).status_code < 500


def test_every_answer_says_what_its_page_may_load(client: TestClient) -> None:
    reply = client.get("/api/sessions")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'self'" in reply.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]


def test_the_page_of_the_api_loads_from_here_alone(client: TestClient) -> None:
    page = client.get("/api/docs").text
    assert "http://" not in page
    assert "https://" not in page
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert asset in page
        assert client.get(f"/api/assets/{asset}").status_code == 200
