"""Collections that change under a session: every answer still points to its picture, by content."""

import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.data.images import ImageSet
from clusteer.sessions.changes import find_changes
from clusteer.sessions.places import relink
from clusteer.sessions.recording import record
from clusteer.sessions.rows import ItemRow
from clusteer.sessions.session import Session
from tests.sessions.changing_folder import (
    again,
    answered_file,
    check,
    contents,
    features_of,
    fill,
    look,
    make,
    picture,
    spoken,
    take_up,
    tell_some,
    without,
)

N = 24


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fill(tmp_path / "pictures", N)
    return tmp_path / "pictures"


@pytest.fixture
def session(folder: Path, tmp_path: Path) -> Session:
    """A session on the folder with some answers."""
    session = make(folder, tmp_path / "home")
    tell_some(session)
    return session


def test_added_files_are_new_rows_and_only_they_are_encoded(session: Session, folder: Path) -> None:
    told = contents(session)
    fill(folder / "later", 5, start=N)
    encoded: list[str] = []

    def encode(images: ImageSet) -> NDArray[np.float32]:
        encoded.extend(images.ids)
        return features_of(images)

    changes = look(session)
    record(session, changes, encode)
    assert changes.new == tuple(range(N, N + 5))
    assert (changes.moved, changes.edited, changes.gone, len(changes.unchanged)) == ((), (), (), N)
    assert encoded == [f"later/p{number}.png" for number in range(N, N + 5)]
    assert contents(session) == told
    check(session)
    added = session.index.project(features_of(session.images.subset(range(N, N + 5))))
    assert np.allclose(session.index.embedding[N:], added, atol=1e-6)
    last = session.store.rounds(session.row.id)[-1]
    assert (last.kind, last.answers_upto) == ("items", 0)


def test_nothing_new_writes_nothing(session: Session) -> None:
    before = (session.items_upto, session.store.rounds(session.row.id))
    changes = take_up(session)
    assert len(changes.unchanged) == N
    assert (session.store.items_upto(session.row.id), session.store.rounds(session.row.id)) == before


def test_a_renamed_file_keeps_its_row(session: Session, folder: Path) -> None:
    told = contents(session)
    row, path = answered_file(session)
    path.rename(folder / "another name.png")
    changes = take_up(session)
    assert (changes.moved, changes.new, changes.gone) == ((row,), (), ())
    assert session.items[row].path == "another name.png"
    assert contents(session) == contents(again(session)) == told
    assert len(session.store.rounds(session.row.id)) == 1
    check(session)


def test_two_files_that_swap_names_keep_their_rows(session: Session, folder: Path) -> None:
    told = contents(session)
    row, path = answered_file(session)
    other = folder / session.items[(row + 1) % N].path
    path.rename(folder / "aside")
    other.rename(path)
    (folder / "aside").rename(other)
    assert len(take_up(session).moved) == 2
    assert contents(session) == told
    check(session)


def test_everything_moved_into_a_subfolder_keeps_its_rows(session: Session, folder: Path) -> None:
    told = contents(session)
    (folder / "deep/er").mkdir(parents=True)
    for path in sorted(folder.glob("*.png")):
        path.rename(folder / "deep/er" / path.name)
    changes = take_up(session)
    assert len(changes.moved) == N
    assert contents(session) == contents(again(session)) == told
    check(session)


def test_a_folder_that_moved_is_relinked_as_a_whole(session: Session, folder: Path) -> None:
    told = contents(session)
    elsewhere = folder.with_name("elsewhere")
    folder.rename(elsewhere)
    (elsewhere / "p03.png").unlink()
    picture(elsewhere / "p05.png", 0, 999)
    fill(elsewhere, 2, start=N)
    with pytest.raises(NotFoundError, match="no folder"):
        take_up(session)
    other = again(session)
    assert other.images.path(0) == folder / "p00.png"
    found = relink(session, elsewhere)
    assert (found.items, found.missing, found.other) == (N - 1, ("p03.png",), ("p05.png",))
    assert len(session.items) == N
    assert other.ledger.gone == frozenset()
    assert other.images.path(0) == elsewhere / "p00.png"
    changes = take_up(session)
    assert (changes.gone, changes.edited, len(changes.new)) == ((3,), (5,), 2)
    spoilt = {3, 5}
    now = contents(session)
    assert {id: {row: sha for row, sha in held.items() if row not in spoilt} for id, (_, held) in now.items()} == {
        id: {row: sha for row, sha in held.items() if row not in spoilt} for id, (_, held) in told.items()
    }
    check(session)


