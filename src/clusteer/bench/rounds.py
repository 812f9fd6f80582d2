"""Cases of kind rounds: a deep method asks, is answered and goes on, a few times over.

It is about the pictures of a whole set, or, where a case names an encoder, about features of the training split, and
measured on the test split besides, which is never asked about. The first round asks about pairs at random, later ones
by the strategy, from what the round before has found. A point per round says how good the groups are, what was asked
for them, and what the closure knows.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import fowlkes_mallows_score

from clusteer.bench.environment import peak_megabytes
from clusteer.bench.named_sets import items_of
from clusteer.bench.session_curve import count_links
from clusteer.bench.spec import Case
from clusteer.constraints import ConstraintSet, from_answers, with_implied
from clusteer.core import Answer, Clustering, History, Index, child_seed
from clusteer.core.errors import UnavailableError
from clusteer.core.questions import SAME
from clusteer.data import load
from clusteer.data.builtin import load_pixels
from clusteer.encoders import encode as encode_pictures
from clusteer.encoders.resnet import resnet_encoder
from clusteer.methods.adc import ADC
from clusteer.methods.dcc import DCC
from clusteer.methods.deep import DeepClustering
from clusteer.methods.deep_engine import MOST_IMPLIED
from clusteer.methods.pcl import PCL
from clusteer.methods.spherepair import SpherePair
from clusteer.metrics import accuracy, ari, nmi
from clusteer.neighbors import build_index
from clusteer.queries import get_strategy
from clusteer.queries.costs import human_seconds
from clusteer.queries.oracles import get_oracle

METHODS: dict[str, Callable[..., DeepClustering[Any]]] = {
    "adc": ADC,
    "adc-stated": partial(ADC, links="stated"),
    "adc-clustering": partial(ADC, clustering_epochs=5),
    "adc-resnet": partial(ADC, network=partial(resnet_encoder, size=96)),
    "dcc": DCC,
    "pcl": PCL,
    "pcl-plain": partial(PCL, attention=False),
    "spherepair": SpherePair,
}
FIRST = "boundary-random"
Items = tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]
"""Items and classes, and those of the test split."""
_WRITTEN_OUT = ("dcc", "spherepair")
"""Methods that are given the pairs that answers imply, as in a session; the others find these out themselves."""
_PAIRS = ("boundary", "uncertain", "hard")
"""How the names of strategies begin that read no neighbors."""


def measure(case: Case) -> dict[str, object]:
    """Ask, answer and fit round after round, and say after each how good the groups are.

    Raises
    ------
    UnavailableError
        If the data are missing.
    """
    items = items_of_rounds(case)
    return {"items": len(items[1]), "points": [point for _, point in run_rounds(case, items)]}


def run_rounds(case: Case, items: Items) -> Iterator[tuple[DeepClustering[Any], dict[str, float]]]:
    """Yield after each round the estimator as it is then, and how good its groups are."""
    seed = int(str(case["seed"]))
    pictures, truth, others, others_truth = items
    budget, rounds, n = int(str(case["budget"])), int(str(case["rounds"])), len(truth)
    oracle, rng = get_oracle("truth", float(str(case["noise"]))), np.random.default_rng(child_seed(seed, "oracle"))
    settings = {"n_clusters": len(np.unique(truth)), "random_state": seed}
    settings |= {name: int(str(case[name])) for name in ("shift", "least_steps") if name in case}
    estimator = METHODS[str(case["method"])](**settings)
    answers: list[Answer] = []
    total_seconds = 0.0
    clustering, constraints = _unasked(n), ConstraintSet(n)
    for number in range(1, rounds + 1):
        began = time.perf_counter()
        asked = get_strategy(FIRST if number == 1 else str(case["strategy"])).propose(
            clustering, constraints, _history(answers, budget), budget * number // rounds - len(answers), seed
        )
        ask_seconds, began = time.perf_counter() - began, time.perf_counter()
        answers += [
            Answer(question, oracle.answer(question, truth, rng), id=f"a{place}")
            for place, question in enumerate(asked, len(answers) + 1)
        ]
        constraints = from_answers(answers, n)
        implied = with_implied(constraints, MOST_IMPLIED if case["method"] in _WRITTEN_OUT else 0, seed)
        estimator.set_params(warm_start=number > 1).fit(pictures, constraints=implied)
        seconds, labels = time.perf_counter() - began, estimator.labels_
        total_seconds += ask_seconds + seconds
        tested = _scores(others_truth, estimator.predict(others)) if len(others) else {}
        yield (
            estimator,
            {
                "round": number,
                "answers": len(answers),
                "human_seconds": sum(human_seconds(answer.question, answer.choice) for answer in answers),
                "same": float(np.mean([answer.choice == SAME for answer in answers[-len(asked) :]])) if asked else 0.0,
                **count_links(constraints),
                **_scores(truth, labels),
                **{f"test_{name}": value for name, value in tested.items()},
                "broken": len(constraints.violated(labels)),
                "epochs": estimator.n_iter_,
                "ask_seconds": ask_seconds,
                "seconds": seconds,
                "total_seconds": total_seconds,
                "peak_megabytes": peak_megabytes(),
            },
        )
        if number < rounds:
            clustering = _clustering(estimator, pictures, pairs=str(case["strategy"]).startswith(_PAIRS))


def _scores(truth: NDArray[np.int64], labels: NDArray[np.int64]) -> dict[str, float]:
    return {
        "acc": accuracy(truth, labels),
        "nmi": nmi(truth, labels),
        "ari": ari(truth, labels),
        "fowlkes_mallows": float(fowlkes_mallows_score(truth, labels)),
    }


def items_of_rounds(case: Case) -> Items:
    """Return items and classes, and those of the test split; of pictures there is none."""
    dataset, criterion = str(case["dataset"]), str(case["truth"])
    if "encoder" not in case:
        pictures, truth = _pictures(dataset, criterion, int(str(case["items"])))
        return pictures, truth, pictures[:0], truth[:0]
    index, truth = items_of(case | {"split": "train"})
    return index.embedding, truth, *_tested(dataset, criterion, str(case["encoder"]), index)


def _tested(dataset: str, criterion: str, encoder: str, index: Index) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the test split of a set as an index of its training split embeds it, and its classes."""
    images = load(dataset, "test")
    return index.project(encode_pictures(images, encoder)), np.asarray(images.truths[criterion], np.int64)


