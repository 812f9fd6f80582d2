"""Questions and answers over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fastapi.testclient import TestClient

from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.studio.conftest import MINE, Get, Json, by_colour


def ask(post: Get, n: int = 1, annotator: str = "", **more: object) -> list[Json]:
    questions: list[Json] = post(f"{MINE}/questions", n=n, annotator=annotator, **more)["questions"]
    return questions


def test_a_question_shows_what_it_is_about(post: Get) -> None:
    (question,) = ask(post)
    assert question["kind"] == "same"
    assert question["choices"] == ["same", "different", "skip", "unsure"]
    assert question["why"].endswith(".")
    assert question["known"] == []
    assert all(item["picture"].startswith(f"{MINE}/pictures/{item['row']}?v=") for item in question["items"])


def test_what_was_asked_and_not_answered_comes_back_first(post: Get) -> None:
    first = ask(post, 3, "ann")
    assert len({question["id"] for question in first}) == 3
    assert ask(post, 2, "ann") == first[:2]
    post(f"{MINE}/answers", question=first[0]["id"], choice="different", annotator="ann")
    again = ask(post, 3, "ann")
    assert first[0]["id"] not in {question["id"] for question in again}


def test_two_people_are_asked_about_different_items(post: Get, told: list[str]) -> None:
    ann, bob = ask(post, 3, "ann"), ask(post, 3, "bob")
    assert not {q["items"][0]["row"] for q in ann} & {q["items"][0]["row"] for q in bob}
    assert not {q["id"] for q in ann} & {q["id"] for q in bob}


def test_answers_make_groups_by_colour(post: Get, told: list[str], settled: Get, get: Get) -> None:
    state = settled()
    assert (state["answers"], state["ledger"], state["round_answers"]) == (10, 10, 10)
    assert state["pace"] == {"answers": 10, "seconds": 25.0}
    assert sorted(group["size"] for group in state["groups"]) == [12, 12, 12]
    for group in state["groups"]:
        rows = [item["row"] for item in get(f"{MINE}/items", group=group["number"])["items"]]
        assert len({row % 3 for row in rows}) == 1
    (question,) = ask(post, 1, "ann")
    assert len(question["options"]) == 3
    assert {option["group"] for option in question["options"]} == {0, 1, 2}


def test_an_answer_is_on_disk_when_it_is_acknowledged(post: Get, place: Path) -> None:
    (question,) = ask(post)
    answer = post(f"{MINE}/answers", question=question["id"], choice="different", seconds=1)
    store = Store(place / "home")
    (line,) = store.answers(store.session("mine").id)
    store.close()
    assert (line.id, line.choice, line.seconds, line.source) == (answer["answer"], "different", 1.0, "human")


def test_the_same_answer_told_twice_is_one(post: Get, get: Get) -> None:
    (question,) = ask(post, 1, "ann")
    body = {"question": question["id"], "choice": "different", "annotator": "ann"}
    assert post(f"{MINE}/answers", **body) == post(f"{MINE}/answers", **body) == {"answer": "a1", "ledger": 1}
    assert [answer["id"] for answer in get(f"{MINE}/answers")] == ["a1"]


def test_many_people_at_once_lose_nothing(post: Get, get: Get) -> None:
    ask(post)

    def person(name: str) -> list[str]:
        told = []
        for _ in range(5):
            for question in ask(post, 1, name):
                answer = {"question": question["id"], "choice": by_colour(question), "annotator": name}
                told.append(post(f"{MINE}/answers", **answer)["answer"])
        return told

    with ThreadPoolExecutor(4) as people:
        told = [id for answers in people.map(person, ("ann", "bob", "cem", "dan")) for id in answers]
    assert len(set(told)) == len(told)
    assert {answer["id"] for answer in get(f"{MINE}/answers", limit=100)} == set(told)


def test_undo_opens_the_question_again(client: TestClient, post: Get, told: list[str], get: Get) -> None:
    undone = client.delete(f"{MINE}/answers/last", params={"annotator": "ann"}).json()
    assert undone["answer"] == told[-1]
    assert undone["words"]
    if undone["question"] is not None:
        # What is said of its items may be newer by then.
        assert ask(post, 1, "ann")[0]["id"] == undone["question"]["id"]
    assert [answer["id"] for answer in get(f"{MINE}/answers", limit=3)] == told[-2:-5:-1]
    assert client.delete(f"{MINE}/answers/last", params={"annotator": "bob"}).status_code == 404


def test_one_answer_is_taken_back(client: TestClient, told: list[str], get: Get) -> None:
    assert client.delete(f"{MINE}/answers/{told[2]}").json()["answer"] == told[2]
    assert client.delete(f"{MINE}/answers/{told[2]}").status_code == 404
    assert len(get(f"{MINE}/answers", limit=100)) == 9


def test_another_strategy_is_asked(post: Get, told: list[str]) -> None:
    questions = ask(post, 3, "bob", strategy="triplets")
    assert {question["kind"] for question in questions} == {"nearer"}
    assert all(option["group"] is None for question in questions for option in question["options"])


def test_a_budget_ends_the_questions(client: TestClient, place: Path) -> None:
    store = Store(place / "home")
    mine = Session.open("mine", store)
    Session.create("short", mine.images, mine.index, store=store, budget=1)
    store.close()
    (question,) = client.post("/api/sessions/short/questions", json={}).json()["questions"]
    client.post("/api/sessions/short/answers", json={"question": question["id"], "choice": "same"})
    assert client.post("/api/sessions/short/questions", json={}).json() == {
        "questions": [],
        "note": "This session's budget of 1 answer is used up.",
    }


def test_bad_input_is_a_sentence(client: TestClient, post: Get) -> None:
    ask(post)
    for path, body, status in (
        ("/api/sessions/none/questions", {}, 404),
        (f"{MINE}/questions", {"n": 6}, 422),
        (f"{MINE}/questions", {"strategy": "guess"}, 404),
        (f"{MINE}/questions", {"annotator": "a\tb"}, 422),
        (f"{MINE}/answers", {"question": "q99", "choice": "same"}, 404),
        (f"{MINE}/answers", {"question": "99", "choice": "same"}, 404),
        (f"{MINE}/answers", {"question": "q1", "choice": "perhaps"}, 422),
        (f"{MINE}/answers", {"question": "q1", "choice": "same", "seconds": -1}, 422),
        (f"{MINE}/answers", {"question": "q1", "choice": "same", "wrong": 1}, 422),
        (f"{MINE}/answers", {"question": "q1"}, 422),
    ):
        reply = client.post(path, json=body)
        assert (reply.status_code, path, body) == (status, path, body)
        assert isinstance(reply.json()["detail"], str)
    assert client.post(f"{MINE}/answers", content=b"{", headers={"content-type": "application/json"}).status_code == 422
