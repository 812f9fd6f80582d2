import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteer.sessions.folders import distinct, safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("cats", "cats"),
        ("cats & dogs", "cats & dogs"),
        ("a/b\\c:d", "a_b_c_d"),
        ("..", "_"),
        ("  .hidden. ", "hidden"),
        ("con", "_con"),
        ("LPT1.txt", "_LPT1.txt"),
        ("", "_"),
        ("Käse", "Käse"),
        ("\x00\n", "__"),
    ],
)
def test_names_that_file_systems_refuse_are_changed(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_safe_names_stay_in_their_folder(name: str) -> None:
    safe = safe_name(name)
    assert safe not in ("", ".", "..")
    assert not set(safe) & set('/\\:*?"<>|\0')
    assert len(safe.encode()) <= 201
    assert safe_name(safe) == safe


def test_clashes_are_numbered() -> None:
    assert distinct(["a.png", "A.png", "a.png", "a-2.png", "b"]) == ["a.png", "A-3.png", "a-4.png", "a-2.png", "b"]


@given(st.lists(st.text("aA-2.", min_size=1, max_size=4), max_size=8))
def test_distinct_names_never_clash(names: list[str]) -> None:
    found = distinct(names)
    assert len({name.casefold() for name in found}) == len(names)
    assert all(new == old for new, old in zip(found, names, strict=True) if names.count(old) == 1 == sum(
        other.casefold() == old.casefold() for other in names))  # fmt: skip
