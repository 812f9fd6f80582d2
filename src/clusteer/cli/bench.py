"""The commands bench list and bench run."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clusteer.cli.options import Json
from clusteer.cli.output import emit, remark, say, tabulate

if TYPE_CHECKING:
    from clusteer.bench import Case

app = typer.Typer(help="Measure accuracy, time and memory; results are kept as JSON.", no_args_is_help=True)


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
    name: Annotated[str, typer.Argument(metavar="NAME", help="As bench list prints it.")],
    to: Annotated[
        Path, typer.Option("--to", metavar="DIR", help="Folder of the results; runs that are there are kept.")
    ] = Path("benchmarks/results"),
    as_json: Json = False,
) -> None:
    """Run a benchmark; stopped and started again, it goes on where it was."""
    from clusteer.bench import load_spec
    from clusteer.bench.run import run
    from clusteer.bench.table import table

    def report(done: int, total: int, case: "Case") -> None:
        settings = " ".join(str(value) for key, value in case.items() if key != "targets")
        remark(f"{done + 1} of {total}: {settings}")

    spec = load_spec(name)
    found = run(spec, to, report)
    if as_json:
        emit(found)
        return
    tabulate(*table(found), title=spec.title)
    say(f"{to / name}.json")
