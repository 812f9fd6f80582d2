"""Answers that all others speak against are named, and stay."""

from pathlib import Path

from clusteer.cli.asking import question_json
from clusteer.core import Answer, Question
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.cli.conftest import Cli, JsonOf, choice_by_colour


def test_status_names_the_answer_that_is_wrong(told: str, cli: Cli, json_of: JsonOf) -> None:
    assert json_of("status", told)["doubtful"] == []
    session = Session.open(told, Store())
    wrong = ""
    while not wrong:
        (question,) = session.ask(1)
        right = choice_by_colour(question_json(question))
        if question.kind == "member" and right.isdecimal() and len(question.options) == 3:
            wrong = session.tell(question.id, "1" if right != "1" else "2").id
        else:
            session.tell(question.id, right)
    for _ in range(6):
        (question,) = session.ask(1)
        session.tell(question.id, choice_by_colour(question_json(question)))
    state = json_of("status", told)
    (doubtful,) = state["doubtful"]
    assert doubtful["answer"] == wrong
    assert doubtful["right"] < 0.5
    assert " goes with " in doubtful["sentence"]
    assert f"doubtful: {wrong}, " in cli("status", told).stdout
    assert wrong in {answer.id for answer in Session.open(told, Store()).ledger.answers}


def test_several_people_are_told_how_often_each_is_wrong(told: str, cli: Cli) -> None:
    assert "annotator" not in cli("status", told).stdout
    session = Session.open(told, Store())
    (question,) = session.ask(1, annotator="ann")
    session.tell(question.id, choice_by_colour(question_json(question)), annotator="ann")
    shown = cli("status", told).stdout
    assert "annotator" in shown
    assert "ann" in shown


def test_status_shows_how_far_people_agree(folder: Path, cli: Cli, json_of: JsonOf) -> None:
    cli("new", "mine", "--images", folder, "--encoder", "pixels")
    store = Store()
    said = (("ann", (0, 3), "same"), ("bob", (3, 6), "same"), ("cec", (0, 6), "different"))
    store.add_told(
        store.session("mine").id,
        [Answer(Question("", "same", items), choice, annotator=annotator) for annotator, items, choice in said],
    )
    assert json_of("status", "mine")["agreement"]["cec"] == {"answers": 1, "compared": 1, "disagreed": ["a3"]}
    shown = cli("status", "mine").stdout
    assert "others contradict" in shown
    assert "against the others: a3" in shown
