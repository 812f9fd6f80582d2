"""The commands fit, name, show and why: what the groups are, are called, look like, and rest on."""

from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clusteer.cli.opening import find_item, open_session
from clusteer.cli.options import Annotator, FitMethod, Json, Name
from clusteer.cli.output import emit, progress, say, tabulate
from clusteer.cli.words import caption, group_words, text_of
from clusteer.core.errors import InvalidInputError
from clusteer.core.files import write_whole
from clusteer.sessions.words import answer_words, count

if TYPE_CHECKING:
    from clusteer.sessions.session import Session

_NEAREST = 5
_SURE, _DOUBTFUL = 8, 4
"""Most and least certain texts of a group that are printed."""
_LINE = 100


def fit(
    name: Name,
    method: Annotated[
        str | None,
        typer.Option(
            "--method",
            metavar="M",
            help="Train a network for minutes: dcc, idec, spherepair, adc, idc or pcl. Questions stay instant.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Bring the groups up to date with every answer and write them to disk.

    With --method a deep method learns from everything said so far; show, why, predict and export take the same option
    to use what it made. Run again it goes on from there.
    """
    session = open_session(name)
    compared: dict[str, float] = {}
    if method is not None:
        instant, session = session.clustering, _trained(session, method)
        compared = {
            "agreement": float((session.clustering.labels == instant.labels).mean()),
            "broken": len(session.constraints.violated(session.clustering.labels)),
            "broken_by_instant": len(session.constraints.violated(instant.labels)),
        }
    clustering = session.clustering if method is not None else session.fit()
    groups = session.groups()
    if as_json:
        words = {"round": clustering.round, "answers_upto": clustering.answers_upto, "groups": groups}
        emit(words | ({"method": method, **compared} if method is not None else {}))
        return
    say(
        f"round {clustering.round} is on disk: {sum(group.size for group in groups):,} items in "
        f"{clustering.n_clusters} groups"
    )
    tabulate(("group", "items"), [(group_words(group), group.size) for group in groups])
    if compared:
        say(
            f"{compared['agreement']:.1%} of the items are where the instant groups have them; of "
            f"{len(session.constraints):,} constraints {compared['broken']:,} are broken, by the instant groups "
            f"{compared['broken_by_instant']:,}"
        )
        say(
            f"to use these groups: clusteer export {name} --to DIR --method {method}; also show, why and predict", "dim"
        )


def _trained(session: "Session", method: str) -> "Session":
    from clusteer.sessions.deep_fit import fit_deep

    with progress(f"training {method}") as advance:
        return fit_deep(
            session,
            method,
            lambda report: advance(report.epoch, report.of, report.seconds * (report.of - report.epoch)),
        )


def name_group(
    name: Name,
    exemplar: Annotated[str, typer.Argument(metavar="EXEMPLAR", help="A picture of the group: its path or row.")],
    words: Annotated[str, typer.Argument(metavar="WORDS", help='What to call the group, such as "cats".')],
    annotator: Annotator = "",
    as_json: Json = False,
) -> None:
    """Name the group that a picture is in; the name stays with the picture's group as groups change."""
    session = open_session(name)
    item = find_item(session, exemplar)
    session.declare("name", {"item": item, "name": words}, annotator)
    group = session.groups()[int(session.clustering.labels[item])]
    if as_json:
        emit({"group": group, "exemplar": {"row": item, "id": session.items[item].path}})
    else:
        say(f"group {group.number} with {session.items[item].path} ({group.size:,} items) is called {group.name!r}")


def show(
    name: Name,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="Folder for the PNG files; default NAME-groups.")
    ] = None,
    method: FitMethod = None,
    as_json: Json = False,
) -> None:
    """Draw a contact sheet per group: the most certain pictures first, the least certain in the last row.

    Of texts, the most and the least certain are printed.
    """
    session = open_session(name, method)
    if session.images.has_texts:
        if to is not None:
            raise InvalidInputError(f"--to {to} was given but texts are printed, not drawn; leave it out")
        print_texts(session, as_json)
        return
    sheets = write_sheets(session, to or Path(f"{name}-groups"))
    if as_json:
        emit({"sheets": sheets})
        return
    for path in sheets:
        say(str(path))


def why(
    name: Name,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="A picture: its relative path or its row.")],
    method: FitMethod = None,
    as_json: Json = False,
) -> None:
    """Say why a picture is in its group: the nearest answered pictures, and the answers that link them to the group."""
    session = open_session(name, method)
    row = find_item(session, item)
    reason = session.why(row)
    ids = [entry.path for entry in session.items]
    near = reason.evidence[:_NEAREST]
    start = row if reason.provenance != "model" else (near[0][0] if near else row)
    path = links_to_group(session, start)
    if as_json:
        emit({
            "item": {"row": row, "id": ids[row], **text_of(session, row)},
            "group": reason.group,
            "confidence": reason.confidence,
            "provenance": reason.provenance,
            "evidence": [
                {"row": other, "id": ids[other], **text_of(session, other), "weight": weight} for other, weight in near
            ],
            "path": [{"row": other, "id": ids[other], "answer": source} for other, source in path],
            "answers": [answer.id for answer in reason.answers],
        })  # fmt: skip
        return
    because = {
        "human": "because you said so",
        "implied": "because your answers about others imply it",
        "model": "because it is like pictures you answered about" if near else "by its likeness to others alone",
    }[reason.provenance]
    if session.images.has_texts:
        say(caption(session, row))
    say(f"{ids[row]} is in {group_words(reason.group)} ({reason.confidence:.0%} certain), {because}")
    if near:
        rows = [(caption(session, other, _LINE), f"{weight:.3f}") for other, weight in near]
        tabulate(("nearest answered", "weight"), rows)
    if len(path) > 1:
        say(f"path: {ids[start]}" + "".join(f" -> {ids[other]} ({source})" for other, source in path[1:]))
    for answer in reason.answers:
        say(f"{answer.id}: {answer_words(answer, ids)}")