def test_relinking_to_the_wrong_folder_is_refused_with_counts(session: Session, folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InvalidInputError, match=rf"none of the {N} items is in .*empty: {N} files are missing;"):
        relink(session, empty)
    fill(tmp_path / "same names", 3, start=100)
    for number, path in enumerate(sorted((tmp_path / "same names").glob("*.png"))):
        path.rename(path.with_name(f"p{number:02d}.png"))
    with pytest.raises(InvalidInputError, match=r"21 files are missing and of 3 with the right names 3 hold something"):
        relink(session, tmp_path / "same names")
    with pytest.raises(NotFoundError, match="has no folder 'more'; added to the first were: none"):
        relink(session, folder, "more")
    assert session.store.declarations(session.row.id) == []


def test_an_edited_file_keeps_its_row_and_is_encoded_anew(session: Session, folder: Path) -> None:
    row, path = answered_file(session)
    picture(path, 2, 777)
    before = session.index.embedding.copy()
    changes = take_up(session)
    assert (changes.edited, changes.new, changes.gone, len(changes.unchanged)) == ((row,), (), (), N - 1)
    assert row in {item for answer in session.ledger.answers for item in spoken(answer)}
    check(session)
    fresh = session.index.project(features_of(session.images.subset([row])))
    assert np.allclose(session.index.embedding[row], fresh[0], atol=1e-6)
    others = np.delete(np.arange(N), row)
    assert np.array_equal(session.index.embedding[others], before[others])


def test_a_removed_file_is_a_tombstone_whose_answers_stay(session: Session, folder: Path) -> None:
    told, constraints = contents(session), session.constraints
    row, path = answered_file(session)
    path.unlink()
    changes = take_up(session)
    assert changes.gone == (row,)
    assert contents(session) == contents(again(session)) == without(told, {row})
    assert session.history.gone == {row}
    assert (session.status().items, session.status().gone) == (N - 1, 1)
    assert session.constraints.must_links == constraints.must_links
    assert session.constraints.leaders == constraints.leaders
    check(session)


def test_a_file_that_returns_takes_its_row_again(session: Session, folder: Path) -> None:
    told = contents(session)
    row, path = answered_file(session)
    path.rename(folder.parent / "aside.png")
    take_up(session)
    rounds = len(session.store.rounds(session.row.id))
    (folder.parent / "aside.png").rename(folder / "back under another name.png")
    changes = take_up(session)
    assert (changes.returned, changes.new) == ((row,), ())
    assert session.history.gone == frozenset()
    assert contents(session) == told
    assert len(session.store.rounds(session.row.id)) == rounds
    check(session)


def test_a_copy_of_an_answered_picture_is_an_item_of_its_own(session: Session, folder: Path) -> None:
    told = contents(session)
    row, path = answered_file(session)
    shutil.copy(path, folder / "a copy.png")
    changes = take_up(session)
    assert (changes.new, changes.moved) == ((N,), ())
    assert session.items[N] == ItemRow(N, session.items[row].sha256, "a copy.png", 1)
    assert contents(session) == told
    check(session)


def test_an_answered_picture_deleted_while_its_copy_stays_is_gone_and_the_copy_is_not_it(
    session: Session, folder: Path
) -> None:
    told = contents(session)
    row, path = answered_file(session)
    shutil.copy(path, folder / "a copy.png")
    take_up(session)
    path.unlink()
    changes = take_up(session)
    assert (changes.gone, changes.moved, changes.new) == ((row,), (), ())
    assert not session.items[N].gone
    assert contents(session) == without(told, {row})
    check(session)
    # It returns as itself even though its content never left.
    shutil.copy(folder / "a copy.png", path)
    assert take_up(session).returned == (row,)
    assert contents(session) == told
    check(session)


def test_another_file_may_take_the_name_of_one_that_is_gone(session: Session, folder: Path) -> None:
    told = contents(session)
    row, path = answered_file(session)
    path.rename(folder.parent / "aside.png")
    take_up(session)
    picture(path, 1, 555)
    changes = take_up(session)
    assert changes.new == (N,)
    assert session.items[row].path == f"{path.name} (gone, row {row})"
    assert contents(session) == without(told, {row})
    (folder.parent / "aside.png").rename(folder / "aside.png")
    assert take_up(session).returned == (row,)
    assert contents(session) == told
    check(session)


