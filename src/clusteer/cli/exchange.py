"""The commands predict, export and replay: what leaves a session, and what makes one again."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clusteer.cli.collection import open_items, report_skipped
from clusteer.cli.opening import check_free, open_session
from clusteer.cli.options import Column, Dataset, Features, FitMethod, Images, Json, Name, Split, Texts
from clusteer.cli.output import TERMINAL, emit, progress, remark, say
from clusteer.core.files import write_whole
from clusteer.sessions.preparing import features_of, fit_texts, index_of, recorded_place
from clusteer.sessions.words import count

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

_BLOCK = 4096


def predict(
    name: Name,
    to: Annotated[Path, typer.Option("--to", metavar="CSV", help="File to write: id, group, confidence, name.")],
    images: Images = None,
    texts: Texts = None,
    column: Column = None,
    features: Features = None,
    method: FitMethod = None,
    as_json: Json = False,
) -> None:
    """Say which group each picture of another folder, or each of other texts, belongs to."""
    import numpy as np

    session = open_session(name, method)
    items = open_items(images, None, "all", features, texts, column)
    report_skipped(items)
    values = features_of(items, session.row.encoder, features, TERMINAL, session.tfidf)
    groups = session.groups()
    proba = np.vstack([session.engine.predict_proba(block) for block in _dense_blocks(values)])
    labels = proba.argmax(axis=1)
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(["id", "group", "confidence", "name"])
    for item, group, certain in zip(items.ids, labels.tolist(), proba.max(axis=1).tolist(), strict=True):
        rows.writerow([item, group, f"{certain:.4f}", groups[group].name])
    write_whole(to, lambda file: file.write(text.getvalue().encode()))
    if as_json:
        emit({"file": to, "items": len(items), "skipped": [path for path, _ in items.skipped]})
    else:
        say(f"{to}: {count(len(items), 'item')}")


def export(
    name: Name,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="A new or empty folder, or an earlier export.")],
    method: FitMethod = None,
    as_json: Json = False,
) -> None:
    """Write labels, constraints, a replay, the model, a report to look at and a folder of pictures per group."""
    session = open_session(name, method)
    with progress("writing") as advance:
        exported = session.export(to, progress=advance)
    if as_json:
        emit(exported)
        return
    say(f"{exported.folder}: labels.csv, constraints.jsonl, replay.json, model/, report.html and groups/")
    if exported.missing:
        remark(f"{len(exported.missing)} pictures are gone and in no group's folder, the first is "
               f"{exported.missing[0]}; labels.csv has them", "yellow")  # fmt: skip


def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A replay.json of an export.")],
    images: Images = None,
    dataset: Dataset = None,
    split: Split = "all",
    texts: Texts = None,
    column: Column = None,
    features: Features = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="Name of the session; default that of the replay.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a session again from its replay.json: every question and answer under the same id."""
    from clusteer.sessions.replay import replay as rebuild
    from clusteer.sessions.replay_file import read_replay
    from clusteer.sessions.store import Store

    recorded, store = read_replay(file), Store()
    check_free(store, name or recorded.name)
    if images is None and dataset is None and texts is None:
        place = recorded_place(recorded.source)
        images, dataset, split, features = place.images, place.dataset, place.split, features or place.features
        texts, column = place.texts, place.column
    items = open_items(images, dataset, split, features, texts, column)
    report_skipped(items)
    tfidf = fit_texts(items, features)
    index = index_of(items, recorded.encoder, features, TERMINAL, tfidf)
    session = rebuild(file, items, index, store=store, tfidf=tfidf, name=name)
    if as_json:
        emit({"name": session.name, "items": len(items), "questions": len(recorded.questions),
              "answers": len(session.history.answers)})  # fmt: skip
        return
    say(f"session {session.name!r}: {count(len(items), 'item')}, {count(len(recorded.questions), 'question')}, "
        f"{count(len(session.history.answers), 'standing answer')}")  # fmt: skip
    say(f"next: clusteer answer {session.name}", "bold")


def _dense_blocks(values: "NDArray[np.float32] | csr_array") -> "Iterator[NDArray[np.float32]]":
    """Give some thousand rows at a time: those of texts are sparse, and large once they are dense."""
    for start in range(0, values.shape[0], _BLOCK):
        block = values[start : start + _BLOCK]
        yield block.toarray() if hasattr(block, "toarray") else block
