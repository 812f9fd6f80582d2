from datetime import timedelta

import numpy as np
import pytest

from clusteer.core.questions import Question
from clusteer.sessions.ledger import LEASE, SKIP_RETURNS, Ledger, implied
from clusteer.sessions.rows import AnswerRow, DeclarationRow, QuestionRow
from clusteer.sessions.tables import now

AT = now()


def same(number: int, i: int, j: int, annotator: str = "") -> QuestionRow:
    return QuestionRow(number, Question(f"q{number}", "same", (i, j)), annotator, AT)


def member(number: int, i: int, *options: tuple[int, ...], exhaustive: bool = True) -> QuestionRow:
    return QuestionRow(number, Question(f"q{number}", "member", (i,), options, exhaustive), "", AT)


def of(number: int, kind: str, items: tuple[int, ...], *options: tuple[int, ...]) -> QuestionRow:
    return QuestionRow(number, Question(f"q{number}", kind, items, options), "", AT)


def line(seq: int, question: int, choice: str | None, retracts: int | None = None) -> AnswerRow:
    return AnswerRow(seq, question, choice, retracts, "", "human", None, AT + timedelta(seconds=seq))


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
    assert ledger.believed({"a2": 0.1, "a4": 0.9}).must.weights.tolist() == [0.5, 0.1, 0.9]


def test_questions_that_answers_settle_are_dropped() -> None:
    lines = (line(1, 1, "same"), line(2, 2, "different"))
    asked = (same(1, 0, 1), same(2, 1, 2), same(3, 0, 2), same(4, 0, 5), member(5, 0, (1,), exhaustive=False))
    later = ((2, ((0,),)), (2, ((0,), (5,))), (7, ()))
    settled = tuple(member(6 + n, item, *options, exhaustive=False) for n, (item, options) in enumerate(later))
    ledger = Ledger(9, asked + settled, lines)
    assert [row.number for row in ledger.unanswered] == [4, 7, 8]
    assert [implied(row.question, ledger.constraints) for row in ledger.questions[2:]] == [
        True,
        False,
        True,
        True,
        False,
        False,
    ]


def test_a_question_that_no_longer_offers_every_group_is_dropped() -> None:
    asked = (member(1, 1, (0,)), member(2, 2, (0,)), member(3, 3, (0,), exhaustive=False), member(4, 4, (0,), (1,)))
    assert [row.number for row in Ledger(9, asked, ()).unanswered] == [1, 2, 3, 4]
    ledger = Ledger(9, asked, (line(1, 1, "none"),))
    assert len(ledger.constraints.groups) == 2
    assert [row.number for row in ledger.unanswered] == [3, 4]


def test_a_group_that_an_item_is_apart_from_need_not_be_offered() -> None:
    asked = (member(1, 1, (0,)), member(2, 2, (0,), exhaustive=False), member(3, 2, (1,)), member(4, 3, (1,)))
    ledger = Ledger(9, asked, (line(1, 1, "none"), line(2, 2, "none")))
    assert len(ledger.constraints.groups) == 2
    assert [row.number for row in ledger.unanswered] == [3]


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


def settled(*rows: QuestionRow, told: dict[int, str]) -> list[int]:
    """Numbers of the rows that are unanswered and settled by the answers."""
    ledger = Ledger(20, rows, tuple(line(seq, number, choice) for seq, (number, choice) in enumerate(told.items(), 1)))
    return [row.number for row in rows if row.number not in told and implied(row.question, ledger.constraints)]


def test_nearer_is_settled_where_the_anchor_is_with_one_and_apart_from_the_other() -> None:
    known = (same(1, 0, 1), same(2, 1, 2))
    asked = (of(3, "nearer", (0,), (1,), (2,)), of(4, "nearer", (0,), (5,), (2,)), of(5, "nearer", (0,), (1,), (5,)))
    assert settled(*known, *asked, told={1: "same", 2: "different"}) == [3]
    assert settled(*known, *asked, told={1: "same", 2: "same"}) == []


def test_what_was_asked_before_is_settled() -> None:
    asked = (of(1, "nearer", (0,), (1,), (2,)), of(2, "nearer", (0,), (2,), (1,)), of(3, "nearer", (1,), (0,), (2,)))
    assert settled(*asked, told={1: "1"}) == [2]
    assert settled(*asked, told={1: "skip"}) == []
    marks = (of(1, "difficulty", (0,)), of(2, "difficulty", (0,)), of(3, "difficulty", (1,)))
    assert settled(*marks, told={1: "hard"}) == [2]
    assert settled(*marks, told={1: "unsure"}) == []


def test_a_page_is_settled_once_every_item_is_known() -> None:
    pages = (of(1, "page", (1, 2, 3), (0,)), of(2, "page", (2, 1), (0,)), of(3, "page", (3, 4), (0,)))
    assert settled(*pages, told={1: "2"}) == [2]
    assert settled(*pages, same(4, 0, 4), told={1: "2", 4: "same"}) == [2, 3]
    assert settled(*pages, told={1: "skip"}) == []


def test_unsure_of_a_page_puts_its_items_off_and_bars_none() -> None:
    rows = (of(1, "page", (1, 2, 3), (0,)), of(2, "page", (4, 5), (0,)), member(3, 1, (0,), exhaustive=False))
    ledger = Ledger(9, rows, (line(1, 1, "unsure"), line(2, 2, "skip")))
    history = ledger.history(None)
    assert history.deferred == {1, 2, 3, 4, 5}
    assert history.barred == frozenset()
    assert [row.number for row in ledger.unanswered] == [3]


def test_items_of_a_page_were_placed_by_a_person_and_marked_ones_were_not() -> None:
    rows = (of(1, "page", (1, 2, 3), (0,)), of(2, "difficulty", (4,)), same(3, 4, 5), same(4, 0, 5))
    ledger = Ledger(7, rows, (line(1, 1, "3"), line(2, 2, "easy"), line(3, 4, "same")))
    reasons = ledger.provenance(np.zeros(7, np.int64))
    assert reasons == ["human", "human", "human", "model", "model", "human", "model"]
