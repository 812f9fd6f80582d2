"""What ``import clusteer`` offers."""

import subprocess
import sys

import pytest

import clusteer


@pytest.mark.parametrize("name", clusteer.__all__)
def test_each_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(clusteer, name).__doc__
    assert name in dir(clusteer)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        clusteer.nonsense  # noqa: B018  # reading it is the test


def test_importing_clusteer_loads_nothing_heavy() -> None:
    code = "import sys, clusteer; print(sorted({'torch', 'sklearn', 'scipy', 'sqlalchemy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
