"""A language model at an address is asked once, and whatever it does is one sentence."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from clusteer.core.errors import InvalidInputError, UnavailableError
from clusteer.data.word_endpoint import KEY, endpoint_words


class Model(BaseHTTPRequestHandler):
    """Answers as it is told and keeps what it was asked."""

    status, body, asked = 200, b"", list[Any]()

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Model.asked.append((self.path, self.headers.get("Authorization"), sent))
        self.send_response(Model.status)
        self.end_headers()
        self.wfile.write(Model.body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Model.asked = []
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def says(content: str, status: int = 200) -> None:
    Model.status, Model.body = status, json.dumps({"choices": [{"message": {"content": content}}]}).encode()


@pytest.mark.parametrize(
    "content",
    ['["red", "green", "blue"]', "Sure:\n```json\n[\"red\", \"green\", \"blue\", \"red\"]\n```", "red, green, blue.",
     "1. red\n2. green\n3) blue", "- red\n- green\n- 'blue'"],
)  # fmt: skip
def test_words_are_read_however_they_are_listed(address: str, content: str) -> None:
    says(content)
    found = endpoint_words("colour", "fruit", address, "small", 5)
    assert found.words == ("red", "green", "blue")
    assert found.source == f"small at {address}"


def test_it_is_asked_once_with_the_key_of_the_environment(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    says('["a", "b"]')
    monkeypatch.delenv(KEY, raising=False)
    endpoint_words("colour", "", address, "small", 4)
    monkeypatch.setenv(KEY, "secret")
    endpoint_words("colour", "fruit", address + "/", "small", 4)
    (path, key, sent), (again, second, other) = Model.asked
    assert path == again == "/v1/chat/completions"
    assert (key, second) == (None, "Bearer secret")
    assert sent["model"] == "small"
    assert "4 common values of: colour" in sent["messages"][0]["content"]
    assert "fruit colour" in other["messages"][0]["content"]


def test_no_more_words_than_asked_for(address: str) -> None:
    says("a, b, c, d")
    assert endpoint_words("x", "", address, "small", 3).words == ("a", "b", "c")


@pytest.mark.parametrize(
    ("status", "message"), [(401, f"status 401; is the key in {KEY} right"), (500, "answered with status 500$")]
)
def test_a_refusal_is_said(address: str, status: int, message: str) -> None:
    says("[]", status)
    with pytest.raises(UnavailableError, match=message):
        endpoint_words("x", "", address, "small")


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"choices": []}', b"[]"])
def test_another_interface_is_said(address: str, body: bytes) -> None:
    Model.status, Model.body = 200, body
    with pytest.raises(UnavailableError, match="not as the interface of OpenAI does"):
        endpoint_words("x", "", address, "small")


def test_no_words_and_nobody_there(address: str) -> None:
    says("I cannot.")
    with pytest.raises(UnavailableError, match="named no words but said 'I cannot"):
        endpoint_words("x", "", address, "small")
    with pytest.raises(UnavailableError, match="does not answer"):
        endpoint_words("x", "", "http://127.0.0.1:9", "small", seconds=2)
    with pytest.raises(InvalidInputError, match="is no address"):
        endpoint_words("x", "", "localhost", "small")
