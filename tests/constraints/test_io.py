import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteer.constraints import (
    Balance,
    CannotLink,
    Cardinality,
    ClusterSizes,
    Constraint,
    ConstraintSet,
    Difficulty,
    Member,
    MustLink,
    Rejection,
    Relation,
    Rule,
    Triplet,
    read_constraints,
    write_constraints,
)
from clusteer.core import InvalidInputError, NotFoundError, StorageError

IDS = ["a.png", "b, c.png", 'say "d".png', "7", "élan/f.png", "line\nend\r.png", " g.png"]
N = len(IDS)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)
weights = st.floats(0, 1, exclude_min=True)
rows = st.integers(0, N - 1)


def some(least: int, most: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(rows, min_size=least, max_size=most, unique=True).map(tuple)


def weighted(build: type[Constraint], **fields: st.SearchStrategy[object]) -> st.SearchStrategy[Constraint]:
    return st.builds(build, weight=weights, source=texts, **fields)


def split(kind: type[MustLink | CannotLink]) -> st.SearchStrategy[Constraint]:
    return st.tuples(some(2, 2), weights, texts).map(
        lambda drawn: kind(first=drawn[0][0], second=drawn[0][1], weight=drawn[1], source=drawn[2])
    )


def about_group(kind: type[Member | Rejection]) -> st.SearchStrategy[Constraint]:
    return st.tuples(some(2, 4), weights, texts).map(
        lambda drawn: kind(item=drawn[0][0], exemplars=drawn[0][1:], weight=drawn[1], source=drawn[2])
    )


relations = st.tuples(some(2, 2), st.booleans()).map(lambda drawn: Relation(drawn[0][0], drawn[0][1], drawn[1]))
flat = st.one_of(
    split(MustLink),
    split(CannotLink),
    st.tuples(some(3, 3), weights, texts).map(
        lambda d: Triplet(anchor=d[0][0], near=d[0][1], far=d[0][2], weight=d[1], source=d[2])
    ),
    weighted(Difficulty, item=rows, value=st.floats(-1, 1)),
)
anything = st.one_of(
    flat,
    about_group(Member),
    about_group(Rejection),
    st.lists(st.integers(1, 9), min_size=1, max_size=4).map(
        lambda parts: ClusterSizes(shares=tuple(part / sum(parts) for part in parts))
    ),
    weighted(Cardinality, lower=st.integers(0, 3), upper=st.none() | st.integers(3, 9), items=st.none() | some(1, 3),
             group=st.none() | rows),
    some(2, 6).map(lambda items: Balance(parts=(items[:1], items[1:]), tolerance=0.1)),
    weighted(Rule, premises=st.lists(relations, min_size=1, max_size=3).map(tuple), conclusion=relations),
)  # fmt: skip


def written(text: str | bytes, tmp_path: Path, name: str = "links.jsonl") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def refusal(text: str | bytes, tmp_path: Path, name: str = "links.jsonl") -> str:
    path = written(text, tmp_path, name)
    with pytest.raises(InvalidInputError) as refused:
        read_constraints(path, IDS)
    sentence = str(refused.value)
    assert sentence.startswith(f"{path}, line ")
    return sentence.removeprefix(f"{path}, ")


@given(st.lists(anything, max_size=8))
def test_json_lines_give_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, stated: list[Constraint]
) -> None:
    path = tmp_path_factory.mktemp("io") / "links.jsonl"
    constraints = ConstraintSet.from_stated(N, stated)
    assert write_constraints(constraints, path, IDS) == path
    assert read_constraints(path, IDS) == constraints


@given(st.lists(flat, max_size=8))
def test_csv_gives_back_what_was_written(tmp_path_factory: pytest.TempPathFactory, stated: list[Constraint]) -> None:
    path = tmp_path_factory.mktemp("io") / "links.CSV"
    constraints = ConstraintSet.from_stated(N, stated)
    write_constraints(constraints, path, IDS)
    assert read_constraints(path, IDS) == constraints


def test_items_may_be_named_by_number_and_an_id_that_is_a_number_is_an_id(tmp_path: Path) -> None:
    lines = '{"kind": "must_link", "items": [0, "1"]}\n\n{"kind":"cannot_link","items":["7", 6]}\n'
    expected = ConstraintSet(N, (MustLink(first=0, second=1),), (CannotLink(first=3, second=6),))
    assert read_constraints(written(lines, tmp_path), IDS) == expected
    table = "\ufeffkind,first,second\r\nmust_link,0,1\r\n\r\ncannot_link,7,6\r\n"
    assert read_constraints(written(table, tmp_path, "links.csv"), IDS) == expected


