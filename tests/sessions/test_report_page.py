"""The report says what is true of the session, whatever things are called, and needs no other file."""

import re
from pathlib import Path

from PIL import Image

from clusteer.core.questions import Question
from clusteer.data.images import ImageSet
from clusteer.sessions.report_page import DOUBTFUL, SURE, report_page
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.sessions.fakes import blobs, small_index

N = 60


def session_of(images: ImageSet, home: Path) -> Session:
    features, _ = blobs(N)
    session = Session.create(
        "by <colour>", images, small_index(features), store=Store(home), method="nearest", strategy="drawn"
    )
    session.pose(
        [Question("", "member", (1,), ((0,),), True), Question("", "same", (2, 3)), Question("", "same", (4, 5))]
    )
    session.tell("q1", "none", "ann", seconds=8)
    session.tell("q2", "same", "bob", seconds=9)
    session.tell("q3", "skip", "bob")
    session.declare("name", {"item": 0, "name": "<b>cats & dogs</b>"})
    return session


def pictures(folder: Path) -> ImageSet:
    folder.mkdir()
    for i in range(N):
        Image.new("RGB", (9, 5), (i, 0, 0)).save(folder / f"{i:02}.png")
    return ImageSet.from_folder(folder)


def test_it_shows_every_group_with_its_size_and_the_surest_and_least_sure(tmp_path: Path) -> None:
    session = session_of(pictures(tmp_path / "pictures"), tmp_path / "home")
    page = report_page(session)
    for group in session.groups():
        assert f'<td class="number">{group.size}</td>' in page
        assert page.count("<figure") == sum(min(size, SURE + DOUBTFUL) for _, _, size in _sizes(session))
    assert "<h1>by &lt;colour&gt;</h1>" in page
    assert "&lt;b&gt;cats &amp; dogs&lt;/b&gt;" in page
    assert "<b>cats" not in page
    assert "<dd>2, 1 skipped; 17 s of a person&#39;s time</dd>" in page
    assert "<dd>ann, bob</dd>" in page
    assert "1 answered" in page


def _sizes(session: Session) -> list[tuple[int, str, int]]:
    return [(group.number, group.name, group.size) for group in session.groups()]


def test_it_needs_no_other_file(tmp_path: Path) -> None:
    page = report_page(session_of(pictures(tmp_path / "pictures"), tmp_path / "home"))
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses
    assert all(address.startswith(("#group-", "data:image/webp;base64,")) for address in addresses)
    assert "url(" not in page


def test_a_picture_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    images = pictures(tmp_path / "pictures")
    session = session_of(images, tmp_path / "home")
    for file in (tmp_path / "pictures").iterdir():
        file.write_bytes(b"not a picture")
    page = report_page(session)
    assert "data:image" not in page
    assert "cannot be read any more" in page


def test_contradictions_are_in_words(tmp_path: Path) -> None:
    session = session_of(pictures(tmp_path / "pictures"), tmp_path / "home")
    assert "contradict" not in report_page(session)
    session.pose([Question("", "same", (2, 7)), Question("", "same", (3, 7))])
    session.tell("q4", "same")
    session.tell("q5", "different")
    page = report_page(session)
    assert "Answers that contradict each other" in page
    assert "kept apart (a5)" in page or "kept apart (a4)" in page


def test_texts_are_quoted_and_cut(tmp_path: Path) -> None:
    (tmp_path / "texts.txt").write_text("\n".join(f"{i:02} <i>{'word ' * 60}" for i in range(N)))
    page = report_page(session_of(ImageSet.from_texts(tmp_path / "texts.txt"), tmp_path / "home"))
    assert "<q>00 &lt;i&gt;word" in page
    assert "<i>" not in page
    assert "word..." in page or "word ..." in page
