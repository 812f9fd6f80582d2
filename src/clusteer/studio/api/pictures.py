"""Pictures, by the row of their item and never by path."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response

from clusteer.core.errors import NotFoundError
from clusteer.studio.studio import Here, Opened

router = APIRouter(tags=["pictures"])


@router.get(
    "/sessions/{name}/pictures/{row}",
    response_class=Response,
    responses={
        200: {"content": {"image/webp": {"schema": {"type": "string", "format": "binary"}}}},
        304: {"description": "The browser has it."},
    },
)
def picture(
    live: Opened,
    studio: Here,
    row: Annotated[int, Path(ge=0, le=2**31)],
    size: Annotated[int, Query(ge=64, le=1024, description="Longest side in pixels, rounded up.")] = 256,
    v: Annotated[str, Query(max_length=64, description="Begin of the content's SHA-256: then kept for good.")] = "",
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Return a picture as WebP, never enlarged; a broken or missing one is a 404 with the reason."""
    with live.session() as session:
        items, images = session.items, session.images
    if row >= len(items):
        raise NotFoundError(f"there is no item {row}; there are items 0 to {len(items) - 1}")
    if items[row].gone:
        raise NotFoundError(f"the file of {items[row].path} is gone")
    tag = f'"{items[row].sha256[:32]}-{size}"'
    kept = bool(v) and items[row].sha256.startswith(v)
    headers = {"etag": tag, "cache-control": "private, max-age=31536000, immutable" if kept else "no-cache"}
    if if_none_match == tag:
        return Response(status_code=304, headers=headers)
    return Response(studio.thumbnails.get(images, row, size), media_type="image/webp", headers=headers)
