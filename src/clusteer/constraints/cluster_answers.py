"""Answers that accepted a cluster and not its exemplars: they are read through the clustering they were given about."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clusteer.core.errors import InvalidInputError
from clusteer.core.questions import NONE, SKIP, UNSURE, Answer

CLUSTER = "cluster"
"""The ``source`` of such answers."""
NOWHERE = -1
"""Stands for the cluster of an item that was rejected from all on offer."""


@dataclass(frozen=True, eq=False)
class Memberships:
    """What was said of m items and the k clusters of one clustering.

    Attributes
    ----------
    items : (m,) int64
        The items, each once.
    accepted : (m,) int64
        Cluster of each, -1 where none of those on offer was accepted.
    rejected : (m, k) bool
        The clusters on offer that were not accepted.
    """

    items: NDArray[np.int64]
    accepted: NDArray[np.int64]
    rejected: NDArray[np.bool_]


def read_memberships(answers: Iterable[Answer], labels: NDArray[np.int64], n_clusters: int) -> Memberships:
    """Read answers with source ``cluster`` to ``member`` questions; others make links and are passed over.

    Parameters
    ----------
    answers : iterable of Answer
        In ledger order; of several about one item the last holds.
    labels : (n,) int64
        Clusters of the round the questions were asked in: an option stands for the cluster of its first exemplar.
    n_clusters : int
        Number k of clusters.

    Raises
    ------
    InvalidInputError
        If a question names an item that has no label.
    """
    read: dict[int, tuple[int, NDArray[np.bool_]]] = {}
    for answer in answers:
        question = answer.question
        if answer.source != CLUSTER or question.kind != "member" or answer.choice in (SKIP, UNSURE):
            continue
        named = [question.items[0], *(option[0] for option in question.options)]
        if max(named) >= len(labels):
            raise InvalidInputError(
                f"a question names item {max(named)} but there are labels of {len(labels)} items; give the labels of "
                "the round the questions were asked in"
            )
        offered = labels[named[1:]]
        accepted = NOWHERE if answer.choice == NONE else int(offered[int(answer.choice) - 1])
        rejected = np.zeros(n_clusters, bool)
        rejected[offered] = True
        if accepted != NOWHERE:
            rejected[accepted] = False
        read[question.items[0]] = accepted, rejected
    return Memberships(
        np.array(list(read), np.int64),
        np.array([accepted for accepted, _ in read.values()], np.int64),
        np.array([rejected for _, rejected in read.values()], bool).reshape(-1, n_clusters),
    )
