"""Cases of kind mining: a clustering, so many questions about its items, and what methods make of the answers.

A case names the person who answers. ``matched`` accepts clusters, as in the paper of IDC; the items are picked at once.
``by-exemplar`` judges by the pictures shown, in a session. ``misread`` judges by the pictures, too, and is read as if
clusters had been accepted, as the paper's recipe would. Beside IDC stand where it started, the start with nothing but
the answered items put right, and the instant engine on the same answers.
"""

import time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clusteer.bench.environment import peak_megabytes
from clusteer.bench.mining_start import start_of
from clusteer.bench.spec import Case
from clusteer.constraints import ConstraintSet
from clusteer.constraints.cluster_answers import CLUSTER, NOWHERE, Memberships, read_memberships
from clusteer.core import Answer, child_seed
from clusteer.data import ImageSet
from clusteer.methods.alignment import Known, align
from clusteer.methods.idc import IDC
from clusteer.methods.propagation import Propagation
from clusteer.metrics import accuracy, ari, nmi
from clusteer.queries.cluster_questions import cluster_questions
from clusteer.queries.oracles import ByExemplar, Matched, Oracle
from clusteer.queries.value_mining import group_centers, mine
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store

if TYPE_CHECKING:
    from clusteer.core import Index

SINGLE, AT_ONCE = 50, 10
"""Questions of a session that are asked one by one; later ones come ten at a time, for speed."""
VALUES: dict[str, dict[str, bool]] = {
    "hard": {"represent": False, "diversify": False},
    "hard+rep": {"diversify": False},
    "hard+rep+div": {},
    "hard+rep+div, standardized": {"standardize": True},
}
"""What counts when items are picked; anything else is drawn at random."""
RANDOM = "random"


def measure(case: Case) -> dict[str, object]:
    """Ask, train once, and say how good the groups are.

    Raises
    ------
    UnavailableError
        If the data are missing.
    """
    begun = start_of(case)
    index, truth, start = begun.index, begun.truth, begun.labels
    seed, amount, user = int(str(case["seed"])), int(str(case["questions"])), str(case["user"])
    k, losses = len(np.unique(truth)), str(case["losses"]).split("+")
    began = time.perf_counter()
    if user == "by-exemplar":
        constraints, memberships = _in_session(case, index, truth, amount, seed), None
        corrected, links = _corrected(start, k, constraints), constraints
    else:
        memberships = _about_clusters(case, index, truth, start, amount)
        constraints = None
        accepted = memberships.accepted != NOWHERE
        corrected = start.copy()
        corrected[memberships.items[accepted]] = memberships.accepted[accepted]
        links = _as_links(memberships, len(truth))
        if "pos" not in losses:
            memberships = _taken(memberships, ~accepted)
    asking = time.perf_counter() - began
    estimator = IDC(
        init=begun.init,
        n_clusters=k,
        **begun.settings,
        confidence_weight=float("reg" in losses),
        negative_weight=float("neg" in losses),
        passed_over="passed" in losses,
        random_state=seed,
    )
    began = time.perf_counter()
    estimator.fit(begun.items, constraints=constraints, memberships=memberships)
    training = time.perf_counter() - began
    instant = Propagation(n_clusters=k, random_state=seed).fit_index(index, links).clustering(0, 0).labels
    point = {
        "answers": amount,
        "acc": accuracy(truth, estimator.labels_),
        "nmi": nmi(truth, estimator.labels_),
        "ari": ari(truth, estimator.labels_),
        "start_acc": accuracy(truth, start),
        "corrected_acc": accuracy(truth, corrected),
        "aligned_acc": accuracy(truth, estimator.start_labels_),
        "instant_acc": accuracy(truth, instant),
        "positive": float(len(Known.of(links).items)) if memberships is None else float(accepted.sum()),
        "groups": len(links.groups),
        "asking_seconds": asking,
        "training_seconds": training,
        "start_seconds": begun.seconds,
        "peak_megabytes": peak_megabytes(),
    }
    return {"items": len(index), "encoder": index.encoder, "points": [point]}


def _about_clusters(
    case: Case, index: "Index", truth: NDArray[np.int64], start: NDArray[np.int64], amount: int
) -> Memberships:
    """Ask about items picked at once, each beside the nearest clusters, and read the answers as being of clusters."""
    seed, k = int(str(case["seed"])), len(np.unique(truth))
    picks = _picked(str(case["choice"]), index, tuple(start.tolist()), amount, seed)
    questions = cluster_questions(index.embedding, start, picks, candidates=int(str(case["candidates"])))
    oracle: Oracle = Matched(start) if case["user"] == "matched" else ByExemplar()
    rng = np.random.default_rng(child_seed(seed, "oracle"))
    answers = [Answer(question, oracle.answer(question, truth, rng), source=CLUSTER) for question in questions]
    return read_memberships(answers, start, k)


@cache
def _picked(choice: str, index: "Index", start: tuple[int, ...], amount: int, seed: int) -> NDArray[np.int64]:
    if choice == RANDOM:
        rng = np.random.default_rng(child_seed(seed, "picks"))
        return rng.permutation(len(index))[:amount]
    labels = np.array(start, np.int64)
    centers = group_centers(index.embedding, labels, int(labels.max()) + 1)
    return mine(index.embedding, centers, amount, **VALUES[choice])[0]


def _in_session(case: Case, index: "Index", truth: NDArray[np.int64], amount: int, seed: int) -> ConstraintSet:
    """Answer a session's questions by the pictures shown; ``choice`` is its strategy."""
    oracle, rng = ByExemplar(), np.random.default_rng(child_seed(seed, "oracle"))
    strategy = "uniform" if case["choice"] == RANDOM else str(case["choice"])
    with TemporaryDirectory() as home:
        session = Session.create(
            "mining", ImageSet.from_features("mining", index.embedding), index, store=Store(Path(home), "sqlite://"),
            strategy=strategy, n_clusters=len(np.unique(truth)), budget=amount, seed=seed,
        )  # fmt: skip
        told = 0
        while told < amount:
            asked = session.ask(min(1 if told < SINGLE else AT_ONCE, amount - told))
            if not asked:
                break
            for question in asked:
                session.tell(question.id, oracle.answer(question, truth, rng), source="simulated")
            told += len(asked)
        return session.constraints


def _corrected(start: NDArray[np.int64], k: int, constraints: ConstraintSet) -> NDArray[np.int64]:
    """Return the start with answered items put into the cluster that holds most of their group."""
    known, corrected = Known.of(constraints), start.copy()
    corrected[known.items] = align(start, k, known, fixed=True).of_groups[known.groups]
    return corrected


def _as_links(memberships: Memberships, n: int) -> ConstraintSet:
    """Return what answers about clusters say of items: those accepted in one cluster are together, others apart."""
    must: list[tuple[int, int]] = []
    leaders: list[int] = []
    for cluster in range(memberships.rejected.shape[1]):
        first, *others = memberships.items[memberships.accepted == cluster].tolist() or [None]
        if first is not None:
            must += [(first, other) for other in others]
            leaders.append(first)
    cannot = [(one, other) for place, one in enumerate(leaders) for other in leaders[place + 1 :]]
    return ConstraintSet.from_pairs(n, must, cannot)


def _taken(memberships: Memberships, rows: NDArray[np.bool_]) -> Memberships:
    return Memberships(memberships.items[rows], memberships.accepted[rows], memberships.rejected[rows])
