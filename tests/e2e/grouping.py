"""The grouping as the server has it on disk, to hold against what the page shows."""

from typing import Any

from tests.studio.serving import Server
from tests.waiting import until

Json = Any


def settled(studio: Server, session: str) -> Json:
    """Wait until the grouping has seen every answer, and return where the session stands."""

    def state() -> Json:
        state = studio.client.get(f"/api/sessions/{session}").raise_for_status().json()
        return None if state["computing"] else state

    return until(state)


def group_named(studio: Server, session: str, name: str) -> Json:
    """Return the group of that name, once the grouping has seen every answer."""
    (group,) = [group for group in settled(studio, session)["groups"] if group["name"] == name]
    return group


def item_called(studio: Server, session: str, id: str) -> Json:
    """Return an item by its path, once the grouping has seen every answer."""
    settled(studio, session)
    found = studio.client.get(f"/api/sessions/{session}/items", params={"search": id}).raise_for_status().json()
    (item,) = [item for item in found["items"] if item["id"] == id]
    return item
