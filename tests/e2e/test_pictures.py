"""A picture that broke after it was encoded shows as such, and is asked about all the same."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from clusteer.data.images import ImageSet
from clusteer.encoders.features import encode
from clusteer.neighbors import build_index
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.e2e.collection import draw_collection
from tests.e2e.picturing import leave_picture
from tests.e2e.watching import watched
from tests.studio.serving import serving


def test_a_picture_that_broke_shows_as_such(browser: Browser, tmp_path: Path) -> None:
    first, *others = draw_collection(tmp_path / "Bilder", 12)
    images = ImageSet.from_folder(tmp_path / "Bilder")
    store = Store(tmp_path / "home")
    Session.create("Kaputt", images, build_index(encode(images, "pixels"), "pixels"), store=store)
    store.close()
    (tmp_path / "Bilder" / first).write_bytes(b"no picture any more")
    with serving(tmp_path / "home") as server, watched(browser, server.address) as windows:
        windows.excused.append("404")
        page = windows.open("#/s/Kaputt/groups")
        tiles = page.get_by_role("listbox", name="Items").get_by_role("option")
        broken = tiles.filter(has_text="This picture cannot be read")
        expect(broken).to_have_count(1)
        expect(broken).to_contain_text(first)
        leave_picture(page, "broken")
        expect(tiles.get_by_role("img")).to_have_count(len(others))
