"""Jobs: sessions made and exported by processes of their own."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from filelock import FileLock

from clusteer.core.errors import NotFoundError
from clusteer.data import reference_words
from clusteer.data.reference_words import ReferenceWords
from clusteer.studio.jobs import Job, Jobs, read_job, write_job
from tests.studio.conftest import MINE, Get, Json
from tests.waiting import until

Ended = Callable[[str], Json]


@pytest.fixture
def ended(get: Get) -> Ended:
    """Wait until a job has ended, and return it."""

    def wait(id: str) -> Json:
        return until(lambda: None if (job := get(f"/api/jobs/{id}"))["state"] == "running" else job)

    return wait


def test_a_session_is_made_from_a_folder(get: Get, post: Get, ended: Ended) -> None:
    job = post("/api/sessions", name="new", source={"kind": "folder", "path": "pictures"}, encoder="pixels", budget=5)
    assert (job["kind"], job["session"]) == ("create", "new")
    done = ended(job["id"])
    assert (done["state"], done["result"]) == ("done", {"session": "new", "items": 36, "skipped": 0})
    assert get("/api/sessions/new")["budget"] == 5
    assert [session["name"] for session in get("/api/sessions")] == ["new", "mine"]
    assert get("/api/jobs")[0] == done
    assert len(post("/api/sessions/new/questions")["questions"]) == 1


@pytest.mark.parametrize(("kind", "path"), [("texts", "notes.txt"), ("features", "rows.npy")])
def test_a_session_is_made_from_a_file(get: Get, post: Get, ended: Ended, kind: str, path: str) -> None:
    job = ended(post("/api/sessions", name="new", source={"kind": kind, "path": path})["id"])
    assert job["state"] == "done", job
    assert get("/api/sessions/new")["kind"] == kind


def test_a_session_by_words_names_its_groups(get: Get, post: Get, ended: Ended) -> None:
    source = {"kind": "folder", "path": "pictures"}
    wanted = {"criterion": "by color", "words": "red, green, blue", "clusters": 3}
    job = ended(post("/api/sessions", name="new", source=source, **wanted)["id"])
    assert job["state"] == "done", job
    named = [session["groups"] for session in get("/api/sessions") if session["name"] == "new"]
    groups = until(lambda: get("/api/sessions/new")["groups"])
    assert named
    assert {group["name"] for group in groups} <= {"red", "green", "blue", ""}
    assert any(group["name"] for group in groups)


def test_words_are_suggested(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    found = ReferenceWords(("red", "green"), "WordNet, kinds of color")
    monkeypatch.setattr(reference_words, "wordnet_words", lambda concept, subject: found)
    reply = client.get("/api/words", params={"criterion": "by colour"})
    assert reply.json() == {"words": ["red", "green"], "source": "WordNet, kinds of color"}
    assert client.get("/api/words").status_code == 422


def test_what_cannot_be_made_says_why(get: Get, post: Get, ended: Ended, place: Path) -> None:
    job = ended(post("/api/sessions", name="new", source={"kind": "texts", "path": "rows.npy"})["id"])
    assert job["state"] == "failed"
    assert "rows.npy" in job["error"]
    assert [session["name"] for session in get("/api/sessions")] == ["mine"]


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"name": "mine", "source": {"kind": "folder", "path": "pictures"}}, 409),
        ({"name": "a/b", "source": {"kind": "folder", "path": "pictures"}}, 422),
        ({"name": "new", "source": {"kind": "folder", "path": "nowhere"}}, 404),
        ({"name": "new", "source": {"kind": "folder", "path": "/etc"}}, 422),
        ({"name": "new", "source": {"kind": "dataset", "name": "imagenet"}}, 404),
        ({"name": "new", "source": {"kind": "folder", "path": "pictures"}, "encoder": "best"}, 404),
        ({"name": "new", "source": {"kind": "folder", "path": "pictures"}, "clusters": 0}, 422),
        ({"name": "new"}, 422),
        ({"name": "new", "source": {"kind": "folder", "path": "pictures"}, "words": "red"}, 422),
        ({"name": "new", "source": {"kind": "folder", "path": "pictures"}, "words": "a,b", "encoder": "pixels"}, 422),
        ({"name": "new", "source": {"kind": "texts", "path": "notes.txt"}, "words": "a,b"}, 422),
    ],
)
def test_a_wish_that_cannot_be_met_starts_nothing(client: TestClient, get: Get, wanted: Json, status: int) -> None:
    reply = client.post("/api/sessions", json=wanted)
    assert reply.status_code == status
    assert isinstance(reply.json()["detail"], str)
    assert get("/api/jobs") == []


def test_an_export_is_written(get: Get, post: Get, told: list[str], ended: Ended, tmp_path: Path) -> None:
    job = ended(post(f"{MINE}/exports", folders=True)["id"])
    assert job["state"] == "done", job
    folder = Path(job["result"]["folder"])
    assert {"labels.csv", "constraints.jsonl", "replay.json", "model", "report.html", "groups"} <= set(
        job["result"]["files"]
    )
    assert len((folder / "labels.csv").read_text(encoding="utf-8").splitlines()) == 37


def test_a_network_is_trained_and_its_groups_are_exported(
    client: TestClient, get: Get, post: Get, told: list[str], ended: Ended, settled: Callable[[], Json]
) -> None:
    assert client.post(f"{MINE}/exports", json={"method": "idec"}).status_code == 404
    assert client.post(f"{MINE}/fits", json={"method": "propagation"}).status_code == 422
    assert get(f"{MINE}/fits") == []
    shown = settled()["groups"]
    job = ended(post(f"{MINE}/fits", method="idec")["id"])
    assert job["state"] == "done", job
    assert job["result"] == {"method": "idec", "answers": len(told)}
    assert [(fit["method"], fit["answers"]) for fit in get(f"{MINE}/fits")] == [("idec", len(told))]
    assert settled()["groups"] == shown, "what the session shows has changed"
    job = ended(post(f"{MINE}/exports", folders=False, method="idec")["id"])
    assert job["state"] == "done", job
    model = json.loads((Path(job["result"]["folder"]) / "model" / "model.json").read_text(encoding="utf-8"))
    assert model["method"] == "idec"


def test_an_export_stays_under_the_root(client: TestClient) -> None:
    assert client.post(f"{MINE}/exports", json={"to": "/etc/out"}).status_code == 422


def test_a_job_is_cancelled_and_leaves_nothing(client: TestClient, get: Get, post: Get) -> None:
    job = post("/api/sessions", name="new", source={"kind": "dataset", "name": "inks"}, encoder="efficientnet-lite2")
    assert (
        client.post("/api/sessions", json={"name": "new", "source": {"kind": "dataset", "name": "inks"}}).status_code
        == 409
    )
    assert client.delete(f"/api/jobs/{job['id']}").json()["state"] == "cancelled"
    assert get(f"/api/jobs/{job['id']}")["state"] == "cancelled"
    assert [session["name"] for session in get("/api/sessions")] == ["mine"]
    client.delete(f"/api/jobs/{job['id']}")
    assert get("/api/jobs") == []
    assert client.delete(f"/api/jobs/{job['id']}").status_code == 404


def test_a_killed_worker_has_died_and_says_so(post: Get, place: Path, ended: Ended) -> None:
    job = post("/api/sessions", name="new", source={"kind": "dataset", "name": "inks"}, encoder="pixels")
    path = place / "home" / "jobs" / f"{job['id']}.json"
    os.kill(until(lambda: read_job(path).pid), signal.SIGKILL)
    died = ended(job["id"])
    assert died["state"] == "died"
    assert "ended without a word" in died["error"]


def test_a_server_that_starts_anew_finds_the_job(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    path = jobs.folder / "create-1.json"
    write_job(path, Job("create-1", "create", "new", "2026-01-01T00:00:00+00:00", pid=os.getpid()))
    with FileLock(path.with_suffix(".lock")):
        assert jobs.get("create-1").state == "running"
    assert jobs.get("create-1").state == "died"
    with pytest.raises(NotFoundError):
        jobs.get("../create-1")


def test_a_job_goes_on_without_its_server_and_can_be_ended_by_another(tmp_path: Path) -> None:
    first = Jobs(tmp_path)
    job = first.start("create", "new", {"dataset": "inks", "encoder": "pixels"})
    until(lambda: first.get(job.id).pid)
    second = Jobs(tmp_path)
    assert second.get(job.id).state == "running"
    assert second.end(job.id).state == "cancelled"
    assert first.get(job.id).state == "cancelled"