def _pictures(dataset: str, criterion: str, most: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return pictures (n, c, h, w) and classes of a whole set, or of ``most`` evenly spaced items of it; 0 for all."""
    try:
        images = load(dataset)
    except UnavailableError as fault:
        raise UnavailableError(f"needs {dataset}.npz in the data folder, or a network to fetch it from") from fault
    n = len(images)
    rows = np.linspace(0, n - 1, min(most or n, n)).astype(np.int64)
    pixels = load_pixels(dataset)[rows].astype(np.float32)
    pictures = pixels[:, None] if pixels.ndim == 3 else np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))
    truth = np.unique(np.asarray(images.truths[criterion])[rows], return_inverse=True)[1]
    return pictures, truth.astype(np.int64)


def _history(answers: Iterable[Answer], budget: int) -> History:
    told = tuple(answers)
    return History(asked=tuple(answer.question for answer in told), answers=told, spent=len(told), budget=budget)


def _unasked(n: int) -> Clustering:
    """Return all items as one group, of which nothing is known."""
    return Clustering(np.zeros(n, np.int64), np.ones((n, 1), np.float32), _bare(np.zeros((n, 1), np.float32)), "none")


def _clustering(estimator: DeepClustering[Any], pictures: NDArray[np.float32], *, pairs: bool) -> Clustering:
    """Return what was found, among the codes; with neighbors where the strategy reads any."""
    codes = estimator.transform(pictures)
    index = _bare(codes) if pairs else build_index(codes, "codes")
    return Clustering(estimator.labels_, estimator.predict_proba(pictures), index, "deep")


def _bare(codes: NDArray[np.float32]) -> Index:
    """Return an index of codes as they are, without neighbors, for strategies that read none."""
    n, none = len(codes), np.zeros((len(codes), 0))
    return Index(
        codes, none.astype(np.int32), none.astype(np.float32), np.zeros(n, np.float32), np.zeros(n, np.int32), "codes",
        np.zeros(codes.shape[1], np.float32), np.eye(codes.shape[1], dtype=np.float32),
    )  # fmt: skip
