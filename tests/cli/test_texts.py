"""Texts from the first command to the last: made, asked about, answered, shown, predicted, exported, replayed."""

import csv
import json
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clusteer.cli.asking import items_shown, question_json
from clusteer.sessions.model import load_model
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.cli.conftest import Cli, JsonOf, draw

TOPICS = (
    ("boat", "harbour", "sail", "wind", "anchor", "island"),
    ("bread", "oven", "flour", "butter", "kitchen", "dough"),
    ("guitar", "concert", "melody", "drums", "stage", "song"),
)
N = 48


def sentence(number: int) -> str:
    """Ten words; text ``number`` is about topic number % 3."""
    words = np.random.default_rng(number).choice(TOPICS[number % 3], 5)
    return f"Number{number}: " + " and the ".join(words)


def write_table(path: Path, n: int = N) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "body", "topic"])
        rows.writerows([(number, sentence(number), number % 3) for number in range(n)])
    return path


def topic_of(text: str) -> int:
    return int(text.removeprefix("Number").partition(":")[0]) % 3


def choice(question: dict[str, Any], topics: dict[int, int]) -> str:
    """Answer as somebody who groups by topic, given the topic of each item shown."""
    mine = topics[question["items"][0]]
    if question["kind"] == "same":
        return "same" if topics[question["items"][1]] == mine else "different"
    fitting = [place for place, option in enumerate(question["options"], 1) if topics[option[0]] == mine]
    return str(fitting[0]) if fitting else "none"


@pytest.fixture
def topics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli) -> str:
    """A session on texts, answered by topic."""
    monkeypatch.chdir(tmp_path)
    cli("new", "topics", "--texts", write_table(tmp_path / "t.csv"))
    session = Session.open("topics", Store())
    for _ in range(8):
        (question,) = session.ask(1)
        shown = {item: topic_of(session.images.text(item)) for item in items_shown(question)}
        session.tell(question.id, choice(question_json(question), shown))
    return "topics"


def test_new_names_encoder_column_and_what_it_skips(tmp_path: Path, json_of: JsonOf, cli: Cli) -> None:
    (tmp_path / "t.txt").write_text("one two\n\nthree two\n???\n")
    made = json_of("new", "lines", "--texts", tmp_path / "t.txt")
    assert (made["items"], made["encoder"]) == (3, "tfidf")
    assert made["skipped"] == [{"path": "line-000002", "reason": "empty"}]
    words = cli("new", "again", "--texts", tmp_path / "t.txt").stderr
    assert "1 text skipped" in words
    assert "3 texts by 3 words" in words
    assert "1 text with none of these words" in words


def test_questions_show_the_texts(topics: str, cli: Cli, json_of: JsonOf) -> None:
    shown = json_of("ask", topics)
    (question,) = shown["questions"]
    assert (
        set(shown["texts"])
        == set(shown["ids"])
        == {str(item) for item in [*question["items"], *chain(*question["options"])]}
    )
    item = str(question["items"][0])
    assert shown["ids"][item] == f"line-{int(item) + 2:06d}"
    assert shown["texts"][item] == sentence(int(item))
    assert f"line-{int(item) + 2:06d}  {sentence(int(item))}" in cli("ask", topics).stdout
    dialogue = cli("answer", topics, stdin="?q").stderr
    assert sentence(int(item)) in dialogue
    assert "pictures:" not in dialogue


def test_long_and_hostile_texts_stay_on_one_line(tmp_path: Path, cli: Cli, json_of: JsonOf) -> None:
    texts = [f"word{number} \x1b[31mred\n\nline\u2028 " + "long " * 200 for number in range(4)]
    (tmp_path / "t.jsonl").write_text("\n".join(json.dumps({"text": text}) for text in texts))
    cli("new", "long", "--texts", tmp_path / "t.jsonl")
    words = cli("ask", "long").stdout
    assert "word" in words
    assert "\x1b" not in words
    assert "..." in words
    assert max(map(len, words.splitlines())) < 340
    assert set(json_of("ask", "long")["texts"].values()) <= set(texts)


def test_show_and_why_print_texts(topics: str, json_of: JsonOf, cli: Cli) -> None:
    groups = json_of("show", topics)["groups"]
    assert sum(group["size"] for group in groups) == N
    for group in groups:
        assert len({topic_of(entry["text"]) for entry in group["most_certain"]}) == 1
        certain = [entry["confidence"] for entry in group["most_certain"] + group["least_certain"]]
        assert certain == sorted(certain, reverse=True)
    printed = cli("show", topics).stdout
    assert groups[0]["most_certain"][0]["text"] in printed
    assert "least certain:" in printed
    assert "leave it out" in cli("show", topics, "--to", "sheets", status=2).stderr
    reason = json_of("why", topics, "line-000009")
    assert reason["item"]["text"] == sentence(7)
    assert all(topic_of(entry["text"]) in range(3) for entry in reason["evidence"])
    assert sentence(7) in cli("why", topics, "line-000009").stdout


def test_other_texts_are_predicted_with_the_same_words(topics: str, tmp_path: Path, cli: Cli) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    for number in range(100, 112):
        (folder / f"n{number}.txt").write_text(sentence(number))
    cli("predict", topics, "--texts", folder, "--to", tmp_path / "p.csv")
    with (tmp_path / "p.csv").open(newline="") as file:
        pairs = {(int(row["id"][1:4]) % 3, row["group"]) for row in csv.DictReader(file)}
    assert len(pairs) == 3 == len({group for _, group in pairs})


