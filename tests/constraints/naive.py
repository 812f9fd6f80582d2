"""Reference implementations that are too slow to ship and too simple to be wrong, and links to try them on."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from clusteer.constraints import Closure, Relation, Rule, Triplet

Pairs = list[tuple[int, int]]
N = 6
"""Items in small examples: 203 labellings."""

pairs = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)).filter(lambda pair: pair[0] != pair[1]))

two = st.permutations(range(N)).map(lambda items: items[:2])
relations = st.builds(lambda items, together: Relation(items[0], items[1], together), two, st.booleans())
rules = st.lists(
    st.builds(
        lambda premises, conclusion, number: Rule(premises=tuple(premises), conclusion=conclusion, source=f"d{number}"),
        st.lists(relations, min_size=1, max_size=3),
        relations,
        st.integers(0, 99),
    ),
    max_size=4,
)
triplets = st.lists(
    st.permutations(range(N)).map(lambda items: Triplet(anchor=items[0], near=items[1], far=items[2])), max_size=4
)


def moment(number: int) -> datetime:
    """The time of the statement of this number."""
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)


def array(links: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    return np.array(links, np.int64).reshape(-1, 2)


def close(must: Sequence[tuple[int, int]], cannot: Sequence[tuple[int, int]]) -> Closure:
    return Closure(array(must), array(cannot))


def together(must: Sequence[tuple[int, int]], n: int = N) -> NDArray[np.bool_]:
    """Warshall's closure: which items (n, n) a path of must-links joins; each is with itself."""
    joined = np.eye(n, dtype=bool)
    for i, j in must:
        joined[i, j] = joined[j, i] = True
    for middle in range(n):
        joined |= joined[:, [middle]] & joined[[middle]]
    return joined


def apart(must: Sequence[tuple[int, int]], cannot: Sequence[tuple[int, int]], n: int = N) -> NDArray[np.bool_]:
    """Which items (n, n) are apart: joined to the two ends of a cannot-link and not to each other."""
    joined, kept = together(must, n), np.zeros((n, n), bool)
    for i, j in cannot:
        kept |= joined[:, [i]] & joined[[j]] | joined[:, [j]] & joined[[i]]
    return kept & ~joined


def labellings(n: int = N) -> Iterator[list[int]]:
    """Every way to part n items, each once."""

    def extend(labels: list[int]) -> Iterator[list[int]]:
        if len(labels) == n:
            yield labels
            return
        for label in range(max(labels, default=-1) + 2):
            yield from extend([*labels, label])

    return extend([])


LABELLINGS = [np.array(labels) for labels in labellings()]


def satisfies(labels: Sequence[int], must: Pairs, cannot: Pairs) -> bool:
    return all(labels[i] == labels[j] for i, j in must) and all(labels[i] != labels[j] for i, j in cannot)
