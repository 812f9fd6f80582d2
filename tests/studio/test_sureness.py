"""How sure we are and how far people agree, over HTTP."""

from collections.abc import Callable

from fastapi.testclient import TestClient

from tests.studio.conftest import MINE, Get, Json, by_colour

Settle = Callable[[], Json]


def test_questions_about_items_drawn_at_random_tell_how_good_the_groups_are(
    client: TestClient, get: Get, post: Get, told: list[str], settled: Settle
) -> None:
    assert settled()["audited"] == 0
    assert get(f"{MINE}/sureness") is None
    opened = post(f"{MINE}/audit", annotator="ann")["open"]
    assert opened == get(MINE)["open"]
    answered: list[str] = []
    for _ in range(opened):
        (question,) = post(f"{MINE}/questions", annotator="ann")["questions"]
        told_now = post(f"{MINE}/answers", question=question["id"], choice=by_colour(question), annotator="ann")
        answered.append(told_now["answer"])
    assert settled()["audited"] >= 10
    found = get(f"{MINE}/sureness")
    whole = found["whole"]
    # All 36 were grouped by colour, and the person never errs.
    assert whole["low"] <= whole["value"] <= whole["high"] == 1
    assert whole["value"] > 0.85
    assert set(found["groups"]) == {str(group["number"]) for group in get(MINE)["groups"]}
    post(f"{MINE}/edits", kind="merge", groups=[0, 1], annotator="ann")
    left = {str(group["number"]) for group in settled()["groups"]}
    assert len(left) == 2
    assert set(get(f"{MINE}/sureness")["groups"]) == left
    client.delete(f"{MINE}/answers/last", params={"annotator": "ann"})
    for answer in answered:
        assert client.delete(f"{MINE}/answers/{answer}").status_code == 200
    assert get(f"{MINE}/sureness") is None


def test_people_are_held_against_each_other(get: Get, post: Get, settled: Settle) -> None:
    def link(annotator: str, items: list[int], kind: str = "together") -> None:
        post(f"{MINE}/edits", kind=kind, items=items, annotator=annotator)

    link("ann", [0, 3])
    assert get(f"{MINE}/agreement") == []
    link("ann", [3, 6])
    link("bob", [0, 6])
    settled()
    agreed = {line["annotator"]: line for line in get(f"{MINE}/agreement")}
    assert agreed["bob"] == {"annotator": "bob", "compared": 1, "disagreed": []}
    link("eve", [0, 3], "apart")
    (contradicted,) = {line["annotator"]: line for line in get(f"{MINE}/agreement")}["eve"]["disagreed"]
    assert "0" in contradicted["words"]