def test_each_record_is_in_the_form_people_read(tmp_path: Path) -> None:
    stated: list[Constraint] = [
        Member(item=4, exemplars=(0, 3), source="a1"),
        Rule(premises=(Relation(0, 3, together=True),), conclusion=Relation(3, 6, together=False), weight=0.5),
        Cardinality(upper=3, group=0),
    ]
    path = write_constraints(stated, tmp_path / "new" / "c.jsonl", IDS)
    assert [json.loads(line) for line in path.read_text("utf-8").splitlines()] == [
        {"kind": "member", "item": "élan/f.png", "exemplars": ["a.png", "7"], "weight": 1.0, "source": "a1"},
        {"kind": "rule", "if": [{"items": ["a.png", "7"], "together": True}],
         "then": {"items": ["7", " g.png"], "together": False}, "weight": 0.5, "source": ""},
        {"kind": "cardinality", "lower": None, "upper": 3, "group": "a.png", "weight": 1.0, "source": ""},
    ]  # fmt: skip
    table = write_constraints([Difficulty(item=1, value=-1, source="a2")], tmp_path / "c.csv", IDS)
    assert (
        table.read_text("utf-8") == 'kind,first,second,third,value,weight,source\ndifficulty,"b, c.png",,,-1,1.0,a2\n'
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{", "line 2 is no JSON (Expecting property name"),
        ("[" * 100_000, "line 2 is no JSON ("),
        ("[1]", 'line 2 is no object; give one such as {"kind": "must_link"'),
        ('{"items": [0, 1]}', "line 2: '' is no kind of constraint; give one of must_link, cannot_link, member,"),
        ('{"kind": "mustlink"}', "line 2: 'mustlink' is no kind of constraint"),
        ('{"kind": ["x"]}', "line 2: ['x'] is no kind of constraint"),
        ('{"kind": "must_link"}', "line 2: a must_link is given without 'items'; give items"),
        ('{"kind": "must_link", "items": [0]}', "line 2: a must_link names 1 items; name two"),
        ('{"kind": "must_link", "items": "ab"}', "line 2: 'items' is 'ab'; give a list"),
        ('{"kind": "must_link", "items": [0, 0]}', "line 2: MustLink links item 0 with itself"),
        (
            '{"kind": "must_link", "items": [0, 7]}',
            "line 2: 7 is none of the 7 items; give an id or a number from 0 to 6",
        ),
        ('{"kind": "must_link", "items": [0, -1]}', "line 2: -1 is none of the 7 items"),
        ('{"kind": "must_link", "items": [0, true]}', "line 2: True is none of the 7 items"),
        ('{"kind": "must_link", "items": [0, 1.0]}', "line 2: 1.0 is none of the 7 items"),
        (
            '{"kind": "must_link", "items": [0, "aa.png"]}',
            "line 2: 'aa.png' is none of the 7 items; did you mean 'a.png'?",
        ),
        ('{"kind": "must_link", "items": [0, "qqq"]}', "line 2: 'qqq' is none of the 7 items; give an id or a number"),
        ('{"kind": "must_link", "items": [0, "' + "9" * 5000 + '"]}', "line 2: 99999999999999999999 is none of"),
        ('{"kind": "must_link", "items": [0, 1], "wieght": 1}', "line 2: a must_link has no 'wieght'; give items"),
        ('{"kind": "must_link", "items": [0, 1], "weight": 0}', "line 2: a constraint's weight is 0.0"),
        ('{"kind": "must_link", "items": [0, 1], "weight": NaN}', "line 2: a constraint's weight is nan"),
        ('{"kind": "must_link", "items": [0, 1], "weight": "1"}', "line 2: the weight is '1'; give a number above 0"),
        ('{"kind": "must_link", "items": [0, 1], "source": 3}', "line 2: the source is 3; give an id in quotes"),
        ('{"kind": "member", "item": 0, "exemplars": []}', "line 2: Member of item 0 shows no exemplar"),
        ('{"kind": "rejection", "item": 0, "exemplars": [1, 0]}', "line 2: Rejection links item 0 with itself"),
        ('{"kind": "triplet", "anchor": 0, "near": 1, "far": 1}', "line 2: a triplet names item 1 twice"),
        ('{"kind": "difficulty", "item": 0, "value": 2}', "line 2: the difficulty of item 0 is 2.0"),
        ('{"kind": "difficulty", "item": 0, "value": true}', "line 2: 'value' is True; give a number"),
        ('{"kind": "sizes", "shares": [0.5, 0.4]}', "line 2: the 2 sizes sum to 0.9"),
        ('{"kind": "cardinality", "upper": 1.5}', "line 2: 'upper' is 1.5; give a whole number"),
        ('{"kind": "cardinality"}', "line 2: a cardinality has no bound"),
        (
            '{"kind": "balance", "parts": [[0], [0]], "tolerance": 0}',
            "line 2: a balance names item 0 twice",
        ),
        ('{"kind": "rule", "if": [], "then": {"items": [0, 1], "together": true}}', "line 2: a rule has no premise"),
        ('{"kind": "rule", "if": [3], "then": {"items": [0, 1], "together": true}}', "line 2: 3 is no relation of two"),
        ('{"kind": "rule", "if": [{"items": [0, 1], "together": 1}], "then": {}}', "line 2: {'items': [0, 1], "),
    ],
)
def test_a_line_that_states_nothing_is_named_with_what_to_do(line: str, sentence: str, tmp_path: Path) -> None:
    good = '{"kind": "must_link", "items": [0, 1]}'
    assert refusal(f"{good}\n{line}\n{good}", tmp_path).startswith(sentence)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("", "line 1 names the columns (none); name kind, first and, of those that are used, second, third, value"),
        ("kind,first,wieght\n", "line 1 names the columns kind, first, wieght; name kind"),
        ("kind,first,first\n", "line 1 names the columns kind, first, first"),
        ("kind,first,second\nmust_link,0\n", "line 2 has 2 cells for 3 columns"),
        ("kind,first,second\n\nmust_link,0,1,\n", "line 3 has 4 cells for 3 columns"),
        ("kind,first,second\nmust_link,0,\n", "line 2 gives first; a must_link has first, second"),
        ("kind,first,second,third\ntriplet,0,,1\n", "line 2 gives first, third; a triplet has first, second, third"),
        (
            "kind,first,second,third\nmust_link,0,1,2\n",
            "line 2 gives first, second, third; a must_link has first, second",
        ),
        ("kind,first\ndifficulty,\n", "line 2 gives no item; a difficulty has first"),
        ("kind,first\ndifficulty,0\n", "line 2: a difficulty is given without 'value'"),
        ("kind,first,value\ndifficulty,0,easy\n", "line 2: value is 'easy'; give a number"),
        ("kind,first,second,value\nmust_link,0,1,1\n", "line 2: a must_link has no 'value'"),
        ("kind,first\nsizes,0.5\n", "line 2 states 'sizes', but a CSV file cannot hold that; use JSON Lines (.jsonl)"),
        (
            "kind,first\n,0\n",
            "line 2 states '', but that is no kind of constraint; a row states must_link, cannot_link, ",
        ),
        ('kind,first,second\nmust_link,"a.png"x,1\n', "line 2 is no CSV ("),
        (
            'kind,first,second,source\nmust_link,0,1,"two\nlines"\nmust_link,0,a.pgn,\n',
            "line 4: 'a.pgn' is none of the",
        ),
        (b"kind,first,second\nmust_link,0,1\nmust_link,0,\xff\n", "line 3 is not UTF-8; save the file as UTF-8"),
    ],
)
def test_a_row_that_states_nothing_is_named_with_what_to_do(table: str | bytes, sentence: str, tmp_path: Path) -> None:
    assert refusal(table, tmp_path, "links.csv").startswith(sentence)


