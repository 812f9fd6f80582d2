"""Rows of .csv and .jsonl files, and the choice of the column that holds the texts."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteer.core.errors import InvalidInputError
from clusteer.data.tables import choose_column, csv_rows, json_rows

PATH = Path("table.csv")
CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


def rows_of(text: str) -> list[tuple[int, object]]:
    return list(csv_rows(io.StringIO(text, newline=""), PATH))


@given(st.lists(st.tuples(CELL, CELL.filter(bool)), min_size=1, max_size=8), st.sampled_from(",;\t"))
def test_whatever_the_csv_module_writes_is_read_back(cells: list[tuple[str, str]], delimiter: str) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerows([("a", "b"), *cells])
    read = rows_of(file.getvalue())
    assert [row for _, row in read] == [{"a": first, "b": second} for first, second in cells]
    lines = io.StringIO(file.getvalue(), newline="").readlines()
    for line, row in read:
        assert isinstance(row, dict)
        begins = row["a"].splitlines()[0] if row["a"].strip() else ""
        assert begins.replace('"', '""') in lines[line - 1]


def test_lines_are_those_a_row_begins_in() -> None:
    read = rows_of('id,text\n1,"two\nlines"\n2,one\n\n3,last\n')
    assert [line for line, _ in read] == [2, 4, 5, 6]
    assert read[2] == (5, "empty")


def test_a_cell_may_be_longer_than_the_csv_module_allows_by_itself() -> None:
    long = "word " * 100_000
    assert rows_of(f"id,text\n1,{long}\n") == [(2, {"id": "1", "text": long})]


def test_a_comma_that_is_not_quoted_loses_no_text_silently() -> None:
    ((line, reason),) = rows_of("id,text\n1,good, but cut\n")
    assert line == 2
    assert isinstance(reason, str)
    assert "3 cells under 2 columns" in reason


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('id,text\n1,fine\n2,"never closed\n3,x\n', "line 3 of table.csv is no CSV"),
        ("\n1,x\n", "first line of table.csv is empty"),
        ("", "first line of table.csv is empty"),
        ("text,text\n1,x\n", "two columns called 'text'"),
    ],
)
def test_broken_tables_are_refused_with_the_line(text: str, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        rows_of(text)


def test_json_lines_and_their_faults() -> None:
    lines = [json.dumps({"text": "one\ntwo", "n": 1}), "", '{"other": null}']
    assert list(json_rows(io.StringIO("\n".join(lines)), PATH)) == [
        (1, {"text": "one\ntwo", "n": 1}), (2, "empty"), (3, {"other": None}),
    ]  # fmt: skip
    for broken, sentence in (
        ('{"text": ', "line 2 of table.csv is no JSON: .* at column 10"),
        ('"alone"', "line 2 of table.csv is no JSON object"),
        ("[" * 100_000, "line 2 of table.csv is no JSON"),
        ("9" * 10_000, "line 2 of table.csv is no JSON"),
    ):
        with pytest.raises(InvalidInputError, match=sentence):
            list(json_rows(io.StringIO('{"text": "fine"}\n' + broken), PATH))


def chosen(text: str, column: str | None = None) -> str:
    return choose_column(csv_rows(io.StringIO(text, newline=""), PATH), PATH, column)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("id,Text,note\n1,a,two words\n", "Text"),
        ("body\nword\n", "body"),
        ("id,body,lang\n1,two words,en\n2,three words more,en\n3,single,de\n", "body"),
        ("id,body\n1,\n2,some words\n", "body"),
    ],
)
def test_the_column_is_the_one_that_must_be_meant(table: str, column: str) -> None:
    assert chosen(table) == column


def test_the_column_must_be_clear() -> None:
    with pytest.raises(InvalidInputError, match=r"2 of the columns .* --column .* 'title', 'body'"):
        chosen("id,title,body\n1,two words,three words here\n")
    with pytest.raises(InvalidInputError, match="none of the columns"):
        chosen("id,lang\n1,en\n")
    with pytest.raises(InvalidInputError, match="no column 'boby'; it has 'id', 'body'"):
        chosen("id,body\n1,x\n", "boby")
    with pytest.raises(InvalidInputError, match="holds no rows"):
        chosen("id,text\n")
    assert chosen("id,title,body\n1,two words,three words here\n", "title") == "title"