def write_sheets(session: "Session", folder: Path) -> list[Path]:
    """Write ``group-N.png`` for each group that holds items and return the paths."""
    import numpy as np

    from clusteer.plots.contact_sheet import contact_sheet

    if not session.images.has_images:
        raise InvalidInputError(f"session {session.name!r} has features but no pictures to show; see: clusteer status")
    clustering = session.refit()
    labels = clustering.labels.copy()
    labels[list(session.history.gone)] = -1
    paths = []
    for group in session.groups():
        rows = np.flatnonzero(labels == group.number)
        if len(rows):
            sheet = contact_sheet(session.images, rows, clustering.confidence[rows], group_words(group))
            paths.append(write_whole(folder / f"group-{group.number:02d}.png", partial(sheet.save, format="PNG")))
    return paths


def print_texts(session: "Session", as_json: bool) -> None:
    """Print the most and the least certain texts of each group that holds items."""
    import numpy as np

    clustering = session.refit()
    present = np.ones(len(clustering.labels), bool)
    present[list(session.ledger.gone)] = False
    listed = []
    for group in session.groups():
        rows = np.flatnonzero((clustering.labels == group.number) & present)
        if not len(rows):
            continue
        rows = rows[np.argsort(-clustering.confidence[rows], kind="stable")]
        parts = {"most_certain": rows[:_SURE].tolist(), "least_certain": rows[_SURE:][-_DOUBTFUL:].tolist()}
        if as_json:
            listed.append(
                asdict(group) | {part: [_entry(session, row) for row in shown] for part, shown in parts.items()}
            )
            continue
        say(f"{group_words(group)}: {count(group.size, 'text')}", "bold")
        for part, shown in parts.items():
            if part == "least_certain" and shown:
                say("  least certain:", "dim")
            for row in shown:
                say(f"  {clustering.confidence[row]:.2f}  {caption(session, row, _LINE)}")
    if as_json:
        emit({"groups": listed})


def _entry(session: "Session", row: int) -> dict[str, object]:
    confidence = float(session.clustering.confidence[row])
    return {"row": row, "id": session.items[row].path, "confidence": confidence, **text_of(session, row)}


def links_to_group(session: "Session", start: int) -> list[tuple[int, str]]:
    """Return the shortest chain of answers from an item to the one that opened its group.

    Returns
    -------
    list of (int, str)
        Items from ``start`` on, each with the id of the answer that links it to the item before, "" for the first;
        empty where no answer links the item.
    """
    from clusteer.constraints import CannotLink

    constraints = session.constraints
    closure = constraints.closure()
    component = closure.component_of(start)
    if component is None:
        return []
    leader = next(item for item in constraints.touched.tolist() if closure.component_of(item) == component)
    if leader == start:
        return [(start, "")]
    # What joins two items is what a link that keeps them apart would contradict.
    apart = CannotLink(first=start, second=leader)
    (chain,) = replace(constraints, cannot_links=(apart,), rejections=()).conflicts()
    return list(zip(chain.items, ("", *chain.together), strict=True))
