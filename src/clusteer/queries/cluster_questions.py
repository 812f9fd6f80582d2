"""Questions about clusters that nobody has answered about yet: each is shown by its most typical real items."""

import numpy as np
from numpy.typing import NDArray

from clusteer.core import Question
from clusteer.core.index import unit_rows
from clusteer.queries.value_mining import CANDIDATES, group_centers


def cluster_questions(
    features: NDArray[np.float32],
    labels: NDArray[np.int64],
    items: NDArray[np.int64],
    *,
    candidates: int = CANDIDATES,
    exemplars: int = 1,
    round: int = 0,
) -> list[Question]:
    """Ask of each item which of the clusters nearest to it it goes with, or none of them.

    Parameters
    ----------
    features : (n, d) float32
        All items; rows are brought to length 1.
    labels : (n,) int64
        Cluster of each.
    items : (m,) int64
        The items to ask about, in order.
    candidates : int
        Clusters on offer, T in the paper, the nearest first; all where there are fewer.
    exemplars : int
        Most members that show a cluster, 1 to 3: those nearest to its center, the item itself left out.
    round : int
        Round of the clustering.

    Notes
    -----
    **Source**: IDC, section 3.1. Its footnote shows a cluster by the sample nearest to the center, whatever cluster
    that is in, so two clusters may show one picture; here it is the nearest of the cluster's own. Two clusters may
    still be of one class: answers that go by the pictures link pictures, and only "none" of all opens a group.
    """
    rows = unit_rows(features)
    k = int(labels.max()) + 1
    centers = group_centers(rows, labels, k)
    typical = np.einsum("nd,nd->n", rows, centers[labels])
    order = np.lexsort((-typical, labels))
    members = np.split(order, np.searchsorted(labels[order], np.arange(1, k)))
    questions = []
    for item, likeness in zip(items.tolist(), rows[items] @ centers.T, strict=True):
        others = [cluster[: exemplars + 1][cluster[: exemplars + 1] != item] for cluster in members]
        shown = [tuple(cluster[:exemplars].tolist()) for cluster in others]
        near = [cluster for cluster in np.argsort(-likeness, kind="stable").tolist() if shown[cluster]]
        questions.append(
            Question(
                id="",
                kind="member",
                items=(item,),
                options=tuple(shown[cluster] for cluster in near[:candidates]),
                exhaustive=len(near) <= candidates,
                round=round,
                why="It lies between clusters, there are others like it, and nothing like it was asked about.",
            )
        )
    return questions
