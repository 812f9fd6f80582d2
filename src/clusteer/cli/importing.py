"""The command import: what is known already becomes answers."""

from pathlib import Path
from typing import Annotated

import typer

from clusteer.cli.opening import open_session
from clusteer.cli.options import Annotator, Json, Name
from clusteer.cli.output import emit, remark, say
from clusteer.core.errors import InvalidInputError
from clusteer.sessions.words import count

_SHOWN = 5


def import_answers(
    name: Name,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="Labels as .csv (columns id and label), or a replay.json."),
    ] = None,
    folders: Annotated[
        bool, typer.Option("--folders", help="Take the subfolder each picture lies in for its label.")
    ] = False,
    unsorted: Annotated[
        list[str] | None,
        typer.Option("--except", metavar="FOLDER", help="A subfolder that is not sorted yet; may be given again."),
    ] = None,
    annotator: Annotator = "",
    as_json: Json = False,
) -> None:
    """Take over labels of some items, the sorting of the folder, or what another session was told.

    They become answers like any other, with the source import: they can be contradicted, and weigh what answers weigh.
    """
    from clusteer.data.label_table import folder_labels, read_label_table
    from clusteer.sessions.importing import import_labels, import_replay

    if (file is None) == (not folders):
        raise InvalidInputError("give either a FILE (labels.csv or replay.json) or --folders")
    if unsorted and not folders:
        raise InvalidInputError("--except says which subfolders are not sorted yet; give --folders with it")
    session = open_session(name)
    unknown: tuple[tuple[int, str], ...] = ()
    if file is not None and file.suffix == ".json":
        found = import_replay(session, file)
    else:
        ids = [item.path for item in session.items]
        table = folder_labels(ids, unsorted or ()) if file is None else read_label_table(file, ids)
        unknown = table.unknown
        found = import_labels(session, table.labels, annotator)
    if as_json:
        emit({"answers": found.answers, "declarations": found.declarations, "known": found.known, "lost": found.lost,
              "unknown": [{"line": line, "item": item} for line, item in unknown]})  # fmt: skip
        return
    if unknown:
        remark(f"{count(len(unknown), 'line')} name no item of this session and were left out:", "yellow")
        for line, item in unknown[:_SHOWN]:
            remark(f"  line {line}: {item}", "yellow")
    if found.lost:
        remark(f"{found.lost} answers speak of items that are not here and were left out", "yellow")
    say(f"{count(found.answers, 'answer')} and {count(found.declarations, 'statement')} such as names taken over, "
        f"{found.known} known before")  # fmt: skip
    groups = [group for group in session.groups() if group.size]
    say(f"{count(len(groups), 'group')} now; next: clusteer answer {name}", "bold")
