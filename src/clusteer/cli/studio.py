"""The command studio: the page where a person guides the clustering."""

import socket
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from clusteer.cli.output import remark, say
from clusteer.core.errors import InvalidInputError, UnavailableError

PORT = 8765


def studio(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Session to begin with.")] = None,
    host: Annotated[
        str, typer.Option("--host", metavar="H", help="Address to listen on; any but this machine's own needs a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="P", help="Port; 0 takes a free one.")] = PORT,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in your browser.")] = False,
    root: Annotated[
        Path | None,
        typer.Option("--root", metavar="DIR", help="Folders typed or browsed lie under this one; default your home."),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option("--token", metavar="T", help="What a browser has to know; made up and printed where needed."),
    ] = None,
) -> None:
    """Serve the page where you answer, look at the groups, put them right and export them; Ctrl-C ends it."""
    try:
        import uvicorn

        from clusteer.studio.app import create_app
        from clusteer.studio.security import is_loopback, new_token
    except ImportError as fault:
        raise UnavailableError(f"the studio needs {fault.name}; install it: pip install 'clusteer[studio]'") from fault
    from clusteer.sessions.home import default_home

    place = (root or Path.home()).expanduser()
    if not place.is_dir():
        raise InvalidInputError(f"--root {place} is no folder; give one that exists")
    if token is not None and (
        len(token) < 8 or not token.isascii() or not token.replace("-", "").replace("_", "").isalnum()
    ):
        raise InvalidInputError("the token is too weak; give at least 8 letters, digits, - or _, or leave it out")
    if token is None and not is_loopback(host):
        token = new_token()
    listening = _listen(host, port)
    app = create_app(default_home(), place, host, token, begin=name)
    config = uvicorn.Config(app, log_level="warning", access_log=False, ws_max_size=65_536, timeout_graceful_shutdown=3)
    server = uvicorn.Server(config)
    page = _address(host, listening.getsockname()[1], name, token)
    say(f"the studio is at {page}")
    remark("Ctrl-C ends it; whatever was answered is on disk")
    if open_page:
        typer.launch(page)
    server.run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as fault:
        listening.close()
        raise InvalidInputError(
            f"port {port} of {host} cannot be used ({fault.strerror or fault}); choose another, or a free one: --port 0"
        ) from fault
    return listening


def _address(host: str, port: int, name: str | None, token: str | None) -> str:
    shown = f"[{host}]" if ":" in host else socket.gethostname() if host in ("0.0.0.0", "") else host
    query = f"?token={token}" if token else ""
    session = f"#/s/{quote(name, safe='')}/ask" if name else ""
    return f"http://{shown}:{port}/{query}{session}"
