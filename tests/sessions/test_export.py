import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clusteer.core.errors import InvalidInputError, NotFoundError, StorageError
from clusteer.core.questions import Question
from clusteer.data.images import ImageSet
from clusteer.sessions import export
from clusteer.sessions.model import load_model
from clusteer.sessions.replay import replay
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.sessions.fakes import blobs, make_session, small_index


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Twelve pictures, two of each name in different folders."""
    folder = tmp_path / "pictures"
    for i in range(12):
        (folder / f"{i % 2}").mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 4), (i * 20, 0, 0)).save(folder / f"{i % 2}" / f"{i // 2}.png")
    return folder


@pytest.fixture
def session(tmp_path: Path, pictures: Path) -> Session:
    features, _ = blobs(12)
    images = ImageSet.from_folder(pictures)
    session = Session.create(
        "mine", images, small_index(features), store=Store(tmp_path / "home"), method="nearest", strategy="drawn"
    )
    session.pose([Question("", "member", (1,), ((0,),), True), Question("", "same", (2, 3)),
                  Question("", "member", (4,), ((0,), (1,)), True), Question("", "same", (0, 6))])  # fmt: skip
    for id, choice in [("q1", "none"), ("q2", "same"), ("q3", "1"), ("q4", "different")]:
        session.tell(id, choice)
    session.declare("name", {"item": 0, "name": 'cats/dogs: "all"'})
    return session


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def test_an_export_holds_everything_and_leaves_originals_alone(
    session: Session, pictures: Path, tmp_path: Path
) -> None:
    before = snapshot(pictures)
    exported = session.export(tmp_path / "out" / "deep")
    assert snapshot(pictures) == before
    out = exported.folder
    labels = session.clustering.labels
    with (out / "labels.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == list(session.images.ids)
    assert [int(row["group"]) for row in rows] == labels.tolist()
    assert [row["provenance"] for row in rows][:7] == ["human", "human", "model", "model", "human", "model", "model"]
    assert {row["name"] for row in rows if row["group"] == "0"} == {'cats/dogs: "all"'}
    assert {row["name"] for row in rows if row["group"] != "0"} == {""}
    assert float(rows[0]["confidence"]) == pytest.approx(session.clustering.confidence[0], abs=1e-4)
    lines = [json.loads(line) for line in (out / "constraints.jsonl").read_text().splitlines()]
    ids = session.images.ids
    assert [line["kind"] for line in lines] == ["must_link", "cannot_link", "member", "rejection"]
    assert lines[0] == {"kind": "must_link", "items": [ids[2], ids[3]], "weight": 1.0, "source": "a2"}
    assert lines[3] == {"kind": "rejection", "item": ids[1], "exemplars": [ids[0]], "weight": 1.0, "source": "a1"}
    shown = {path.name: sorted(os.listdir(path)) for path in (out / "groups").iterdir()}
    assert set(shown) == {"cats_dogs_ _all_", "group-1"}
    assert sum(map(len, shown.values())) == 12
    assert exported.missing == ()
    assert set(exported.files) == {
        "labels.csv", "constraints.jsonl", "replay.json", "report.html", "model/model.json", "model/model.safetensors",
        *(f"groups/{group}/{name}" for group, names in shown.items() for name in names),
    }  # fmt: skip
    assert session.store.rounds(session.row.id)[-1].kind == "export"
    assert [path.name for path in out.parent.iterdir()] == ["deep"]


def test_every_picture_is_in_its_group(session: Session, tmp_path: Path) -> None:
    out = session.export(tmp_path / "out").folder
    content = {path.read_bytes(): path.parent.name for path in (out / "groups").rglob("*.png")}
    for row, label in enumerate(session.clustering.labels.tolist()):
        picture = session.images.path(row)
        assert picture is not None
        assert content[picture.read_bytes()] == ("cats_dogs_ _all_" if label == 0 else f"group-{label}")


@pytest.mark.parametrize("broken", [[], ["link"], ["link", "symlink"]])
def test_copies_stand_in_where_links_fail(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: list[str]
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("links are not supported")

    for name in broken:
        monkeypatch.setattr(os, name, refuse)
    out = session.export(tmp_path / "out").folder
    (picture, *_) = sorted((out / "groups").rglob("*.png"))
    kind = "symlink" if picture.is_symlink() else ("link" if picture.stat().st_nlink > 1 else "copy")
    assert kind == ["link", "symlink", "copy"][len(broken)]
    Image.open(picture).load()


def test_a_picture_that_has_gone_is_reported_and_keeps_its_label(
    session: Session, pictures: Path, tmp_path: Path
) -> None:
    (pictures / "0" / "3.png").unlink()
    exported = session.export(tmp_path / "out")
    assert exported.missing == ("0/3.png",)
    assert len(list((tmp_path / "out" / "groups").rglob("*.png"))) == 11
    assert "0/3.png" in (tmp_path / "out" / "labels.csv").read_text()


def test_pictures_that_are_no_files_are_written_and_features_have_no_folders(tmp_path: Path) -> None:
    features, _ = blobs(6)
    images = ImageSet.from_arrays("grey", np.arange(6 * 9, dtype=np.uint8).reshape(6, 3, 3))
    store = Store(tmp_path / "home")
    session = Session.create("a", images, small_index(features), store=store, method="nearest", strategy="drawn")
    out = session.export(tmp_path / "out").folder
    assert sorted(os.listdir(out / "groups" / "group-0")) == [f"{i}.png" for i in range(6)]
    assert not (session.export(tmp_path / "flat", folders=False).folder / "groups").exists()
    bare, _ = make_session(tmp_path / "home", "b")
    assert not (bare.export(tmp_path / "bare").folder / "groups").exists()


def test_an_earlier_export_of_the_same_session_is_replaced(session: Session, tmp_path: Path) -> None:
    out = session.export(tmp_path / "out").folder
    session.tell("q1", "1")
    session.export(out)
    assert len(json.loads((out / "replay.json").read_text())["answers"]) == 5
    assert sorted(os.listdir(tmp_path)) == ["home", "out", "pictures"]


def test_anything_else_is_never_buried(session: Session, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    session.export(out)
    (out / "notes.txt").write_text("mine")
    with pytest.raises(InvalidInputError, match=r"1 files that the earlier export did not write, such as notes.txt"):
        session.export(out)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("mine")
    with pytest.raises(InvalidInputError, match="not empty and holds no earlier export of session 'mine'"):
        session.export(tmp_path / "full")
    with pytest.raises(InvalidInputError, match="is a file"):
        session.export(out / "notes.txt")
    other, _ = make_session(tmp_path / "home", "other")
    (out / "notes.txt").unlink()
    with pytest.raises(InvalidInputError, match="no earlier export of session 'other'"):
        other.export(out)
    (out / "export.json").write_text("{}")
    with pytest.raises(InvalidInputError, match="no earlier export of session 'mine'"):
        session.export(out)


def test_a_full_disk_leaves_the_earlier_export(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = session.export(tmp_path / "out").folder
    before = snapshot(out)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    session.tell("q1", "1")
    with monkeypatch.context() as patch:
        patch.setattr(export, "save_model", full)
        with pytest.raises(StorageError, match="the disk is full"):
            session.export(out)
    assert snapshot(out) == before
    assert sorted(os.listdir(tmp_path)) == ["home", "out", "pictures"]
    session.export(out)


def test_the_exported_replay_is_the_session(session: Session, tmp_path: Path) -> None:
    out = session.export(tmp_path / "out").folder
    there = replay(out / "replay.json", session.images, session.index, store=Store(tmp_path / "there"))
    np.testing.assert_array_equal(there.refit().labels, session.clustering.labels)


def test_the_exported_model_groups_new_items(session: Session, tmp_path: Path) -> None:
    out = session.export(tmp_path / "out").folder
    found = load_model(out / "model")
    features, _ = blobs(12)
    np.testing.assert_array_equal(found.predict(features), session.clustering.labels)
    assert (found.encoder, found.names) == ("test", {0: 'cats/dogs: "all"'})
    np.testing.assert_allclose(found.predict_proba(features).sum(axis=1), 1, rtol=1e-5)
    with pytest.raises(InvalidInputError, match=r"5 columns but this model was made for 8; encode .* 'test'"):
        found.predict(features[:, :5])


def test_what_is_no_model_is_said(session: Session, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="holds no model"):
        load_model(tmp_path)
    folder = session.export(tmp_path / "out").folder / "model"
    (folder / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:100])
    with pytest.raises(InvalidInputError, match="damaged"):
        load_model(folder)
    folder = session.export(tmp_path / "new").folder / "model"
    (folder / "model.json").write_text('{"format": "clusteer model 9"}')
    with pytest.raises(InvalidInputError, match="not of the format"):
        load_model(folder)
