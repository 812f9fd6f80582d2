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

    Give --images DIR, --texts FILE or --dataset NAME, or --features F.npy alone or with any of them.
    """
    from clusteer.queries import get_strategy
    from clusteer.sessions.store import Store

    store = Store()
    check_free(store, name)
    if strategy is not None:
        get_strategy(strategy)
    other = None if like is None else store.session(like)
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
        n_clusters=clusters or (other.n_clusters if other else None),
        budget=other.budget if other else None,
        seed=other.seed if other else 0,
        **settings,
    )
    row = session.row
    copies = int((items.copies > 0).sum())
    if as_json:
        skipped = [{"path": path, "reason": reason} for path, reason in items.skipped]
        emit({"name": name, "items": len(items), "encoder": row.encoder, "method": row.method,
              "strategy": row.strategy, "clusters": row.n_clusters, "copies": copies, "skipped": skipped})  # fmt: skip
        return
    say(f"session {name!r}: {count(len(items), 'item')}, encoder {row.encoder}")
    if copies:
        say(f"exact copies of others: {count(copies, 'item')}; see: clusteer duplicates {name}")
    say(f"next: clusteer answer {name}", "bold")
