"""Feature matrices as CSV: which lines and columns are numbers, in which order, and what is wrong in which line."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.data.feature_table import read_feature_table


def read(folder: Path, text: str | bytes, ids: tuple[str, ...] | None = None) -> list[list[float]]:
    path = folder / "f.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    values = read_feature_table(path, ids)
    assert values.dtype == np.float32
    listed: list[list[float]] = values.tolist()
    return listed


@pytest.mark.parametrize("text", [
    "1,2\n3,4\n", "1,2\r\n\r\n3,4", "\ufeff1, 2\n3e0,+4.0\n", '"1","2"\n"3","4"\n', "x,y\n1,2\n3,4\n",
    "\n\nx,y\n1,2\n3,4", "b.png,1,2\na.png,3,4\n", "id,x,y\nb,1,2\na,3,4\n", "File,x,y\n1,1,2\n0,3,4",
    ",0,1\n0,1,2\n1,3,4\n", ",x,y\n7,1,2\n9,3,4",
    'path,x,y\n"a,\nb",1,2\nc,3,4',
])  # fmt: skip
def test_names_of_columns_and_items_are_told_from_numbers(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == [[1, 2], [3, 4]]


def test_a_line_that_counts_names_columns_from_three_on(tmp_path: Path) -> None:
    assert read(tmp_path, "0,1,2\n5,6,7\n") == [[5, 6, 7]]
    assert read(tmp_path, "0,1\n5,6\n") == [[0, 1], [5, 6]]


def test_one_column(tmp_path: Path) -> None:
    assert read(tmp_path, "0\n1\n2\n") == [[0], [1], [2]]
    assert read(tmp_path, "x\n1\n2\n") == [[1], [2]]
    assert read(tmp_path, "id\n1\n2\n") == [[1], [2]]


def test_lines_follow_the_items_where_they_are_named(tmp_path: Path) -> None:
    ids = ("a.png", "b.png", "c.png")
    text = "path,x\nc.png,3\nmore.png,9\na.png,1\nb.png,2\n"
    assert read(tmp_path, text, ids) == [[1], [2], [3]]
    assert read(tmp_path, text) == [[3], [9], [1], [2]]
    assert read(tmp_path, ",x\n2,3\n0,1\n1,2\n", ids) == [[1], [2], [3]]
    assert read(tmp_path, "x,y\n3,3\n1,1\n", ids) == [[3, 3], [1, 1]]  # nothing is named, so the order is the file's
    with pytest.raises(
        InvalidInputError, match=r"names 2 items, such as 'a', but not 2 of the 3 there are, such as 'b.png'"
    ):
        read(tmp_path, "a,1\na.png,2\n", ids)


@pytest.mark.parametrize(("text", "message"), [
    ("x,y\n1,2\n3\n", r"line 3 of .*f.csv has 1 cells but the first line has 2"),
    ("1,2\n\n3,4,5\n", "line 3 .* has 3 cells"),
    ("1,2\n3,four\n", "line 2 .* has 'four'; needed are finite numbers with a decimal point, separated by commas"),
    ("x,y\n1,\n", "line 2 .* has ''"),
    ("x,y\n1,nan\n", "line 2 .* has 'nan'"),
    ("x,y\n1,2\n1,1e39\n", "line 3 .* has '1e39'"),
    ("1;2\n3;4\n", "line 2 .* has '3;4'"),
    ('"1,5","2,5"\n"3,5","4,5"\n', "line 2 .* has '3,5'"),
    ("id,x\na,1\nb,2\na,3\n", "line 4 .* names 'a' again"),
    ('x,y\n1,"2\n', "line 2 .* is no CSV"),
    ("", "holds no line of numbers"),
    ("\n\n", "holds no line of numbers"),
    ("x,y\n", "holds no line of numbers"),
    (b"x,y\n\xff,1\n", "is not in UTF-8"),
    (b"\x93NUMPY\0\0", "is not in UTF-8"),
])  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        read(tmp_path, text)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"there is no file .*none.csv"):
        read_feature_table(tmp_path / "none.csv")
    with pytest.raises(InvalidInputError, match="cannot be read: Is a directory"):
        read_feature_table(tmp_path)


@given(arrays(np.float32, st.tuples(st.integers(1, 4), st.integers(1, 4)),
              elements=st.floats(-(2**99), 2**99, width=32)))  # fmt: skip
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, values: np.ndarray) -> None:
    path = tmp_path_factory.mktemp("table") / "f.csv"
    names = [f"c{column}" for column in range(values.shape[1])]
    path.write_text("\n".join([",".join(names), *(",".join(map(repr, row)) for row in values.tolist())]))
    assert np.array_equal(read_feature_table(path), values)
