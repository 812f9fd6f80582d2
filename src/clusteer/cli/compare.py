"""The command compare."""

from typing import Annotated

import typer

from clusteer.cli.opening import open_session
from clusteer.cli.options import Json, Name
from clusteer.cli.output import emit, say, tabulate
from clusteer.cli.words import group_words
from clusteer.sessions.words import count


def compare(
    name: Name,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="Another session over the same collection.")],
    as_json: Json = False,
) -> None:
    """Lay the groups of two sessions side by side: one collection, two criteria, and how they meet."""
    from clusteer.sessions.comparing import cross_table

    table = cross_table(open_session(name), open_session(other))
    if as_json:
        emit({"rows": table.rows, "columns": table.columns, "counts": table.counts, "nmi": table.nmi,
              "only_here": table.only_here, "only_there": table.only_there})  # fmt: skip
        return
    columns = (f"{name} \\ {other}", *map(group_words, table.columns))
    rows = zip(map(group_words, table.rows), table.counts.tolist(), strict=True)
    tabulate(columns, [(group, *counts) for group, counts in rows])
    for session, alone in ((name, table.only_here), (other, table.only_there)):
        if alone:
            say(f"only {session} has {count(alone, 'more item')}")
    both = count(int(table.counts.sum()), "item")
    say(f"{both} in both; the groupings share {table.nmi:.0%} of what they tell (NMI)")
