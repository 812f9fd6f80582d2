from pathlib import Path

import pytest

from clusteer.core import InvalidInputError, NotFoundError
from clusteer.data.label_table import folder_labels, read_label_table

IDS = ("a.png", "b, c.png", "ü/d.png", "3")


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "labels.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        'id,label\na.png,cat\n"b, c.png",dog\nü/d.png,cat\n',
        '\ufeffLabel , File\r\ncat,a.png\r\ndog,"b, c.png"\r\n\r\ncat,ü/d.png\r\n',
        'a.png,cat\n"b, c.png",dog\nü/d.png,cat',
        'picture,what\na.png,cat\n"b, c.png",dog\nü/d.png, cat\n',
        'id,confidence,group,name\na.png,1,cat,x\n"b, c.png",1,dog,y\nü/d.png,1,cat,x\n',
    ],
)
def test_items_and_labels_are_found_by_the_names_of_the_columns(tmp_path: Path, text: str) -> None:
    read = read_label_table(table(tmp_path, text), IDS)
    assert read.labels == {0: "cat", 1: "dog", 2: "cat"}
    assert (read.unknown, read.unlabelled) == ((), 0)


def test_a_row_number_names_an_item_unless_an_id_is_so_called(tmp_path: Path) -> None:
    read = read_label_table(table(tmp_path, "row,label\n1,x\n3,y\n"), IDS)
    assert read.labels == {1: "x", 3: "y"}
    called = read_label_table(table(tmp_path, "row,label\n3,x\n"), ("3", "a", "b", "c"))
    assert called.labels == {0: "x"}


def test_unknown_items_and_empty_labels_are_counted(tmp_path: Path) -> None:
    read = read_label_table(table(tmp_path, "id,label\na.png,cat\nz.png,dog\n3,\n"), IDS)
    assert read.labels == {0: "cat"}
    assert read.unknown == ((3, "z.png"),)
    assert read.unlabelled == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,label\na.png,cat\nü/d.png,cat\na.png,dog\n", "line 4 .*calls 'a.png' 'dog' but line 2 calls it 'cat'"),
        ("id,label\nz.png,cat\n", "names none of the 4 items: line 2 has 'z.png'"),
        ("id,label\na.png,\n", "gives no label"),
        ("", "first line .* is ''"),
        ("id,confidence,provenance\na.png,1,2\n", "needed are a column of items"),
        ("id,label\na.png\n", "line 2 .* has 1 cells"),
        ('id,label\n"a.png,cat\n', "line 2 .* is no CSV"),
    ],
)
def test_what_is_no_table_of_labels_is_refused_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        read_label_table(table(tmp_path, text), IDS)


def test_a_file_that_is_missing_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no file"):
        read_label_table(tmp_path / "none.csv", IDS)
    (tmp_path / "x.csv").write_bytes(b"id,label\n\xff\xfe")
    with pytest.raises(InvalidInputError, match="not in UTF-8"):
        read_label_table(tmp_path / "x.csv", IDS)
    with pytest.raises(InvalidInputError, match="cannot be read"):
        read_label_table(tmp_path, IDS)


def test_the_sorting_of_a_folder_labels_what_lies_in_subfolders() -> None:
    found = folder_labels(("a.png", "cats/1.png", "cats/old/2.png", "dogs/3.png"))
    assert found.labels == {1: "cats", 2: "cats/old", 3: "dogs"}
    assert found.unlabelled == 1
    part = folder_labels(("a.png", "cats/1.png", "new/2.png"), ["new"])
    assert (part.labels, part.unlabelled) == ({1: "cats"}, 2)
    with pytest.raises(InvalidInputError, match="none of the 2 items"):
        folder_labels(("a.png", "b.png"))
    with pytest.raises(NotFoundError, match="no item lies in a folder 'old'; the folders are cats"):
        folder_labels(("a.png", "cats/1.png"), ["old"])
