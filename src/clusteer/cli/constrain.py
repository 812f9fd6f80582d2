"""The commands constrain and check: what a person demands of the groups without being asked, and whether it can be."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from clusteer.cli.demands import balance, cardinality, shares, statement
from clusteer.cli.opening import find_item, open_session
from clusteer.cli.options import Annotator, Json, Name
from clusteer.cli.output import emit, remark, say
from clusteer.cli.words import remedy_words
from clusteer.core.errors import InvalidInputError
from clusteer.sessions.words import count, declaration_words

if TYPE_CHECKING:
    from clusteer.sessions.rows import Declaration
    from clusteer.sessions.session import Session

UNMET = 1
"""Exit code of check where something cannot be met."""


def constrain(
    name: Name,
    statements: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[STATEMENT]...",
            help="'A with B', 'A apart B', 'A nearer B than C', 'A easy', 'A hard', "
            "'A with B and C apart D then E apart F'.",
            show_default=False,
        ),
    ] = None,
    sizes: Annotated[
        str | None, typer.Option("--sizes", metavar="S", help="Shares of the groups: 5,3,2 or 4 equal.")
    ] = None,
    at_least: Annotated[int | None, typer.Option("--at-least", metavar="N", help="Items in every group.")] = None,
    at_most: Annotated[int | None, typer.Option("--at-most", metavar="N", help="Items in every group.")] = None,
    group: Annotated[
        str | None, typer.Option("--group", metavar="G", help="Bounds hold for this group: its name, or an item in it.")
    ] = None,
    among: Annotated[
        str | None, typer.Option("--among", metavar="PATTERN", help="Bounds count only such items: 'train/*'.")
    ] = None,
    balanced: Annotated[
        Path | None, typer.Option("--balance", metavar="CSV", help="Items and parts; groups mix the parts alike.")
    ] = None,
    tolerance: Annotated[
        float, typer.Option("--tolerance", metavar="T", help="How far a part's shares may differ, 0 to 1.")
    ] = 0.05,
    file: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Constraints as .csv or .jsonl, as export writes them."),
    ] = None,
    drop: Annotated[list[str] | None, typer.Option("--drop", metavar="D", help="Take back d3, or d3-d9.")] = None,
    annotator: Annotator = "",
    as_json: Json = False,
) -> None:
    """State what must hold, all or nothing; without options, list what was stated.

    A statement names items by relative path or row; a name with spaces goes into quotes within it. Everything stated
    is kept, weighs in at once, and can be taken back.
    """
    session = open_session(name)
    ids = [item.path for item in session.items]

    def row(item: str) -> int:
        return find_item(session, item)

    said: list[tuple[str, Declaration]] = []
    said += [statement(text, row) for text in statements or []]
    if sizes is not None:
        said.append(("sizes", {"shares": [*shares(sizes)]}))
    if at_least is not None or at_most is not None:
        said.append(("cardinality", cardinality(session, at_least, at_most, group, among)))
    elif group is not None or among is not None:
        raise InvalidInputError("--group and --among say what a bound counts; give --at-least or --at-most with them")
    if balanced is not None:
        said.append(("balance", balance(balanced, ids, tolerance)))
    if file is not None:
        said += _from_file(file, ids)
    said += [("retract", {"declaration": number}) for number in _dropped(drop or [], session)]
    told = session.declare_all(said, annotator) if said else []
    if as_json:
        emit({"declared": told, "standing": [
            {"id": row.id, "kind": row.kind, **row.value} for row in session.ledger.standing_declarations
        ]})  # fmt: skip
        return
    if said:
        say(f"{count(len(told), 'statement')} kept: {told[0]}" + (f" to {told[-1]}" if len(told) > 1 else ""))
        for sentence in _infeasible(session):
            say(f"cannot be met: {sentence}", "yellow")
        remark(f"next: clusteer check {name}, clusteer status {name}", "bold")
        return
    for standing in session.ledger.standing_declarations:
        say(f"{standing.id}: {declaration_words(standing, ids)}")
    if not session.ledger.standing_declarations:
        remark("nothing was stated yet; see: clusteer constrain --help")


def check(name: Name, as_json: Json = False) -> None:
    """Say in words which demands cannot be met, and which answers contradict each other; exit 1 if there are any."""
    session = open_session(name)
    ids = [item.path for item in session.items]
    findings = _infeasible(session)
    conflicts = [remedy_words(conflict, session.ledger, ids) for conflict in session.ledger.conflicts]
    if as_json:
        emit({"infeasible": findings, "conflicts": conflicts})
    else:
        for sentence in findings:
            say(f"cannot be met: {sentence}", "yellow")
        for sentence in conflicts:
            say(f"contradiction: {sentence}", "yellow")
        if not findings and not conflicts:
            say("nothing contradicts itself, and no demand was found that cannot be met")
    if findings or conflicts:
        raise typer.Exit(UNMET)


def _infeasible(session: "Session") -> list[str]:
    """Return what cannot be met; while the answers decide on the groups, also what those there are so far cannot."""
    from clusteer.constraints.feasibility import infeasible

    ids = [item.path for item in session.items]
    constraints, fixed = session.constraints, session.ledger.fixed_groups or session.row.n_clusters
    found = [finding.sentence for finding in infeasible(constraints, fixed, ids.__getitem__)]
    if found or fixed is not None or constraints.sizes is not None or not constraints.groups:
        return found
    so_far = len(constraints.groups)
    now = infeasible(constraints, so_far, ids.__getitem__)
    return [f"with the {so_far} groups there are so far, {finding.sentence}" for finding in now]


def _from_file(file: Path, ids: list[str]) -> "list[tuple[str, Declaration]]":
    """Return what a file of constraints states; where they came from before is no matter here."""
    from clusteer.constraints.io import read_constraints
    from clusteer.constraints.records import write_record

    stated: list[tuple[str, Declaration]] = []
    for constraint in read_constraints(file, ids):
        record = write_record(constraint, int)
        kind = str(record.pop("kind"))
        del record["source"]
        stated.append((kind, cast("Declaration", record)))  # Made of plain values, as JSON is.
    return stated


def _dropped(words: list[str], session: "Session") -> list[int]:
    """Return the numbers of the declarations that d3 and d5-d9 name."""
    numbers: list[int] = []
    for word in words:
        first, _, last = word.partition("-")
        ends = [end.strip().removeprefix("d") for end in (first, last or first)]
        if not all(end.isascii() and end.isdecimal() for end in ends):
            raise InvalidInputError(f"--drop {word} names no declaration; give its id such as d3, or a range d3-d9")
        asked = range(int(ends[0]), int(ends[1]) + 1)
        standing = {row.number for row in session.ledger.standing_declarations}
        found = [number for number in asked if number in standing]
        if not found:
            raise InvalidInputError(f"--drop {word}: nothing of that stands; see: clusteer constrain {session.name}")
        numbers += found
    return numbers