def test_export_lists_the_texts_of_each_group_and_its_model_reads_texts(topics: str, tmp_path: Path, cli: Cli) -> None:
    cli("name", topics, "line-000002", "at sea")
    cli("export", topics, "--to", tmp_path / "out")
    groups = {path.name: path.read_text().splitlines() for path in (tmp_path / "out" / "groups").iterdir()}
    assert sorted(text for texts in groups.values() for text in texts) == sorted(map(sentence, range(N)))
    assert {topic_of(text) for text in groups["at sea.txt"]} == {0}
    with (tmp_path / "out" / "labels.csv").open(newline="") as file:
        labels = [int(row["group"]) for row in csv.DictReader(file)]
    model = load_model(tmp_path / "out" / "model")
    own = [sentence(number) for number in range(N)]
    np.testing.assert_array_equal(model.predict(model.encode_texts(own)), labels)


def test_a_replay_finds_texts_again(topics: str, tmp_path: Path, cli: Cli, json_of: JsonOf) -> None:
    cli("export", topics, "--to", tmp_path / "out")
    replayed = json_of("replay", tmp_path / "out" / "replay.json", "--name", "twin")
    assert replayed["items"] == N
    before, after = (json_of("show", name)["groups"] for name in (topics, "twin"))
    assert before == after
    cli("predict", "twin", "--texts", tmp_path / "t.csv", "--to", tmp_path / "p.csv")


def test_texts_that_come_later_join_and_those_removed_leave(
    topics: str, tmp_path: Path, cli: Cli, json_of: JsonOf
) -> None:
    before = Session.open(topics, Store())
    words, answers = before.tfidf, [answer.question.items for answer in before.history.answers]
    write_table(tmp_path / "t.csv", N + 6)
    lines = (tmp_path / "t.csv").read_text().splitlines()
    del lines[1]
    (tmp_path / "t.csv").write_text("\n".join(lines))
    changed = json_of("add", topics)
    assert (changed["items"], len(changed["new"]), changed["edited"]) == (N + 5, 6, [])
    assert [id.partition(" ")[0] for id in changed["gone"]] == ["line-000002"]
    after = Session.open(topics, Store())
    assert words is not None
    assert after.tfidf is not None
    assert after.tfidf.words == words.words
    assert [answer.question.items for answer in after.history.answers] == answers
    assert [after.images.text(row) for row in range(1, N + 6)] == [sentence(row) for row in range(1, N + 6)]
    labels = after.clustering.labels
    assert len({(int(labels[row]), row % 3) for row in range(1, N + 6)}) == 3
    assert "give the name alone" in cli("add", topics, tmp_path, status=2).stderr


def test_texts_in_files_are_linked_into_their_groups(tmp_path: Path, cli: Cli) -> None:
    for number in range(6):
        path = tmp_path / "docs" / f"{number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(sentence(number))
    cli("new", "docs", "--texts", tmp_path / "docs")
    cli("export", "docs", "--to", tmp_path / "out")
    assert len(list((tmp_path / "out" / "groups").glob("*/*.txt"))) == 6


def test_a_changed_file_costs_only_the_texts_that_are_gone(
    topics: str, tmp_path: Path, cli: Cli, json_of: JsonOf
) -> None:
    (item,) = json_of("ask", topics)["questions"][0]["items"][:1]
    lines = (tmp_path / "t.csv").read_text().splitlines()
    del lines[item + 1]
    (tmp_path / "t.csv").write_text("\n".join(lines))
    assert f"line-{item + 2:06d}  (the text line-{item + 2:06d} is not in" in cli("ask", topics).stdout
    shown = json_of("ask", topics)
    assert shown["texts"][str(item)] is None
    assert any(shown["texts"].values())
    exported: dict[str, Any] = json_of("export", topics, "--to", tmp_path / "out")
    assert exported["missing"] == [f"line-{item + 2:06d}"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--texts", "t.csv", "--encoder", "pixels"], "the encoder 'pixels' is for pictures but the items are texts"),
        (["--images", "pictures", "--encoder", "tfidf"], "the encoder 'tfidf' is for texts but the items are pictures"),
        (["--texts", "t.csv", "--images", "pictures"], "--images and --texts were"),
        (["--images", "pictures", "--column", "body"], "--column body was given without --texts"),
        (["--texts", "t.csv", "--column", "boby"], "no column 'boby'; it has 'id', 'body', 'topic'"),
        (["--texts", "none.txt"], "there is no file or folder"),
    ],
)
def test_what_does_not_fit_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli, arguments: list[str], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_table(tmp_path / "t.csv", 6)
    draw(tmp_path / "pictures", 3)
    assert sentence in cli("new", "mine", *arguments, status=2).stderr


def test_predict_wants_what_the_session_is_made_of(topics: str, tmp_path: Path, cli: Cli) -> None:
    pictures = draw(tmp_path / "pictures", 3)
    wrong = cli("predict", topics, "--images", pictures, "--to", "p.csv", status=2).stderr
    assert "the encoder 'tfidf' is for texts but the items are pictures" in wrong
    cli("new", "colours", "--images", pictures, "--encoder", "pixels")
    wrong = cli("predict", "colours", "--texts", tmp_path / "t.csv", "--to", "p.csv", status=2).stderr
    assert "the encoder 'pixels' is for pictures but the items are texts" in wrong
