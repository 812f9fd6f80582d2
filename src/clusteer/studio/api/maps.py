"""The map: a point for each item."""

from pathlib import Path
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query, Response

from clusteer.core.errors import NotFoundError
from clusteer.studio.api.changes import moved_since
from clusteer.studio.jobs import BusyError
from clusteer.studio.live import Live
from clusteer.studio.projection import FEWEST, main_axes
from clusteer.studio.shapes import MapState
from clusteer.studio.studio import Here, Opened, Studio
from clusteer.studio.view import view_of

router = APIRouter(tags=["map"])


@router.get("/sessions/{name}/map")
def state(live: Opened, studio: Here) -> MapState:
    """Say how far the map is; the first call begins to lay it out. Until it is ready there are the two main axes."""
    with live.session() as session:
        n = session.ledger.n_items
    path = _path(live, studio)
    if path.exists() or n < FEWEST:
        return MapState(state="ready", sentence=f"{n:,} items, near those they are like.", n=n)
    name = f"map-{path.stem}"
    try:
        job = studio.jobs.get(name)
    except NotFoundError:
        try:
            job = studio.jobs.start("map", live.name, {"to": str(path)}, name)
        except BusyError:
            job = studio.jobs.get(name)
    if job.state == "running":
        words = "The map is being laid out; until then you see the two directions in which the items differ most."
        return MapState(state="computing", sentence=words, n=n, done=job.done, total=job.total)
    if path.exists():
        return MapState(state="ready", sentence=f"{n:,} items, near those they are like.", n=n)
    studio.jobs.end(name)  # The next look tries again.
    return MapState(state="failed", sentence=f"The map could not be laid out: {job.error or job.state}.", n=n)


@router.get(
    "/sessions/{name}/map/points",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
)
def points(
    live: Opened,
    studio: Here,
    since: Annotated[int | None, Query(ge=0, le=2**31, description="Ledger lines; what moved since is marked.")] = None,
) -> Response:
    """Return n points: float32 (n, 2), then int16 group (n,), uint8 confidence (n,), uint8 moved (n,), little-endian.

    Point i is item i. The axes reach from -1 to 1; the group is -1 where the file is gone, the confidence 0 to 255.
    """
    view = view_of(live)
    places = _places(live, studio, len(view.labels))
    if places is None:
        places = main_axes(view.clustering.index.embedding)
    moved = np.zeros(len(view.labels), np.uint8)
    moved[moved_since(live, view, since).rows] = 1
    parts = (
        places.astype("<f4"),
        view.labels.astype("<i2"),
        np.rint(np.clip(view.confidence, 0, 1) * 255).astype(np.uint8),
        moved,
    )
    return Response(b"".join(part.tobytes() for part in parts), media_type="application/octet-stream")


def _path(live: Live, studio: Studio) -> Path:
    """Return where the layout is kept: by the index, so that another one gets its own."""
    with live.session() as session:
        rounds = session.store.rounds(session.row.id)
    index = [row.artifacts["index"] for row in rounds if "index" in row.artifacts][-1]
    return studio.home / "maps" / f"{index}.npy"


def _places(live: Live, studio: Studio, n: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]] | None:
    try:
        places = np.load(_path(live, studio), allow_pickle=False)
    except FileNotFoundError:
        return None
    return places if places.shape == (n, 2) else None
