"""Items, pictures, texts and folders over HTTP."""

import io
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from clusteer.data.images import ImageSet
from clusteer.neighbors import build_index
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.cli.conftest import COLOURS, draw
from tests.studio.conftest import ADDRESS, MINE, Get


def test_items_are_paged_and_sorted(get: Get) -> None:
    everything = get(f"{MINE}/items", limit=500)
    assert everything["total"] == len(everything["items"]) == 36
    confidences = [item["confidence"] for item in everything["items"]]
    assert confidences == sorted(confidences, reverse=True)
    parts = [get(f"{MINE}/items", limit=10, offset=start)["items"] for start in range(0, 40, 10)]
    assert [item for part in parts for item in part] == everything["items"]
    names = [item["id"] for item in get(f"{MINE}/items", sort="id", limit=500)["items"]]
    assert names == sorted(names)


def test_items_are_found_by_name_and_row(get: Get) -> None:
    assert [item["id"] for item in get(f"{MINE}/items", search="P07")["items"]] == ["p07.png"]
    assert [item["row"] for item in get(f"{MINE}/items", rows="3,17,3")["items"]] == [3, 17, 3]


def test_items_are_filtered(get: Get, told: list[str]) -> None:
    human = get(f"{MINE}/items", filter="human")
    assert 0 < human["total"] <= 12
    assert all(item["human"] for item in human["items"])
    assert get(f"{MINE}/items", filter="gone")["total"] == 0


def test_an_item_says_why_it_is_where_it_is(get: Get, told: list[str]) -> None:
    detail = get(f"{MINE}/items/8")
    assert detail["why"].startswith("In group ")
    assert detail["confidences"][0]["probability"] >= detail["confidences"][-1]["probability"]
    (asked, *_) = get(f"{MINE}/items", filter="human")["items"]
    assert get(f"{MINE}/items/{asked['row']}")["answers"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{MINE}/items/36", 404),
        (f"{MINE}/items/-1", 422),
        (f"{MINE}/items?rows=1,x", 422),
        (f"{MINE}/items?rows=99", 404),
        (f"{MINE}/items?limit=501", 422),
        (f"{MINE}/items?sort=size", 422),
        (f"{MINE}/pictures/36", 404),
        (f"{MINE}/pictures/0?size=63", 422),
        (f"{MINE}/pictures/..%2f..%2fetc", 404),
        ("/api/sessions/none", 404),
        ("/api/nothing", 404),
        ("/nothing", 404),
    ],
)
def test_what_does_not_exist_is_said_plainly(client: TestClient, path: str, status: int) -> None:
    reply = client.get(path)
    assert reply.status_code == status
    assert isinstance(reply.json()["detail"], str)


def test_a_picture_is_shown_by_row(client: TestClient, get: Get) -> None:
    (item,) = get(f"{MINE}/items", rows="4")["items"]
    reply = client.get(item["picture"] + "&size=64")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "image/webp")
    assert "immutable" in reply.headers["cache-control"]
    with Image.open(io.BytesIO(reply.content)) as picture:
        assert picture.size == (24, 24)
        assert np.abs(np.asarray(picture).mean(axis=(0, 1)) - COLOURS[1]).max() < 15
    tag = {"if-none-match": reply.headers["etag"]}
    assert client.get(f"{MINE}/pictures/4?size=64", headers=tag).status_code == 304
    assert client.get(f"{MINE}/pictures/4?size=64").headers["cache-control"] == "no-cache"
    assert "immutable" not in client.get(f"{MINE}/pictures/4?size=64&v=abc").headers["cache-control"]


def test_a_large_picture_is_made_smaller_once(tmp_path: Path, place: Path) -> None:
    from clusteer.studio.thumbnails import Thumbnails

    folder = tmp_path / "large"
    folder.mkdir()
    Image.linear_gradient("L").resize((900, 600)).save(folder / "a.png")
    images = ImageSet.from_folder(folder)
    cache = Thumbnails(tmp_path / "thumbnails")
    first = cache.get(images, 0, 200)
    with Image.open(io.BytesIO(first)) as picture:
        assert picture.size == (256, 171)
    (folder / "a.png").unlink()
    assert cache.get(images, 0, 256) == first


