"""The commands bench list, run, table and plot."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clusteer.cli.options import Json
from clusteer.cli.output import emit, remark, say, tabulate

if TYPE_CHECKING:
    from clusteer.bench import Case, Results, Spec

app = typer.Typer(help="Measure accuracy, time and memory; results are kept as JSON.", no_args_is_help=True)

RESULTS = Path("benchmarks/results")
Name = Annotated[str, typer.Argument(metavar="NAME", help="As bench list prints it.")]
Quick = Annotated[bool, typer.Option("--quick", help="The small version, whose results are a file of their own.")]
From = Annotated[Path, typer.Option("--from", metavar="DIR", help="Folder of the results.")]


@app.command("list")
def list_benchmarks(as_json: Json = False) -> None:
    """List the benchmarks."""
    from clusteer.bench import load_spec, spec_names

    specs = [load_spec(name) for name in spec_names()]
    if as_json:
        emit({"benchmarks": [{"name": spec.name, "title": spec.title, "runs": len(spec.cases)} for spec in specs]})
    else:
        tabulate(("name", "what", "runs"), [(spec.name, spec.title, len(spec.cases)) for spec in specs])


@app.command("run")
def run_benchmark(
    name: Name,
    quick: Quick = False,
    seeds: Annotated[
        int | None, typer.Option("--seeds", metavar="N", help="Run seeds 0 to N-1 of each case, not those of its file.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Also run what older code or another machine has run; that is replaced.")
    ] = False,
    to: Annotated[
        Path, typer.Option("--to", metavar="DIR", help="Folder of the results; runs that are there are kept.")
    ] = RESULTS,
    as_json: Json = False,
) -> None:
    """Run a benchmark; stopped and started again, it goes on where it was."""
    from clusteer.bench import load_spec
    from clusteer.bench.results import results_path
    from clusteer.bench.run import run

    def report(done: int, total: int, case: "Case") -> None:
        remark(f"{done + 1} of {total}: {' '.join(map(str, case.values()))}")

    spec = load_spec(name, quick=quick, seeds=seeds)
    found = run(spec, to, report, again=again)
    if as_json:
        emit(found)
        return
    _show(spec, found)
    say(str(results_path(spec, to)))


@app.command("table")
def table(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="As bench list prints it; all without it.")
    ] = None,
    quick: Quick = False,
    folder: From = RESULTS,
    as_json: Json = False,
) -> None:
    """Print what was found: ours, what papers published, the gap, and why a row was not run."""
    from clusteer.bench import load_spec, spec_names
    from clusteer.bench.results import read_results
    from clusteer.bench.table import tables

    specs = [load_spec(each, quick=quick) for each in ([name] if name else spec_names())]
    if as_json:
        emit({"tables": [shown for spec in specs for shown in tables(spec, read_results(spec, folder))]})
        return
    for spec in specs:
        _show(spec, read_results(spec, folder))


@app.command("plot")
def plot(
    name: Name,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The picture, .png, .svg or .pdf.")],
    quick: Quick = False,
    folder: From = RESULTS,
    as_json: Json = False,
) -> None:
    """Draw accuracy against the minutes of a person, each set and criterion in a panel."""
    from clusteer.bench import load_spec
    from clusteer.bench.plot import plot as draw
    from clusteer.bench.results import read_results
    from clusteer.core.errors import InvalidInputError
    from clusteer.core.files import write_whole

    if to.suffix not in (".png", ".svg", ".pdf"):
        raise InvalidInputError(f"{to} is no name of a picture; let it end in .png, .svg or .pdf")
    spec = load_spec(name, quick=quick)
    figure = draw(spec, read_results(spec, folder))
    write_whole(to, lambda file: figure.savefig(file, format=to.suffix[1:]))
    if as_json:
        emit({"picture": to})
    else:
        say(str(to))


def _show(spec: "Spec", found: "Results") -> None:
    from clusteer.bench.table import remark_on_age, tables

    for shown in tables(spec, found):
        tabulate(shown.columns, shown.rows, title=shown.title)
        for note in shown.notes:
            say(note)
    if age := remark_on_age(found):
        say(age)
