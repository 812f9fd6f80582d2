"""Groups, edits, clashes and what changed, over HTTP."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.studio.conftest import MINE, Get, Json, by_colour

Settle = Callable[[], Json]


def group_of(get: Get, row: int) -> int:
    number = get(f"{MINE}/items/{row}")["group"]
    assert isinstance(number, int)
    return number


def test_a_group_is_called_and_coloured(client: TestClient, get: Get, told: list[str], settled: Settle) -> None:
    settled()
    number = group_of(get, 0)
    named = client.patch(f"{MINE}/groups/{number}", json={"name": "red ones", "colour": "#aa0000"}).json()
    assert (named["name"], named["colour"]) == ("red ones", "#aa0000")
    assert {group["number"]: group["name"] for group in get(f"{MINE}/groups")}[number] == "red ones"
    nameless = client.patch(f"{MINE}/groups/{number}", json={"name": ""}).json()
    assert (nameless["name"], nameless["colour"]) == ("", "#aa0000")


def test_every_group_has_a_colour_and_exemplars_of_its_own(get: Get, told: list[str], settled: Settle) -> None:
    groups = settled()["groups"]
    assert len({group["colour"] for group in groups}) == 3
    for group in groups:
        assert all(group_of(get, row) == group["number"] for row in group["exemplars"])


def test_what_cannot_be_called_or_coloured_is_refused(client: TestClient) -> None:
    assert client.patch(f"{MINE}/groups/99", json={"name": "x"}).status_code == 404
    assert client.patch(f"{MINE}/groups/0", json={"colour": "red"}).status_code == 422
    assert client.patch(f"{MINE}/groups/0", json={"name": "a\nb"}).status_code == 422


def test_a_moved_item_stays_moved_until_undone(
    client: TestClient, get: Get, post: Get, told: list[str], settled: Settle
) -> None:
    settled()
    there = group_of(get, 1)
    edited = post(f"{MINE}/edits", kind="move", items=[0, 3], to=there, annotator="ann")
    assert len(edited["answers"]) >= 1
    settled()
    assert group_of(get, 0) == group_of(get, 3) == group_of(get, 1)
    assert get(f"{MINE}/items/3")["human"] is True
    undone = client.delete(f"{MINE}/answers/last", params={"annotator": "ann"}).json()
    assert undone["question"] is None
    settled()
    assert group_of(get, 3) == group_of(get, 6)
    assert len(get(f"{MINE}/answers", limit=100)) == 10


def test_merge_and_split_are_each_one_step(
    client: TestClient, get: Get, post: Get, told: list[str], settled: Settle
) -> None:
    first, second = (group["number"] for group in settled()["groups"][:2])
    post(f"{MINE}/edits", kind="merge", groups=[first, second], annotator="ann")
    assert sorted(group["size"] for group in settled()["groups"]) == [12, 24]
    client.delete(f"{MINE}/answers/last", params={"annotator": "ann"})
    assert len(settled()["groups"]) == 3
    post(f"{MINE}/edits", kind="split", items=[0, 3, 6], annotator="ann")
    state = settled()
    assert len(state["groups"]) == 4
    assert state["conflicts"] == 0
    assert group_of(get, 0) == group_of(get, 3) == group_of(get, 6)
    client.delete(f"{MINE}/answers/last", params={"annotator": "ann"})
    assert len(settled()["groups"]) == 3


def test_items_go_to_a_new_group(get: Get, post: Get, told: list[str], settled: Settle) -> None:
    settled()
    post(f"{MINE}/edits", kind="move", items=[2], to="new")
    assert len(settled()["groups"]) == 4


def test_a_page_is_confirmed(get: Get, post: Get, told: list[str], settled: Settle) -> None:
    settled()
    number = group_of(get, 0)
    items = [*range(0, 36, 3), 1]
    post(f"{MINE}/edits", kind="page", group=number, items=items, outside=[1])
    settled()
    human = [item["row"] for item in get(f"{MINE}/items", filter="human", group=number)["items"]]
    assert set(range(0, 36, 3)) <= {*human, *(group["exemplars"][0] for group in get(f"{MINE}/groups"))}


def test_a_clash_is_shown_and_solved(client: TestClient, get: Get, post: Get, told: list[str], settled: Settle) -> None:
    post(f"{MINE}/edits", kind="together", items=[0, 3])
    post(f"{MINE}/edits", kind="together", items=[1, 4])
    post(f"{MINE}/edits", kind="apart", items=[0, 1])
    post(f"{MINE}/edits", kind="together", items=[3, 4])
    clashes = get(f"{MINE}/clashes")
    assert settled()["conflicts"] == len(clashes) > 0
    stakes = [clash["at_stake"] for clash in clashes]
    assert stakes == sorted(stakes, reverse=True)
    assert 0 < stakes[0] <= 36
    clash = clashes[0]
    assert len(clash["steps"]) == len(clash["items"])
    assert [step["together"] for step in clash["steps"]] == [True] * (len(clash["items"]) - 1) + [False]
    assert clash["sentence"]
    question = post(f"{MINE}/clashes/reask", answer=clash["steps"][0]["answer"])
    assert question["items"]
    assert client.post(f"{MINE}/clashes/reask", json={"answer": "a999"}).status_code == 404
    while clashes := get(f"{MINE}/clashes"):
        assert client.delete(f"{MINE}/answers/{clashes[0]['steps'][0]['answer']}").status_code == 200
    assert settled()["conflicts"] == 0


def test_of_several_clashes_the_answer_that_ends_most_says_so(
    client: TestClient, get: Get, post: Get, told: list[str], settled: Settle
) -> None:
    for kind, items in (("together", [0, 3]), ("together", [1, 4]), ("apart", [0, 1]), ("apart", [0, 4])):
        post(f"{MINE}/edits", kind=kind, items=items)
    post(f"{MINE}/edits", kind="together", items=[3, 4])
    settled()
    clashes = get(f"{MINE}/clashes")
    assert len(clashes) > 1
    (source, settles), *others = {
        (step["answer"], step["settles"]) for clash in clashes for step in clash["steps"] if step["settles"]
    }
    assert others == []
    assert client.delete(f"{MINE}/answers/{source}").status_code == 200
    assert len(get(f"{MINE}/clashes")) == len(clashes) - settles


def test_an_answer_that_all_others_speak_against_is_named(
    client: TestClient, get: Get, post: Get, told: list[str], settled: Settle
) -> None:
    def say(*, wrong: bool = False) -> tuple[Json, str]:
        (question,) = post(f"{MINE}/questions")["questions"]
        right = by_colour(question)
        choice = next(other for other in ("1", "2") if other != right) if wrong else right
        return question, post(f"{MINE}/answers", question=question["id"], choice=choice)["answer"]

    settled()
    assert get(f"{MINE}/doubts") == []
    question, wrong = say(wrong=True)
    for _ in range(8):
        say()
    settled()
    (doubt,) = get(f"{MINE}/doubts")
    assert (doubt["answer"], doubt["annotator"]) == (wrong, "")
    assert 0 < doubt["right"] < 0.5
    assert doubt["items"][0]["row"] == question["items"][0]["row"]
    assert len(doubt["items"]) == 2
    assert " goes with " in doubt["words"]
    assert post(f"{MINE}/clashes/reask", answer=wrong)["id"] == question["id"]
    assert client.delete(f"{MINE}/answers/{wrong}").status_code == 200
    assert get(f"{MINE}/doubts") == []


def test_a_declared_link_in_a_clash_is_taken_back(client: TestClient, get: Get, post: Get, live_declare: Get) -> None:
    live_declare("must_link", {"items": [0, 3]})
    post(f"{MINE}/edits", kind="apart", items=[0, 3])
    (clash,) = get(f"{MINE}/clashes")
    assert {step["answer"] for step in clash["steps"]} == {"d1", "a1"}
    assert client.delete(f"{MINE}/answers/d1").json()["answer"] == "d1"
    assert get(f"{MINE}/clashes") == []


@pytest.fixture
def live_declare(client: TestClient) -> Get:
    def declare(kind: str, value: Json) -> Json:
        with client.app.state.studio.open("mine").session() as session:  # type: ignore[attr-defined]  # the app is ours
            return session.declare(kind, value)

    return declare


def test_what_changed_names_its_cause(get: Get, post: Get, told: list[str], settled: Settle) -> None:
    before = settled()["ledger"]
    there = group_of(get, 1)
    post(f"{MINE}/edits", kind="move", items=[0], to=there)
    settled()
    changes = get(f"{MINE}/changes", since=before)
    moved = {move["item"]["row"]: move for move in changes["moves"]}
    assert moved[0]["to"] == group_of(get, 1)
    assert moved[0]["from"] != moved[0]["to"]
    assert any("p00.png" in words for words in moved[0]["because"])
    assert changes["total"] == len(changes["moves"])
    changed = [item["row"] for item in get(f"{MINE}/items", filter="changed", since=before)["items"]]
    assert sorted(changed) == sorted(moved)


@pytest.mark.parametrize(
    "edit",
    [
        {"kind": "merge", "groups": [0, 0]},
        {"kind": "merge", "groups": [0, 99]},
        {"kind": "move", "items": [], "to": 0},
        {"kind": "move", "items": [99], "to": 0},
        {"kind": "move", "items": [0], "to": 99},
        {"kind": "move", "items": [0], "to": "old"},
        {"kind": "split", "items": [-1]},
        {"kind": "together", "items": [3, 3]},
        {"kind": "page", "group": 0, "items": [1], "outside": [2]},
        {"kind": "burn"},
        {},
    ],
)
def test_an_edit_that_cannot_be_meant_writes_nothing(client: TestClient, get: Get, edit: Json) -> None:
    reply = client.post(f"{MINE}/edits", json=edit)
    assert reply.status_code in (404, 422)
    assert isinstance(reply.json()["detail"], str)
    assert get(f"{MINE}/answers") == []
