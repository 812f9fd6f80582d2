"""What the language of guidance shows as files can be read, and shows every kind there is."""

import re
from pathlib import Path

import pytest

from clusteer.constraints.io import read_constraints
from clusteer.constraints.records import FORMS
from clusteer.core.questions import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "guidance.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("language", "suffix"), [("json", ".jsonl"), ("text", ".csv")])
def test_the_files_shown_can_be_read(language: str, suffix: str, tmp_path: Path) -> None:
    (shown,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    file = tmp_path / f"shown{suffix}"
    file.write_text(shown, encoding="utf-8")
    ids = sorted(set(re.findall(r"\d{4}\.png", shown))) + [f"{row}.png" for row in range(100)]
    stated = read_constraints(file, ids)
    assert len(stated) == len(shown.splitlines()) - (suffix == ".csv")
    if suffix == ".jsonl":
        assert set(re.findall(r'"kind": "(\w+)"', shown)) == set(FORMS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_question_has_a_picture(kind: str) -> None:
    assert f"(images/guidance-{kind}.png)" in PAGE
