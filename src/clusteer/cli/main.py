"""The program ``clusteer``: every command by its name."""

import warnings

import typer

from clusteer.cli import (
    answer,
    asking,
    audit,
    bench,
    changing,
    compare,
    constrain,
    demo,
    duplicates,
    exchange,
    groups,
    importing,
    listing,
    new,
    reference_words,
    simulate,
    studio,
)
from clusteer.cli.faults import PlainFaults
from clusteer.cli.output import remark

app = typer.Typer(
    name="clusteer",
    cls=PlainFaults,
    help="Group a collection the way you mean it: a few questions, a few answers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("new")(new.new)
app.command("words")(reference_words.words)
app.command("answer")(answer.answer)
app.command("ask")(asking.ask)
app.command("tell")(asking.tell)
app.command("undo")(asking.undo)
app.command("studio")(studio.studio)
app.command("status")(listing.status)
app.command("audit")(audit.audit)
app.command("duplicates")(duplicates.duplicates)
app.command("list")(listing.list_sessions)
app.command("add")(changing.add)
app.command("relink")(changing.relink)
app.command("import")(importing.import_answers)
app.command("constrain")(constrain.constrain)
app.command("check")(constrain.check)
app.command("fit")(groups.fit)
app.command("show")(groups.show)
app.command("compare")(compare.compare)
app.command("name")(groups.name_group)
app.command("why")(groups.why)
app.command("predict")(exchange.predict)
app.command("export")(exchange.export)
app.command("replay")(exchange.replay)
app.command("simulate")(simulate.simulate)
app.add_typer(bench.app, name="bench")
app.command("demo")(demo.demo)


def run() -> None:
    """Run the program; its memory settings hold for the whole process, so only this entry point makes them."""
    from clusteer.encoders.malloc import raise_malloc_thresholds

    raise_malloc_thresholds()
    # A warning is a sentence for the person, not a place in our code.
    warnings.showwarning = lambda message, *_: remark(str(message), "yellow")
    app()
