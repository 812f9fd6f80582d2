"""docs/cli.md is what the commands say of themselves."""

import importlib.util
from pathlib import Path

from clusteer.encoders import ENCODERS
from clusteer.queries import STRATEGIES
from clusteer.queries.oracles import ORACLES
from clusteer.sessions.registry import METHODS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


def test_the_page_is_current() -> None:
    spec = importlib.util.spec_from_file_location("make_cli_reference", ROOT / "tools" / "make_cli_reference.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.reference() == PAGE, "run: python tools/make_cli_reference.py"


def test_every_part_that_can_be_chosen_is_named() -> None:
    ours = [name for name, place in {**STRATEGIES, **METHODS}.items() if place.startswith("clusteer.")]
    for name in (*ENCODERS, *ORACLES, *ours):
        assert name in PAGE
