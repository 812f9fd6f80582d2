"""clusteer audit says how many items are in the right group, and asks what tells it."""

import pytest

from clusteer.cli.asking import question_json
from clusteer.core import Answer
from clusteer.sessions import holding_out
from clusteer.sessions.audit import LEAST, audit
from clusteer.sessions.holding_out import HeldOut
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.cli.conftest import Cli, JsonOf, choice_by_colour


def answer_audit(name: str, n: int) -> Session:
    """Answer audit questions as the colours of the pictures tell."""
    session = Session.open(name, Store())
    for _ in range(n):
        (question,) = session.ask(1, strategy="audit")
        session.tell(question.id, choice_by_colour(question_json(question)))
    return session


def test_it_needs_an_answer_to_such_a_question(told: str, cli: Cli) -> None:
    failed = cli("audit", told, status=2)
    assert f"clusteer audit {told} --questions 20" in failed.stderr


def test_it_tells_a_share_and_that_of_each_group(told: str, cli: Cli, json_of: JsonOf) -> None:
    session = answer_audit(told, 24)
    found = audit(session)
    assert found.accuracy.answers == 24
    assert found.accuracy.low > 0.5  # Colours are easy, and all was answered as they tell.
    assert found.accuracy.high <= 1
    assert sum(part.answers for part in found.groups.values()) == 24
    assert len(found.groups) == len(session.groups())
    state = json_of("audit", told)
    assert state["accuracy"]["value"] == found.accuracy.value
    assert json_of("status", told)["audited"] == 24
    assert (
        f"24 answers to audit questions; how good the groups are: clusteer audit {told}" in cli("status", told).stdout
    )
    shown = cli("audit", told).stdout
    assert "in the right group are" in shown
    assert "belong there" in shown
    assert "too few answers" not in shown


def test_of_a_group_that_few_answers_tell_of_it_says_so(told: str, cli: Cli) -> None:
    session = answer_audit(told, 8)
    found = audit(session)
    assert all(part.answers >= LEAST for part in found.groups.values())
    left_out = len(session.groups()) - len(found.groups)
    assert left_out > 0
    assert cli("audit", told).stdout.count("too few answers to tell") == left_out


def test_questions_are_asked_one_key_each(told: str, cli: Cli) -> None:
    assert "in the right group are" in cli("audit", told, "--questions", 3, stdin="111").stdout
    purposes = [row.question.purpose for row in Session.open(told, Store()).ledger.questions]
    assert purposes[-3:] == ["audit"] * 3


def test_skipped_ones_do_not_count(told: str) -> None:
    session = answer_audit(told, 4)
    (question,) = session.ask(1, strategy="audit")
    session.tell(question.id, "skip")
    assert audit(session).accuracy.answers == 4


def test_the_groups_of_the_last_round_are_on_offer(told: str, cli: Cli, json_of: JsonOf) -> None:
    missing = cli("why", told, "0", "--method", "last", status=2)
    assert f"`clusteer fit {told}` writes one" in missing.stderr
    cli("fit", told)
    before = {item: json_of("why", told, item)["group"] for item in ("0", "7", "20")}
    answer_audit(told, 24)
    assert {item: json_of("why", told, item, "--method", "last")["group"] for item in before} == before
    compared = json_of("audit", told)["compared"]
    assert compared["round"] == 1
    assert 0.5 < compared["last"] <= 1
    assert "those of round 1 with" in cli("audit", told).stdout


def test_of_few_items_there_are_twenty_folds_and_of_many_five(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    session, folds = answer_audit(told, 4), []

    def held_out(session: Session, answers: list[Answer], count: int) -> HeldOut:
        folds.append(count)
        return whole(session, answers, count)

    whole = holding_out.held_out
    monkeypatch.setattr("clusteer.sessions.audit.held_out", held_out)
    audit(session)
    monkeypatch.setattr("clusteer.sessions.audit.FITTED", 7 * session.ledger.n_items)
    audit(session)
    monkeypatch.setattr("clusteer.sessions.audit.FITTED", 1)
    audit(session)
    assert folds == [20, 7, 5]