def test_broken_and_missing_pictures_say_so(client: TestClient, place: Path, get: Get) -> None:
    folder = draw(place / "own", 6)
    images = ImageSet.from_folder(folder)
    store = Store(place / "home")
    Session.create("own", images, build_index(np.eye(6, dtype=np.float32), "pixels"), store=store)
    store.close()
    (folder / "p02.png").write_bytes(b"no picture")
    (folder / "p03.png").unlink()
    for row, word in ((2, "can no longer be read"), (3, "is gone")):
        reply = client.get(f"/api/sessions/own/pictures/{row}")
        assert reply.status_code == 404
        assert word in reply.json()["detail"]


def test_texts_are_shown_as_texts(client: TestClient, place: Path, get: Get) -> None:
    texts = ImageSet.from_texts(place / "root" / "notes.txt")
    store = Store(place / "home")
    Session.create("notes", texts, build_index(np.eye(36, dtype=np.float32), "tfidf"), store=store)
    store.close()
    (item,) = get("/api/sessions/notes/items", rows="1")["items"]
    assert (item["text"], item["picture"]) == ("green thing number 0", None)
    assert get("/api/sessions/notes")["kind"] == "texts"
    assert client.get("/api/sessions/notes/pictures/1").status_code == 404


def test_folders_are_browsed_under_the_root(client: TestClient, get: Get, place: Path) -> None:
    top = get("/api/folders")
    assert [folder["name"] for folder in top["folders"]] == ["pictures"]
    assert {(file["name"], file["kind"]) for file in top["files"]} == {("notes.txt", "texts"), ("rows.npy", "features")}
    assert top["parent"] is None
    inside = get("/api/folders", path=top["folders"][0]["path"])
    assert (inside["pictures"], inside["parent"]) == (36, top["path"])
    assert get("/api/folders", path="pictures") == inside
    assert client.get("/api/folders", params={"path": "none"}).status_code == 404
    for outside in ("/etc", "..", "pictures/../../..", "~", "a\0b"):
        assert client.get("/api/folders", params={"path": outside}).status_code in (404, 422)


def test_a_link_does_not_lead_out_of_the_root(tmp_path: Path, place: Path) -> None:
    from clusteer.studio.app import create_app

    root = tmp_path / "closed"
    (tmp_path / "elsewhere").mkdir()
    (root / "inside").mkdir(parents=True)
    (root / "out").symlink_to(tmp_path / "elsewhere")
    with TestClient(create_app(place / "home", root), base_url=ADDRESS) as client:
        assert [folder["name"] for folder in client.get("/api/folders").json()["folders"]] == ["inside"]
        assert client.get("/api/folders", params={"path": str(root / "out")}).status_code == 422


def test_the_map_has_a_point_for_each_item(get: Get, client: TestClient) -> None:
    state = get(f"{MINE}/map")
    assert (state["state"], state["n"]) == ("ready", 36)
    body = client.get(f"{MINE}/map/points").content
    assert len(body) == 36 * (8 + 2 + 1 + 1)
    points = np.frombuffer(body, "<f4", 72).reshape(36, 2)
    groups = np.frombuffer(body, "<i2", 36, 288)
    confidence = np.frombuffer(body, np.uint8, 36, 360)
    assert np.isfinite(points).all()
    assert np.abs(points).max() == pytest.approx(1)
    shown = get(f"{MINE}/items", limit=500)["items"]
    assert {item["row"]: item["group"] for item in shown} == dict(enumerate(groups.tolist()))
    assert all(abs(item["confidence"] * 255 - confidence[item["row"]]) < 1 for item in shown)
