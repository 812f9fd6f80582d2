"""The server: the pages, the API, and how faults become answers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import fastapi_offline
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.routing import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from clusteer.core.errors import ClusteerError, InvalidInputError, NotFoundError, UnavailableError
from clusteer.studio.api import (
    answers,
    changes,
    clashes,
    edits,
    events,
    exports,
    fits,
    folders,
    groups,
    items,
    jobs,
    maps,
    pictures,
    questions,
    sessions,
    sureness,
    words,
)
from clusteer.studio.jobs import BusyError
from clusteer.studio.security import Guard
from clusteer.studio.shapes import Fault
from clusteer.studio.studio import Studio

STATIC = Path(__file__).parent / "static"
ASSETS = Path(fastapi_offline.__file__).parent / "static"
RESOURCES = (
    sessions, questions, answers, groups, items, edits, changes, clashes, maps, pictures, exports, fits, jobs, folders,
    events, words, sureness,
)  # fmt: skip
_FAULTS = {404: "There is no such thing.", 409: "It cannot be done as things are.", 422: "It cannot be used."}
_ABOUT = """\
What the pages of the studio do, for programs. Questions are asked and leased to whom they are shown, an answer is on
disk when it is acknowledged, and the grouping follows in the background. A fault is `{"detail": "one sentence"}`.
"""


def create_app(
    home: Path, root: Path, host: str = "127.0.0.1", token: str | None = None, begin: str | None = None
) -> FastAPI:
    """Return the server's app.

    Parameters
    ----------
    home : Path
        Folder of all sessions.
    root : Path
        Typed paths lie under this folder.
    host : str
        The address it is going to listen on.
    token : str, optional
        What every request has to carry.
    begin : str, optional
        A session to open at once.
    """
    studio = Studio(home, root)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        threading.Thread(target=studio.warm_up, args=(begin,), daemon=True).start()
        yield
        await asyncio.to_thread(studio.close)

    app = FastAPI(
        title="clusteer studio",
        version=version("clusteer"),
        description=_ABOUT,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        responses={status: {"model": Fault, "description": words} for status, words in _FAULTS.items()},
    )
    app.state.studio = studio
    app.add_middleware(Guard, host=host, token=token)
    app.add_exception_handler(ClusteerError, _clusteer_fault)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_fault)
    api = APIRouter(prefix="/api")
    for resource in RESOURCES:
        api.include_router(resource.router)
    app.include_router(api)
    _documented(app)
    app.mount("/api/assets", StaticFiles(directory=ASSETS), name="assets")
    app.mount("/", Pages(directory=STATIC, html=True), name="pages")
    return app


class Pages(StaticFiles):
    """The front end. Its files are called the same in every version, so a browser asks each time what changed."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file."""
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "no-cache"
        return response


def _documented(app: FastAPI) -> None:
    """Serve the page of the API from files of this machine."""

    @app.get("/api/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="openapi.json",
            title="clusteer studio: the API",
            swagger_js_url="assets/swagger-ui-bundle.js",
            swagger_css_url="assets/swagger-ui.css",
            swagger_favicon_url="assets/favicon.png",
        )


def _clusteer_fault(request: Request, fault: Exception) -> JSONResponse:
    status = 503 if isinstance(fault, UnavailableError) else 507
    if isinstance(fault, NotFoundError):
        status = 404
    elif isinstance(fault, BusyError):
        status = 409
    elif isinstance(fault, InvalidInputError):
        status = 422
    return JSONResponse({"detail": " ".join(str(fault).split())}, status)


def _invalid(request: Request, fault: Exception) -> JSONResponse:
    if not isinstance(fault, RequestValidationError):
        raise fault
    first = fault.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
    return JSONResponse({"detail": f"{where}: {first['msg']}"}, 422)


def _http_fault(request: Request, fault: Exception) -> JSONResponse:
    if not isinstance(fault, HTTPException):
        raise fault
    return JSONResponse({"detail": str(fault.detail)}, fault.status_code, fault.headers)