def test_a_file_that_cannot_be_read_or_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"there is no file .*missing\.csv; give the file"):
        read_constraints(tmp_path / "missing.csv", IDS)
    with pytest.raises(InvalidInputError, match=r"links\.txt is neither \.jsonl nor \.csv; give a name"):
        read_constraints(tmp_path / "links.txt", IDS)
    with pytest.raises(InvalidInputError, match=r"links is neither \.jsonl nor \.csv; give a name"):
        write_constraints([], tmp_path / "links", IDS)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InvalidInputError, match=r"folder\.csv cannot be read \(Is a directory\)"):
        read_constraints(tmp_path / "folder.csv", IDS)
    with pytest.raises(StorageError, match=r"folder\.csv exists and is no file"):
        write_constraints([], tmp_path / "folder.csv", IDS)


def test_a_csv_file_that_cannot_hold_a_constraint_stays_as_it_was(tmp_path: Path) -> None:
    path = written("kind,first,second\nmust_link,0,1\n", tmp_path, "links.csv")
    with pytest.raises(
        InvalidInputError, match="a CSV file cannot hold 'sizes'; write JSON Lines, to a name that ends in"
    ):
        write_constraints([MustLink(first=2, second=3), ClusterSizes(shares=(1.0,))], path, IDS)
    assert read_constraints(path, IDS) == ConstraintSet.from_pairs(N, [(0, 1)])
    assert [found.name for found in tmp_path.iterdir()] == ["links.csv"]
