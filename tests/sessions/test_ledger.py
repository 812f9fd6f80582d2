from datetime import timedelta

import numpy as np
import pytest

from clusteer.core.questions import Question
from clusteer.sessions.ledger import LEASE, SKIP_RETURNS, Ledger, implied
from clusteer.sessions.rows import AnswerRow, DeclarationRow, QuestionRow
from clusteer.sessions.store import now

AT = now()


def same(number: int, i: int, j: int, annotator: str = "") -> QuestionRow:
    return QuestionRow(number, Question(f"q{number}", "same", (i, j)), annotator, AT)


def member(number: int, i: int, *options: tuple[int, ...], exhaustive: bool = True) -> QuestionRow:
    return QuestionRow(number, Question(f"q{number}", "member", (i,), options, exhaustive), "", AT)


def line(seq: int, question: int, choice: str | None, retracts: int | None = None) -> AnswerRow:
    return AnswerRow(seq, question, choice, retracts, "", "human", None, AT)


def test_latest_choice_stands_and_a_retraction_opens_the_question() -> None:
    lines = (line(1, 1, "same"), line(2, 2, "same"), line(3, 1, "different"))
    ledger = Ledger(9, (same(1, 0, 1), same(2, 2, 3)), lines)
    assert [(answer.id, answer.choice) for answer in ledger.answers] == [("a2", "same"), ("a3", "different")]
    assert ledger.unanswered == ()
    undone = ledger.extended([], [line(4, 1, None, retracts=3)], [])
    assert [answer.id for answer in undone.answers] == ["a2"]
    assert [row.number for row in undone.unanswered] == [1]
    assert undone.answer(undone.lines[-1]).choice == "different"
    again = undone.extended([], [line(5, 1, "same")], [])
    assert [answer.id for answer in again.answers] == ["a2", "a5"]


def test_a_skipped_item_returns_after_fifty_answers_and_an_unsure_one_never() -> None:
    questions = [member(n, n, (0,)) for n in range(1, SKIP_RETURNS + 3)]
    lines = [line(1, 1, "skip"), line(2, 2, "unsure")]
    lines += [line(n, n, "1") for n in range(3, SKIP_RETURNS + 3)]
    before = Ledger(99, tuple(questions), tuple(lines[:SKIP_RETURNS])).history(None)
    after = Ledger(99, tuple(questions), tuple(lines[: SKIP_RETURNS + 1])).history(None)
    assert (set(before.deferred), set(before.barred)) == ({1}, {2})
    assert (set(after.deferred), set(after.barred)) == (set(), {2})
    assert after.spent == SKIP_RETURNS + 1


def test_contradicted_answers_are_shown_and_believed_less_but_kept() -> None:
    questions = (same(1, 0, 1), same(2, 1, 2), same(3, 0, 2), same(4, 4, 5))
    lines = (line(1, 1, "same"), line(2, 2, "same"), line(3, 3, "different"), line(4, 4, "same"))
    ledger = Ledger(9, questions, lines)
    (conflict,) = ledger.conflicts
    assert (conflict.items, conflict.sources) == ((0, 1, 2), ("a1", "a2", "a3"))
    assert len(ledger.constraints) == 4
    assert ledger.constraints.must.weights.tolist() == [0.5, 0.5, 1.0]
    assert ledger.constraints.cannot.weights.tolist() == [0.5]


def test_questions_that_answers_settle_are_dropped() -> None:
    lines = (line(1, 1, "same"), line(2, 2, "different"))
    asked = (same(1, 0, 1), same(2, 1, 2), same(3, 0, 2), same(4, 0, 5), member(5, 0, (1,), exhaustive=False))
    later = ((2, ((0,),)), (2, ((0,), (5,))), (7, ()))
    settled = tuple(member(6 + n, item, *options, exhaustive=False) for n, (item, options) in enumerate(later))
    ledger = Ledger(9, asked + settled, lines)
    assert [row.number for row in ledger.unanswered] == [4, 7, 8]
    closure = ledger.constraints.closure()
    assert [implied(row.question, closure) for row in ledger.questions[2:]] == [True, False, True, True, False, False]


def test_a_question_that_no_longer_offers_every_group_is_dropped() -> None:
    asked = (member(1, 1, (0,)), member(2, 2, (0,)), member(3, 3, (0,), exhaustive=False), member(4, 4, (0,), (1,)))
    assert [row.number for row in Ledger(9, asked, ()).unanswered] == [1, 2, 3, 4]
    ledger = Ledger(9, asked, (line(1, 1, "none"),))
    assert len(ledger.constraints.groups) == 2
    assert [row.number for row in ledger.unanswered] == [3, 4]


def test_an_open_question_about_an_unsure_item_is_dropped() -> None:
    ledger = Ledger(9, (same(1, 0, 1), same(2, 1, 2), same(3, 4, 5)), (line(1, 1, "unsure"),))
    assert [row.number for row in ledger.unanswered] == [3]


def test_a_lease_keeps_a_question_from_others_for_an_hour() -> None:
    ledger = Ledger(9, (same(1, 0, 1, "ann"), same(2, 2, 3, "bob")))
    own, others = ledger.leased("ann", AT)
    assert ([row.number for row in own], [row.number for row in others]) == ([1], [2])
    own, others = ledger.leased("ann", AT + LEASE + timedelta(seconds=1))
    assert ([row.number for row in own], [row.number for row in others]) == ([1], [])


def test_names_follow_their_exemplar_and_the_latest_word_counts() -> None:
    said = [(0, "cats"), (4, "dogs"), (1, "all cats")]
    rows = tuple(DeclarationRow(n, "name", {"item": i, "name": name}, "", AT) for n, (i, name) in enumerate(said, 1))
    ledger = Ledger(6, declarations=(*rows, DeclarationRow(4, "n_clusters", {"value": 3}, "", AT)))
    assert ledger.names(np.array([0, 0, 0, 1, 1, 2])) == {0: "all cats", 1: "dogs"}
    assert ledger.names(np.array([0, 1, 0, 1, 2, 2])) == {0: "cats", 1: "all cats", 2: "dogs"}
    assert ledger.fixed_groups == 3
    freed = ledger.extended([], [], [DeclarationRow(5, "n_clusters", {"value": None}, "", AT)])
    assert freed.fixed_groups is None


@pytest.mark.parametrize("labels", [[0, 0, 1, 0, 1], [1, 1, 1, 0, 1]])
def test_provenance_says_who_placed_an_item(labels: list[int]) -> None:
    ledger = Ledger(5, (member(1, 1, (0,)), member(2, 2, (0,))), (line(1, 1, "1"), line(2, 2, "none")))
    reasons = ledger.provenance(np.array(labels))
    assert reasons == (["implied", "human", "human", "model", "model"] if labels[0] == 0 else
                       ["model", "model", "human", "model", "model"])  # fmt: skip
