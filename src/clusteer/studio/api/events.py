"""Events: a word over a websocket whenever something shown may have changed."""

import asyncio

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from clusteer.core.errors import ClusteerError
from clusteer.studio.shapes import PulseOut
from clusteer.studio.studio import studio_of

router = APIRouter(tags=["events"])


@router.websocket("/sessions/{name}/events")
async def events(websocket: WebSocket, name: str) -> None:
    """Send the pulse of a session now and whenever it changes."""
    await websocket.accept()
    try:
        live = await asyncio.to_thread(studio_of(websocket).open, name)
    except ClusteerError as fault:
        await websocket.close(1008, str(fault)[:120])
        return
    changed = asyncio.Event()
    live.listen(changed)
    gone = asyncio.create_task(_until_gone(websocket))
    try:
        while not gone.done():
            changed.clear()
            pulse = live.pulse
            if pulse.version:
                await websocket.send_json(PulseOut(**vars(pulse)).model_dump())
            waiting = asyncio.create_task(changed.wait())
            await asyncio.wait((waiting, gone), return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
    except WebSocketDisconnect:
        pass
    finally:
        live.leave(changed)
        gone.cancel()


async def _until_gone(websocket: WebSocket) -> None:
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass
