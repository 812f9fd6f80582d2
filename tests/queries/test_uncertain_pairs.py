"""The strategy of PCL: pairs near epsilon, pairs that what is known speaks against, the mix of both, and the cap."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from clusteer.constraints import ConstraintSet
from clusteer.core import Answer, Clustering, History, Question
from clusteer.queries import get_strategy, uncertain_pairs
from clusteer.queries.uncertain_pairs import hardness, similarities, uncertainty
from tests.queries.worlds import INDEX, clustering_of

N = len(INDEX)
NOTHING = ConstraintSet(N)


def grouped(first: NDArray[np.floating]) -> Clustering:
    """Two groups; ``first`` (n,) are the probabilities of the first."""
    proba = np.stack([first, 1 - first], axis=1).astype(np.float32)
    return Clustering(proba.argmax(axis=1).astype(np.int64), proba, INDEX, "given")


def asked(
    clustering: Clustering, constraints: ConstraintSet, n: int, name: str = "uncertain-pairs", spent: int = 0
) -> list[Question]:
    return get_strategy(name).propose(clustering, constraints, History(spent=spent, budget=100), n, 0)


def test_similarity_is_0_for_chance_and_1_for_surely_together() -> None:
    first = np.full(N, 0.5)
    first[:4] = [1, 1, 0, 0.8]
    found = similarities(grouped(first), np.arange(5))
    assert found[0, :] == pytest.approx([1, 1, -1, 0.6, 0], abs=1e-6)
    proba = np.eye(5, dtype=np.float32)[np.arange(N) % 5]
    five = Clustering(np.arange(N) % 5, proba, INDEX, "given")
    assert similarities(five, np.array([0, 5, 1]))[0].tolist() == pytest.approx([1, 1, -0.25])


def test_one_group_tells_nothing_and_the_embedding_does() -> None:
    items = np.array([3, 7, 11])
    assert similarities(clustering_of(INDEX, NOTHING), items) == pytest.approx(
        INDEX.embedding[items] @ INDEX.embedding[items].T, abs=1e-6
    )


def test_a_pair_at_epsilon_is_the_most_uncertain() -> None:
    scores = uncertainty(np.array([[1.0, 0.2], [0.2, -0.6]], np.float32))
    assert scores.tolist() == [pytest.approx([0, 1]), pytest.approx([1, 0])]
    assert len(np.unique(uncertainty(np.full((3, 3), 0.4, np.float32)))) == 1


def naive_hardness(likeness: NDArray[np.float32], links: NDArray[np.int64]) -> NDArray[np.float64]:
    """Eq. 7 with loops, links (p, p) of 1, -1 and 0."""
    p = len(likeness)

    def told(i: int, j: int) -> float | None:
        counts = np.abs(links[j]).sum()
        return sum(links[j, k] * likeness[i, k] for k in range(p)) / counts if counts else None

    q, known = np.zeros((p, p)), np.zeros((p, p), bool)
    for i in range(p):
        for j in range(p):
            said = [one for one in (told(i, j), told(j, i)) if one is not None]
            known[i, j] = bool(said)
            q[i, j] = np.mean(said) if said else 0
    scale = (likeness - likeness.min()) / (likeness.max() - likeness.min())
    q = (q - q[known].min()) / (q[known].max() - q[known].min())
    scale, q = np.clip(scale, 1e-3, 1 - 1e-3), np.clip(q, 1e-3, 1 - 1e-3)
    score = scale * np.log(scale / q)
    return np.where(known, (score - score[known].min()) / (score[known].max() - score[known].min()), 0)


def test_hard_is_what_links_speak_against() -> None:
    constraints = ConstraintSet.from_pairs(12, [(0, 1), (1, 2), (5, 6)], [(2, 5), (8, 0)])
    closure = constraints.closure()
    rng = np.random.default_rng(0)
    drawn = rng.uniform(-1, 1, (12, 12)).astype(np.float32)
    likeness = ((drawn + drawn.T) / 2).astype(np.float32)
    component = np.array([-1 if (one := closure.component_of(item)) is None else one for item in range(12)])
    links = np.array(
        [[{True: 1, False: -1, None: 0}[closure.same(i, j)] if i != j else 0 for j in range(12)] for i in range(12)]
    )
    assert hardness(likeness, component, closure) == pytest.approx(naive_hardness(likeness, links), abs=1e-5)


def test_an_item_beside_which_known_answers_speak_is_asked_about_first() -> None:
    """Item 9 goes with item 0 as the groups have it, and is like what is known to be apart from 0."""
    first = np.full(N, 0.9)
    first[200:] = 0.1
    first[9] = 0.55
    constraints = ConstraintSet.from_pairs(N, [(0, 1), (210, 211)], [(0, 210)])
    (question,) = asked(grouped(first), constraints, 1, "hard-pairs")
    assert set(question.items) & {0, 1, 210, 211}


def test_the_mix_goes_from_the_one_to_the_other() -> None:
    rng = np.random.default_rng(0)
    clustering = grouped(rng.uniform(0, 1, N))
    constraints = ConstraintSet.from_pairs(N, [(0, 1), (1, 2)], [(2, 5)])

    def pairs(name: str, spent: int) -> list[tuple[int, ...]]:
        return [one.items for one in asked(clustering, constraints, 5, name, spent)]

    assert pairs("uncertain-pairs", 0) == pairs("uncertain-pairs-only", 0)
    assert pairs("uncertain-pairs", 100) == pairs("hard-pairs", 100)
    assert pairs("uncertain-pairs", 0) != pairs("hard-pairs", 0)


def test_an_item_of_which_nothing_is_known_is_asked_about_once_in_a_round() -> None:
    first = np.ones(N)
    first[0] = 0.6  # At epsilon with all others.
    questions = asked(grouped(first), NOTHING, 30)
    items = [item for question in questions for item in question.items]
    assert len(questions) == 30
    assert len(set(items)) == 60
    linked = ConstraintSet.from_pairs(N, [(0, 1)], [])
    beside = [question for question in asked(grouped(first), linked, 30) if 0 in question.items]
    assert len(beside) == 10


def test_what_was_asked_is_not_asked_again_whatever_was_answered() -> None:
    first = np.ones(N)
    first[0] = 0.6
    clustering = grouped(first)
    past: list[Question] = []
    for number in range(5):
        history = History(
            asked=tuple(past), answers=tuple(Answer(one, "skip", id=f"a{place}") for place, one in enumerate(past))
        )
        (question,) = get_strategy("uncertain-pairs").propose(clustering, NOTHING, replace(history, spent=number), 1, 0)
        assert frozenset(question.items) not in {frozenset(one.items) for one in past}
        past.append(question)


def test_of_a_large_collection_a_pool_is_looked_at_half_of_it_linked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uncertain_pairs, "POOL", 40)
    clustering = grouped(np.random.default_rng(0).uniform(0, 1, N))
    constraints = ConstraintSet.from_pairs(N, [(item, item + 1) for item in range(99)], [])
    questions = asked(clustering, constraints, 15)
    items = {item for question in questions for item in question.items}
    assert len(items) <= 40
    assert len([item for item in items if item < 100]) <= 20
    assert all(constraints.closure().same(*question.items) is None for question in questions)
