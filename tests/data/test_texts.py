"""Texts of files and folders: read, named, hashed, skipped, and found again."""

import codecs
import hashlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.data import ImageSet, open_source
from clusteer.data.texts import read_texts

POEM = ["Über allen Gipfeln", "ist Ruh, 雪", "in allen Wipfeln", "ist Ruh, 雪"]


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_lines_in_every_encoding(tmp_path: Path, encoding: str, ending: str) -> None:
    read = read_texts(write(tmp_path / "poem.txt", ending.join(POEM) + ending, encoding))
    assert read.ids == ("line-000001", "line-000002", "line-000003", "line-000004")
    assert [read.texts[digest] for digest in read.hashes] == POEM
    assert read.hashes[1] == read.hashes[3] == hashlib.sha256(POEM[1].encode()).hexdigest()
    assert read.skipped == ()


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=10), min_size=1))
def test_lines_are_those_of_an_editor(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    path = write(tmp_path_factory.mktemp("t") / "x.txt", "first\n" + "\n".join(lines) + "\n")
    read = read_texts(path)
    kept = {f"line-{number:06d}": line for number, line in enumerate(["first", *lines], 1) if line.strip()}
    assert dict(zip(read.ids, (read.texts[digest] for digest in read.hashes), strict=True)) == kept
    assert {name for name, _ in read.skipped} == {
        f"line-{number:06d}" for number, line in enumerate(lines, 2) if not line.strip()
    }


def test_what_is_no_text_is_skipped_by_line(tmp_path: Path) -> None:
    path = tmp_path / "mixed.txt"
    path.write_bytes(b"good\n\n   \ncaf\xe9\nzero\0byte\nlast")
    read = read_texts(path)
    assert read.ids == ("line-000001", "line-000006")
    reasons = dict(read.skipped)
    assert reasons["line-000002"] == reasons["line-000003"] == "empty"
    assert "UTF-8" in reasons["line-000004"]
    assert "zero bytes" in reasons["line-000005"]


def test_columns_of_tables(tmp_path: Path) -> None:
    table = write(tmp_path / "t.csv", 'id;text\n1;"a ""quoted"" line\nand another"\n2;\n3;plain words\n4;plain words\n')
    read = read_texts(table)
    assert read.column == "text"
    assert read.ids == ("line-000002", "line-000005", "line-000006")
    assert read.texts[read.hashes[0]] == 'a "quoted" line\nand another'
    assert read.hashes[1] == read.hashes[2]
    assert read.skipped == (("line-000004", "empty"),)
    rows = [{"text": "one two"}, {"text": None}, {"n": 3}, {"text": 7}, {"text": "\ud800 half"}, {"text": "two three"}]
    read = read_texts(write(tmp_path / "t.jsonl", "\n".join(map(json.dumps, rows))))
    assert [read.texts[digest] for digest in read.hashes] == ["one two", "two three"]
    assert [name for name, _ in read.skipped] == [f"line-{line:06d}" for line in (2, 3, 4, 5)]
    assert dict(read.skipped)["line-000004"] == "7 is no text"


def test_a_folder_holds_a_text_per_file(tmp_path: Path) -> None:
    for name, text in (("a/one.txt", "first\r\ntext"), ("b/TWO.TXT", "second"), (".hidden.txt", "no"), ("c.md", "no"),
                       ("empty.txt", " \n")):  # fmt: skip
        write(tmp_path / "docs" / name, text)
    (tmp_path / "docs" / "latin.txt").write_bytes(b"caf\xe9")
    (tmp_path / "docs" / "cut.txt").write_bytes(codecs.BOM_UTF16_LE + b"a\0b")
    os.symlink(tmp_path, tmp_path / "docs" / "up")
    read = read_texts(tmp_path / "docs")
    assert read.ids == ("a/one.txt", "b/TWO.TXT")
    assert read.texts[read.hashes[0]] == "first\ntext"
    os.mkfifo(tmp_path / "docs" / "pipe.txt")
    read = read_texts(tmp_path / "docs")
    assert [name for name, _ in read.skipped] == ["cut.txt", "empty.txt", "latin.txt", "pipe.txt", "up"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.pdf", b"%PDF", "is no text file; give a .txt, .csv or .jsonl"),
        ("x.txt", b"\n\n", r"holds no text that can be used \(line-000001: empty; line-000002: empty\)"),
        ("x.txt", b"", "holds no text that can be used"),
        ("x.txt", "one\ntwo".encode("utf-16-le"), "zero bytes"),
        ("x.txt", codecs.BOM_UTF16_LE + b"a\0b", "damaged UTF-16"),
        ("x.csv", codecs.BOM_UTF16_LE + b"a\0b", "damaged UTF-16"),
        ("x.csv", b"id,text\n1,\n", "holds no text that can be used"),
        ("x.jsonl", b'{"text": "fine"}\n{"text": oops}\n', "line 2 of .* is no JSON"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidInputError, match=sentence):
        read_texts(tmp_path / name)


def test_wrong_places_and_columns(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no file or folder"):
        read_texts(tmp_path / "none.txt")
    with pytest.raises(InvalidInputError, match="has no columns; leave it out"):
        read_texts(write(tmp_path / "x.txt", "line"), "text")
    with pytest.raises(InvalidInputError, match="holds no text"):
        read_texts(write(tmp_path / "docs" / "x.md", "line").parent)


def test_a_set_of_texts_and_its_parts(tmp_path: Path) -> None:
    path = write(tmp_path / "poem.txt", "\n".join(POEM))
    texts = ImageSet.from_texts(path)
    assert (texts.name, texts.has_texts, texts.has_images, len(texts)) == ("poem", True, False, 4)
    assert texts.copies.tolist() == [0, 0, 0, 1]
    assert texts.path(0) is None
    part = texts.subset([2, 0])
    assert [part.text(row) for row in range(2)] == [POEM[2], POEM[0]]
    with pytest.raises(NotFoundError, match="only texts"):
        texts.image(0)
    with pytest.raises(InvalidInputError):
        texts.text(4)
    with pytest.raises(NotFoundError, match="are no texts"):
        ImageSet.from_features("f", [[1.0]]).text(0)


def opened_again(texts: ImageSet) -> ImageSet:
    return open_source(json.loads(json.dumps(texts.source)), texts.ids, texts.hashes, texts.name)


def test_a_stored_set_reads_nothing_until_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "t.csv", "note,body\nx,hello there\ny,good bye now\n")
    again = opened_again(ImageSet.from_texts(path, "body"))
    monkeypatch.chdir("/")
    path.write_text("note,body\ny,good bye now\nz,hello you\n")
    assert again.text(1) == "good bye now", "it moved to another line, and is found by its hash"
    with pytest.raises(NotFoundError, match=r"line-000002 is not in .*t\.csv any more"):
        again.text(0)
    path.unlink()
    assert again.text(1) == "good bye now"
    with pytest.raises(NotFoundError, match="no file or folder"):
        opened_again(again).text(1)


def test_texts_of_a_folder_are_found_where_they_were_or_by_their_hash(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write(tmp_path / "docs" / f"{name}.txt", f"this is {name}")
    texts = ImageSet.from_texts(tmp_path / "docs")
    again = opened_again(texts)
    write(tmp_path / "docs" / "b.txt", "now another text")
    (tmp_path / "docs" / "c.txt").rename(tmp_path / "docs" / "renamed.txt")
    assert again.path(0) == tmp_path / "docs" / "a.txt"
    assert [again.text(0), again.text(2)] == ["this is a", "this is c"]
    with pytest.raises(NotFoundError, match=r"b\.txt is not in"):
        again.text(1)
