"""Who may talk to the studio: the right host, the same origin, the token, and no more than fits.

A page anywhere on the web can make the browser of whoever sits here send requests to 127.0.0.1. ``Host`` tells whether
the browser was led here under a foreign name (DNS rebinding), ``Origin`` and ``Sec-Fetch-Site`` whose page asks.
"""

import hmac
import ipaddress
import json
import secrets
import socket
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "::1")
COOKIE = "clusteer-studio"
MOST_BYTES = 1_000_000
"""Size of the largest request; the largest edit takes a fiftieth of it."""
_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; script-src "
)
# The map's drawing library compiles its draw calls; the page of the API starts itself from a script in the page.
_SCRIPTS = {"/api/docs": "'self' 'unsafe-inline'"}
_HEADERS = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def new_token() -> str:
    """Return a token nobody guesses."""
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Refusal:
    """Why a request is turned away."""

    status: int
    sentence: str


class Guard:
    """Lets a request through to the app, or says why not; also limits its size and sets the headers of its answer.

    Parameters
    ----------
    app : ASGI application
        What is guarded.
    host : str
        The address the studio listens on.
    token : str or None
        What a request must carry: in the cookie, as ``Authorization: Bearer T``, or as ``?token=T``, which on a page
        sets the cookie.
    """

    def __init__(self, app: ASGIApp, host: str = LOOPBACK[0], token: str | None = None) -> None:
        self.app = app
        self.host = host
        self.token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or a websocket."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await _refuse(refusal, scope, receive, send)
        elif scope["type"] == "http" and (there := self._without_token(scope)) is not None:
            await _redirect(there, self._cookie(headers), send)
        else:
            await self.app(scope, _limited(receive) if scope["type"] == "http" else receive, _headed(scope, send))

    def _refusal(self, scope: Scope, headers: Headers) -> Refusal | None:
        host = headers.get("host", "")
        if not self._known(_hostname(host)):
            return Refusal(403, f"this is the studio on {self.host}, not {host!r}; open it under its own address")
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2] != host:
            return Refusal(403, f"a page of {origin} may not talk to the studio; open the studio's own page")
        page = scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and not scope["path"].startswith("/api")
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not page:
            return Refusal(403, "another site's page may not talk to the studio; open the studio's own page")
        if self.token is not None and not any(_equal(given, self.token) for given in _tokens(scope, headers)):
            return Refusal(403, "the token is missing or wrong; open the address that clusteer studio printed")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return Refusal(413, f"the request has {length} bytes; at most {MOST_BYTES:,} are taken")
        return None

    def _known(self, name: str) -> bool:
        if is_loopback(self.host):
            return name in LOOPBACK
        # An address cannot be led astray as a name can.
        return name in (*LOOPBACK, self.host, socket.gethostname()) or _is_address(name)

    def _without_token(self, scope: Scope) -> str | None:
        """Return where a page is without the token in its address; None where it has none there."""
        if self.token is None or scope["path"].startswith("/api") or scope["method"] != "GET":
            return None
        query = parse_qs(scope["query_string"].decode("latin-1"))
        if query.pop("token", None) is None:
            return None
        path = "/" + quote(scope["path"].lstrip("/"))  # Two slashes would lead to another host.
        return f"{path}?{urlencode(query, doseq=True)}" if query else path

    def _cookie(self, headers: Headers) -> str:
        return f"{COOKIE}={self.token}; HttpOnly; SameSite=Strict; Path=/; Max-Age=31536000"


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _tokens(scope: Scope, headers: Headers) -> list[str]:
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        cookies = SimpleCookie()
    given = [morsel.value for name, morsel in cookies.items() if name == COOKIE]
    given += [headers.get("authorization", "").removeprefix("Bearer ")]
    return given + parse_qs(scope["query_string"].decode("latin-1")).get("token", [])


def _equal(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode(), token.encode())


async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": refusal.sentence[:120]})
        return
    body = json.dumps({"detail": refusal.sentence}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *_HEADERS]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _redirect(there: str, cookie: str, send: Send) -> None:
    headers = [(b"location", there.encode()), (b"set-cookie", cookie.encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 303, "headers": [*headers, *_HEADERS]})
    await send({"type": "http.response.body", "body": b""})


def _limited(receive: Receive) -> Receive:
    """Cut off a body that is longer than it said, or did not say how long it is."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return message if taken <= MOST_BYTES else {"type": "http.disconnect"}

    return limited


def _headed(scope: Scope, send: Send) -> Send:
    policy = (_POLICY + _SCRIPTS.get(scope["path"], "'self' 'unsafe-eval'")).encode()

    async def headed(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *_HEADERS, (b"content-security-policy", policy)]
        await send(message)

    return headed