def test_a_second_folder_is_added_under_a_name_of_its_own(session: Session, folder: Path, tmp_path: Path) -> None:
    told = contents(session)
    fill(tmp_path / "b/more", 4, start=40)
    fill(tmp_path / "c/more/sub", 3, start=50)
    assert take_up(session, tmp_path / "b/more").new == tuple(range(N, N + 4))
    assert take_up(session, tmp_path / "c/more").new == tuple(range(N + 4, N + 7))
    assert [item.path for item in session.items[N:]] == [
        *(f"more/p{number}.png" for number in range(40, 44)),
        *(f"more-2/sub/p{number}.png" for number in range(50, 53)),
    ]
    assert [item.folder for item in session.items[N:]] == [1] * 4 + [2] * 3
    assert again(session).images.path(N) == tmp_path / "b/more/p40.png"
    assert contents(session) == told
    check(session)
    # Read again, all folders are; moved, each on its own; and files may go from one to the other.
    (tmp_path / "b/more/p40.png").rename(folder / "x.png")
    (tmp_path / "b").rename(tmp_path / "d")
    relink(session, tmp_path / "d/more", "more")
    changes = take_up(session)
    assert (changes.moved, changes.new, changes.gone) == ((N,), (), ())
    assert session.items[N].folder == 0
    assert contents(session) == told
    check(session)


def test_a_file_moved_into_the_folder_that_is_added_is_no_copy(session: Session, tmp_path: Path) -> None:
    told = contents(session)
    row, path = answered_file(session)
    other, copied = answered_file(session, 3)
    (tmp_path / "more").mkdir()
    path.rename(tmp_path / "more/moved.png")
    shutil.copy(copied, tmp_path / "more/copied.png")
    changes = take_up(session, tmp_path / "more")
    assert (changes.moved, changes.new, changes.gone) == ((row,), (N,), ())
    assert session.items[row].path == "more/moved.png"
    assert session.items[other].folder == 0
    assert contents(session) == told
    check(session)


def test_folders_in_one_another_are_refused(session: Session, folder: Path, tmp_path: Path) -> None:
    (folder / "sub").mkdir()
    for wrong in (folder, folder / "sub", tmp_path):
        with pytest.raises(InvalidInputError, match="lie one in the other"):
            look(session, wrong)


def test_a_subfolder_called_like_an_added_folder_is_refused(session: Session, folder: Path, tmp_path: Path) -> None:
    fill(tmp_path / "more", 2, start=40)
    take_up(session, tmp_path / "more")
    fill(folder / "more", 2, start=50)
    with pytest.raises(InvalidInputError, match=r"now holds a folder 'more', .* another name"):
        take_up(session)
    check_unchanged = again(session)
    assert len(check_unchanged.items) == N + 2


# The matching, against a model of what a file is


@dataclass
class Known:
    """What find_changes reads of a session."""

    items: list[ItemRow]
    items_upto: int = 0
    row: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(source={"kind": "folder", "path": "/none"}))
    ledger: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(declarations=()))


FILES = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("uvwxyz"), min_size=1)


@settings(max_examples=100, deadline=None)
@given(st.lists(FILES, min_size=2, max_size=5))
def test_whatever_happens_to_the_files_rows_and_contents_stay_together(states: list[dict[str, str]]) -> None:
    known = Known([])
    for files in states:
        before = {item.row: item for item in known.items}
        ids = tuple(sorted(files))
        images = ImageSet("f", ids, tuple(files[id] for id in ids))
        changes = find_changes(cast(Session, known), {0: images})
        after = {item.row: item for item in changes.items}
        present = {item.path: item.sha256 for item in changes.items if not item.gone}
        assert present == files
        assert len({item.path for item in changes.items}) == len(changes.items)
        assert len({(item.sha256, item.copy) for item in changes.items}) == len(changes.items)
        assert list(after) == list(range(len(after)))
        assert after.keys() >= before.keys()
        kinds = [changes.unchanged, changes.moved, changes.returned, changes.edited, changes.new, changes.gone]
        named = [row for kind in kinds for row in kind]
        assert len(named) == len(set(named))
        for row, item in before.items():
            if after[row].sha256 != item.sha256:
                assert row in changes.edited
                assert (after[row].path, item.gone) == (item.path, False)
                # An edited file's content is nowhere without a row of its own.
                rows = sum(other.sha256 == item.sha256 for other in changes.items if not other.gone)
                assert rows == Counter(files.values())[item.sha256]
        # No content that was there is called new, edited or gone while a row with it is left over.
        for sha in "uvwxyz":
            had = sum(item.sha256 == sha for item in before.values())
            left = Counter(files.values())[sha]
            kept = sum(after[row].sha256 == sha and not after[row].gone for row in before)
            assert kept >= min(had, left)
        known = Known(list(changes.items))


def test_equal_copies_are_told_apart_one_by_one() -> None:
    items = [ItemRow(row, "same", f"{row}.png", row) for row in range(4)]
    images = ImageSet("f", ("0.png", "x.png", "y.png"), ("same",) * 3)
    changes = find_changes(cast(Session, Known(items)), {0: images})
    assert [(item.path, item.gone) for item in changes.items] == [
        ("0.png", False), ("x.png", False), ("y.png", False), ("3.png", True),
    ]  # fmt: skip


# Replays of a collection that has changed
