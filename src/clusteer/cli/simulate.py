"""The command simulate: what a person's answers would buy, measured against a known truth."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clusteer.cli.collection import open_items
from clusteer.cli.options import Dataset, EncoderName, Features, Json, Split, StrategyName
from clusteer.cli.output import TERMINAL, emit, remark, tabulate
from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.sessions.preparing import default_encoder, index_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from clusteer.data import ImageSet

UNKNOWN = "unknown"
DEFAULT_STRATEGY = "margin"


def simulate(
    budget: Annotated[int, typer.Option("--budget", metavar="B", help="Questions shown, skips included.")],
    truth: Annotated[
        str,
        typer.Option("--truth", metavar="T", help="Criterion of the named set, or with --features a file Y.npy."),
    ],
    dataset: Dataset = None,
    features: Features = None,
    clusters: Annotated[
        str, typer.Option("--clusters", metavar="K", help="Number of groups, or unknown: the answers decide.")
    ] = UNKNOWN,
    encoder: EncoderName = None,
    split: Split = "all",
    oracle: Annotated[
        str, typer.Option("--oracle", metavar="O", help="Who answers: by-exemplar (sees the pictures) or truth.")
    ] = "by-exemplar",
    noise: Annotated[float, typer.Option("--noise", metavar="R", help="Share of wrong answers, 0 to 1.")] = 0.0,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Same seed, same result.")] = 0,
    method: Annotated[
        str,
        typer.Option("--method", metavar="M", help="What groups: propagation, dcc, idec, spherepair, adc, idc or pcl."),
    ] = "propagation",
    strategy: StrategyName = None,
    answers: Annotated[
        Path | None, typer.Option("--answers", metavar="REPLAY", help="Take these answers instead of asking.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Let a simulated person answer, and measure the groups at 0, 10, 20, 50, 100, 200, ... answers.

    Give --dataset D --truth CRITERION, or --features F.npy --truth Y.npy.
    """
    from clusteer.queries.oracles import get_oracle
    from clusteer.sessions.replay import replayed_answers
    from clusteer.sessions.simulate import simulate as run

    if dataset is None and features is None:
        raise InvalidInputError("there is nothing to simulate on; give --dataset NAME or --features F.npy")
    n_clusters, strategy = _number_of(clusters), strategy or DEFAULT_STRATEGY
    items = open_items(None, dataset, split, features)
    labels = _truth_of(items, truth, dataset)
    recorded = None if answers is None else replayed_answers(answers, items)
    index = index_of(items, encoder or default_encoder(items), features, TERMINAL)
    person = get_oracle(oracle, noise, reference=index.embedding)
    remark(f"simulating {budget} answers on {len(items):,} items")
    curve = run(
        index, labels, budget=budget, oracle=person, n_clusters=n_clusters, method=method, strategy=strategy,
        seed=seed, answers=recorded,
    )  # fmt: skip
    points = [asdict(point) for point in curve.points]
    if as_json:
        emit({
            "curve": points, "dataset": dataset, "split": split, "features": features, "truth": truth,
            "items": len(items), "encoder": index.encoder, "clusters": n_clusters or UNKNOWN, "budget": budget,
            "oracle": oracle, "noise": noise, "seed": seed, "method": method, "strategy": strategy,
            "answers": answers,
        })  # fmt: skip
        return
    tabulate(("answers", "person's time", "acc", "nmi", "ari", "update", "next question"), [
        (point.answers, f"{point.human_seconds / 60:.1f} min", f"{point.acc:.3f}", f"{point.nmi:.3f}",
         f"{point.ari:.3f}", f"{point.update_seconds:.3f} s", f"{point.ask_seconds:.3f} s")
        for point in curve.points
    ])  # fmt: skip


def _number_of(clusters: str) -> int | None:
    if clusters == UNKNOWN:
        return None
    if not (clusters.isascii() and clusters.isdecimal()):
        raise InvalidInputError(f"--clusters {clusters} is no number of groups; give a number from 1 up, or {UNKNOWN}")
    return int(clusters)


def _truth_of(items: "ImageSet", truth: str, dataset: str | None) -> "NDArray[np.generic]":
    """Return the truth (n,) that a criterion or a file names."""
    import numpy as np

    if dataset is not None:
        if truth not in items.truths:
            raise NotFoundError(f"{dataset} has no criterion {truth!r}; choose one of {', '.join(items.truths)}")
        return items.truths[truth]
    try:
        values: NDArray[np.generic] = np.load(truth, allow_pickle=False)
    except FileNotFoundError as fault:
        raise NotFoundError(f"there is no file {truth}; with --features, --truth names a .npy file") from fault
    except (ValueError, EOFError) as fault:
        raise InvalidInputError(f"{truth} is damaged or no .npy file of plain values: {fault}") from fault
    return values
