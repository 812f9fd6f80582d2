import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, JsonOf


def test_every_kind_of_statement_is_kept_listed_and_taken_back(
    mine: str, cli: Cli, json_of: JsonOf, tmp_path: Path
) -> None:
    (tmp_path / "parts.csv").write_text("id,part\np00.png,a\np01.png,a\np02.png,b\np03.png,b\n")
    (tmp_path / "more.csv").write_text("kind,first,second\nmust_link,p06.png,p09.png\n")
    stated = json_of(
        "constrain", mine, "p00.png with p03.png", "p00.png apart 1", "p04.png nearer p07.png than p05.png",
        "p10.png easy", "p11.png hard", "p00.png with p03.png and p00.png apart p01.png then p20.png apart p21.png",
        "--sizes", "3 equal", "--at-least", "2", "--at-most", "30", "--group", "p00.png", "--among", "p0*",
        "--balance", tmp_path / "parts.csv", "--tolerance", "0.5",
        "--from", tmp_path / "more.csv",
    )  # fmt: skip
    assert stated["declared"] == [f"d{number}" for number in range(1, 11)]
    kinds = [entry["kind"] for entry in stated["standing"]]
    assert kinds == ["must_link", "cannot_link", "triplet", "difficulty", "difficulty", "rule", "sizes",
                     "cardinality", "balance", "must_link"]  # fmt: skip
    assert stated["standing"][7]["items"] == list(range(10))
    assert stated["standing"][9]["items"] == [6, 9]
    listed = cli("constrain", mine).stdout
    for words in (
        "d1: p00.png and p03.png belong together", "d2: p00.png and p01.png do not belong together",
        "d3: p04.png is more like p07.png than like p05.png", "d4: p10.png is a clear case",
        "d5: p11.png is a hard case", "d7: the groups hold 33%, 33%, 33%",
        "d8: the group of p00.png holds at least 2 and at most 30 of 10 items",
        "d9: every group mixes the parts of 2, 2 items alike, to within 0.5",
        "d6: if p00.png with p03.png and p00.png apart from p01.png, then p20.png apart from p21.png",
        "d10: p06.png and p09.png belong together",
    ):  # fmt: skip
        assert words in listed
    left = json_of("constrain", mine, "--drop", "d4-d5", "--drop", "d6")
    assert [entry["id"] for entry in left["standing"]] == ["d1", "d2", "d3", "d7", "d8", "d9", "d10"]
    cli("constrain", mine, "--drop", "d4", status=2)


def test_what_cannot_be_met_is_said_in_words_and_checked(mine: str, cli: Cli, json_of: JsonOf) -> None:
    assert "no demand was found" in cli("check", mine).stdout
    cli("constrain", mine, "--sizes", "3 equal")
    said = cli("constrain", mine, "--at-most", "10").stdout
    assert "cannot be met: 3 groups of at most 10 cannot hold 36 items" in said
    assert "3 groups of at most 10 cannot hold 36 items" in cli("check", mine, status=1).stdout
    cli("constrain", mine, "--drop", "d2", "p00.png with p01.png", "p01.png with p02.png",
        "p00.png apart p02.png")  # fmt: skip
    found = json.loads(cli("check", mine, "--json", status=1).stdout)
    assert found["infeasible"] == []
    (sentence,) = found["conflicts"]
    assert "p00.png with p01.png" in sentence
    assert "take it back (constrain --drop d" in sentence


def test_a_bound_that_only_more_groups_can_meet_is_said(told: str, cli: Cli) -> None:
    cli("constrain", told, "--at-most", "10")
    assert "with the 3 groups there are so far, 3 groups of at most 10 cannot hold 36" in cli(
        "check", told, status=1
    ).stdout.replace("\n", " ")
    cli("constrain", told, "--drop", "d1", "--at-most", "12")
    assert "no demand was found" in cli("check", told).stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("p00.png with nothing.png",), "'nothing.png' is none of the 36 items"),
        (("--sizes", "half"), "gives no shares"),
        (("--sizes", "0 equal"), "gives no shares"),
        (("--group", "p00.png"), "give --at-least or --at-most"),
        (("--at-most", "5", "--group", "cats"), "neither the name of a group nor an item"),
        (("--at-most", "5", "--among", "x*"), "fits none of the 36 items"),
        (("p00.png with p01.png then",), "cannot be read"),
        (("p00.png beside p01.png then p02.png with p03.png",), "cannot be read"),
        (("p00.png with p01.png then p02.png with p03.png and p04.png with p05.png",), "cannot be read"),
        (("'p00.png with",), "cannot be read"),
        (("--drop", "five"), "names no declaration"),
        (("--from", "none.csv"), "none.csv"),
        (("p00.png with p00.png",), "item 0"),
    ],
)
def test_a_statement_that_cannot_be_read_keeps_nothing(
    mine: str, cli: Cli, json_of: JsonOf, arguments: tuple[str, ...], says: str
) -> None:
    result = cli("constrain", mine, "p01.png easy", *arguments, status=2)
    assert says in result.output.replace("\n", " ")
    assert json_of("constrain", mine)["standing"] == []
