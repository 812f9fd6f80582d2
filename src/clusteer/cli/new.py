"""The command new."""

from typing import Annotated

import typer

from clusteer.cli.collection import default_encoder, index_of, open_items, report_skipped
from clusteer.cli.opening import check_free
from clusteer.cli.options import Dataset, EncoderName, Features, Images, Json, Name, Split
from clusteer.cli.output import count, emit, say
from clusteer.core.checks import check_n_clusters


def new(
    name: Name,
    images: Images = None,
    dataset: Dataset = None,
    split: Split = "all",
    features: Features = None,
    encoder: EncoderName = None,
    clusters: Annotated[
        int | None, typer.Option("--clusters", metavar="K", help="Number of groups; without it the answers decide.")
    ] = None,
    like: Annotated[
        str | None,
        typer.Option("--like", metavar="OTHER", help="Take encoder, method, strategy and settings of a session."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a session: encode the pictures once and be ready to ask.

    Give --images DIR or --dataset NAME, or --features F.npy alone or with either.
    """
    from clusteer.sessions.session import Session
    from clusteer.sessions.store import Store

    store = Store()
    check_free(store, name)
    other = None if like is None else store.session(like)
    items = open_items(images, dataset, split, features)
    check_n_clusters(clusters, len(items))
    report_skipped(items)
    index = index_of(items, encoder or (other.encoder if other else default_encoder()), features)
    settings = {} if other is None else {"method": other.method, "strategy": other.strategy}
    session = Session.create(
        name,
        items,
        index,
        store=store,
        n_clusters=clusters or (other.n_clusters if other else None),
        budget=other.budget if other else None,
        seed=other.seed if other else 0,
        **settings,
    )
    row = session.row
    if as_json:
        skipped = [{"path": path, "reason": reason} for path, reason in items.skipped]
        emit({"name": name, "items": len(items), "encoder": row.encoder, "method": row.method,
              "strategy": row.strategy, "clusters": row.n_clusters, "skipped": skipped})  # fmt: skip
        return
    say(f"session {name!r}: {count(len(items), 'item')}, encoder {row.encoder}")
    say(f"next: clusteer answer {name}", "bold")
