"""The protocol of a query strategy and the table of those there are."""

from collections.abc import Callable
from importlib import import_module
from typing import Protocol, cast

from clusteer.constraints import ConstraintSet
from clusteer.core import Clustering, History, NotFoundError, Question


class Strategy(Protocol):
    """Chooses what to ask.

    A strategy reads the finished clustering, the constraints and the past, and proposes at most ``n`` questions with
    empty ids, best first. It never repeats a question that the closure answers, leaves out ``history.deferred`` and
    ``history.barred`` items, and depends on chance only through ``seed``.
    """

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        """Return at most ``n`` questions; fewer where nothing is left to ask."""


STRATEGIES = {
    "margin": "clusteer.queries.margin:Margin",
    "farthest-first": "clusteer.queries.farthest_first:FarthestFirst",
    "uniform": "clusteer.queries.uniform:Uniform",
    "audit": "clusteer.queries.audit:Audit",
    "margin-audited": "clusteer.queries.audit:MarginAudited",
    "margin-reasking": "clusteer.queries.reasking:MarginReasking",
    "pages": "clusteer.queries.pages:Pages",
    "triplets": "clusteer.queries.triplets:Triplets",
    "marks": "clusteer.queries.marks:Marks",
    "boundary": "clusteer.queries.boundary:Boundary",
    "boundary-check": "clusteer.queries.boundary:BoundaryCheck",
    "boundary-partition": "clusteer.queries.boundary:BoundaryPartition",
    "boundary-uncertain": "clusteer.queries.farthest_pairs:FarthestPairs",
    "boundary-random": "clusteer.queries.random_pairs:RandomPairs",
    "value-mining": "clusteer.queries.value_mining:ValueMining",
    "uncertain-pairs": "clusteer.queries.uncertain_pairs:UncertainPairs",
    "uncertain-pairs-only": "clusteer.queries.uncertain_pairs:UncertainPairsOnly",
    "hard-pairs": "clusteer.queries.uncertain_pairs:HardPairs",
}


def get_strategy(name: str) -> Strategy:
    """Return a strategy by name.

    Raises
    ------
    NotFoundError
        If no strategy has that name.
    """
    if name not in STRATEGIES:
        raise NotFoundError(f"there is no strategy named {name!r}; known are {', '.join(STRATEGIES)}")
    module, cls = STRATEGIES[name].split(":")
    return cast("Callable[[], Strategy]", getattr(import_module(module), cls))()
