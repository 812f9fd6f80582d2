"""Audit questions are drawn at random, look like any other, and are mixed in."""

from dataclasses import replace

import numpy as np

from clusteer.constraints import ConstraintSet
from clusteer.core import History, Question
from clusteer.core.questions import AUDIT
from clusteer.queries.audit import EVERY, Audit, MarginAudited
from clusteer.queries.margin import Margin
from tests.queries.worlds import INDEX, clustering_of, world

CLUSTERING, CONSTRAINTS = world(range(20))


def drawn(n: int, seed: int, asked: int = 0) -> list[int]:
    past = History(asked=(Question("", "same", (0, 1), purpose=AUDIT),) * asked)
    return [question.items[0] for question in Audit().propose(CLUSTERING, CONSTRAINTS, past, n, seed)]


def test_every_item_is_as_likely_as_any_other() -> None:
    counts = np.bincount([item for seed in range(400) for item in drawn(19, seed)], minlength=400)
    assert counts[:20].tolist() == [0] * 20
    # 20 draws per item on average; a binomial leaves 6 to 38 to about one item in a thousand.
    assert counts[20:].min() > 5
    assert counts[20:].max() < 40


def test_each_session_looks_at_all_degrees_of_confidence() -> None:
    order = np.argsort(CLUSTERING.confidence[20:], kind="stable") + 20
    place = {item: rank for rank, item in enumerate(order.tolist())}
    for seed in range(10):
        tenths = np.bincount([place[item] * 10 // 380 for item in drawn(38, seed)], minlength=10)
        assert tenths.min() >= 3


def test_one_by_one_is_the_same_sequence() -> None:
    assert [drawn(1, 5, asked)[0] for asked in range(6)] == drawn(6, 5)


def test_it_is_worded_as_the_others_and_marked() -> None:
    (question,) = Audit().propose(CLUSTERING, CONSTRAINTS, History(), 1, 0)
    (usual,) = Margin().propose(CLUSTERING, CONSTRAINTS, History(), 1, 0)
    assert question.purpose == AUDIT
    assert (question.kind, question.options, question.exhaustive) == (usual.kind, usual.options, usual.exhaustive)
    assert question.why.startswith("The model wavers between")


def test_before_any_answer_it_begins_as_every_strategy() -> None:
    nothing = ConstraintSet(400)
    for strategy in (Audit(), MarginAudited()):
        (question,) = strategy.propose(clustering_of(INDEX, nothing), nothing, History(), 1, 0)
        assert (question.kind, question.purpose) == ("same", "")


def test_every_third_question_of_the_mixture_is_one() -> None:
    asked: list[Question] = []
    for _ in range(12):
        asked += MarginAudited().propose(CLUSTERING, CONSTRAINTS, History(asked=tuple(asked)), 1, 0)
    assert [question.purpose for question in asked] == ["", "", AUDIT] * 4
    assert EVERY == 3
    many = MarginAudited().propose(CLUSTERING, CONSTRAINTS, History(), 9, 0)
    assert sorted(question.purpose for question in many) == [""] * 6 + [AUDIT] * 3
    assert len({question.items for question in many}) == 9


def test_where_nothing_may_be_asked_nothing_is() -> None:
    past = replace(History(), barred=frozenset(range(400)))
    assert Audit().propose(CLUSTERING, CONSTRAINTS, past, 3, 0) == []
    assert MarginAudited().propose(CLUSTERING, CONSTRAINTS, past, 3, 0) == []
