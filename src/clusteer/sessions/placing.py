"""What a person put somewhere with their own hands stays there, whatever a method makes of it."""

from dataclasses import replace

import numpy as np

from clusteer.constraints.constraint_set import ConstraintSet
from clusteer.core.clustering import Clustering
from clusteer.core.questions import DIFFERENT, SKIP, UNSURE, outside
from clusteer.sessions.ledger import Ledger


def placed(clustering: Clustering, ledger: Ledger) -> Clustering:
    """Return the grouping with every item that an edit put into a group in that group.

    A method believes an answer only as far as others bear it out, because people err where they are asked. Who moves an
    item while looking at the groups was not asked.
    """
    columns, closure = group_columns(clustering, ledger.constraints), ledger.constraints.closure()
    put = {item: columns[closure.component_of(item)] for item in _put(ledger) if closure.component_of(item) in columns}
    if not put:
        return clustering
    rows, groups = list(put), list(put.values())
    labels, proba = clustering.labels.copy(), clustering.proba.copy()
    labels[rows] = groups
    proba[rows] = np.eye(clustering.n_clusters, dtype=np.float32)[groups]
    return replace(clustering, labels=labels, proba=proba)


def group_columns(clustering: Clustering, constraints: ConstraintSet) -> dict[int | None, int]:
    """Return the group number of each component that is an open group."""
    members = constraints.closure().members
    # Open groups come first, in order, unless the method was allowed fewer.
    if len(constraints.groups) <= clustering.n_clusters:
        return {group: number for number, group in enumerate(constraints.groups)}
    return {group: int(clustering.proba[members[group]].sum(axis=0).argmax()) for group in constraints.groups}


def _put(ledger: Ledger) -> list[int]:
    """Return the items that edits put into a group."""
    items: list[int] = []
    for answer in ledger.edits:
        if answer.choice not in (SKIP, UNSURE, DIFFERENT):
            question = answer.question
            left = outside(question, answer.choice) if question.kind == "page" else ()
            items += [item for item in question.items if item not in left]
    return items
