"""The command new."""

from typing import Annotated

import typer

from clusteer.cli.collection import open_items, report_skipped
from clusteer.cli.opening import check_free
from clusteer.cli.options import Column, Dataset, EncoderName, Features, Images, Json, Name, Split, StrategyName, Texts
from clusteer.cli.output import TERMINAL, emit, say
from clusteer.core.checks import check_n_clusters
from clusteer.sessions.preparing import make_session
from clusteer.sessions.words import count


def new(
    name: Name,
    images: Images = None,
    dataset: Dataset = None,
    split: Split = "all",
    texts: Texts = None,
    column: Column = None,
    features: Features = None,
    encoder: EncoderName = None,
    criterion: Annotated[
        str | None,
        typer.Option(
            "--criterion", metavar="TEXT", help="Group by this: 'by colour', or a text with * where the word belongs."
        ),
    ] = None,
    words: Annotated[
        str | None,
        typer.Option("--words", metavar="W,W", help="Words of the criterion; without them those of WordNet, if there."),
    ] = None,
    clusters: Annotated[
        int | None, typer.Option("--clusters", metavar="K", help="Number of groups; without it the answers decide.")
    ] = None,
    strategy: StrategyName = None,
    like: Annotated[
        str | None,
        typer.Option("--like", metavar="OTHER", help="Take encoder, method, strategy and settings of a session."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a session: encode the pictures or texts once and be ready to ask.

    Give --images DIR, --texts FILE or --dataset NAME, or --features F.npy alone or with any of them. With --criterion
    or --words pictures are seen by an encoder that knows words, and the first groups are named by them.
    """
    from clusteer.queries import get_strategy
    from clusteer.sessions.criterion import encoder_for, read_criterion
    from clusteer.sessions.store import Store

    store = Store()
    check_free(store, name)
    if strategy is not None:
        get_strategy(strategy)
    other = None if like is None else store.session(like)
    by = read_criterion(criterion, words) if criterion is not None or words is not None else None
    if by is not None:
        encoder_for(by, encoder)  # Before anything is read.
    items = open_items(images, dataset, split, features, texts, column)
    check_n_clusters(clusters, len(items))
    report_skipped(items)
    settings = {} if other is None else {"method": other.method, "strategy": other.strategy}
    if strategy is not None:
        settings["strategy"] = strategy
    session = make_session(
        name,
        items,
        store=store,
        narrator=TERMINAL,
        features=features,
        encoder=encoder or (other.encoder if other else None),
        criterion=by,
        n_clusters=clusters or (other.n_clusters if other else None),
        budget=other.budget if other else None,
        seed=other.seed if other else 0,
        **settings,
    )
    named = [group.name for group in session.groups() if group.name] if by is not None else []
    row = session.row
    copies = int((items.copies > 0).sum())
    if as_json:
        skipped = [{"path": path, "reason": reason} for path, reason in items.skipped]
        emit({"name": name, "items": len(items), "encoder": row.encoder, "method": row.method,
              "strategy": row.strategy, "clusters": row.n_clusters, "copies": copies, "skipped": skipped,
              "words": list(by.words) if by is not None else [], "named": named})  # fmt: skip
        return
    say(f"session {name!r}: {count(len(items), 'item')}, encoder {row.encoder}")
    if by is not None:
        say(f"words ({by.source}): {', '.join(by.words)}")
        say(f"groups: {', '.join(named) or 'none that a word names'}")
    if copies:
        say(f"exact copies of others: {count(copies, 'item')}; see: clusteer duplicates {name}")
    say(f"next: clusteer answer {name}", "bold")
