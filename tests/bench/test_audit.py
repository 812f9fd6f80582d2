"""Cases of kind audit: what a person is told of accuracy, beside the truth."""

from typing import Any

from clusteer.bench import audit
from clusteer.bench.results import Results
from clusteer.bench.spec import load_spec
from clusteer.bench.table import tables


def test_what_is_told_is_held_against_the_truth() -> None:
    found: dict[str, Any] = audit.measure({
        "dataset": "inks", "encoder": "pixels", "split": "all", "truth": "ink", "strategy": "margin-audited",
        "noise": 0.0, "items": 400, "budget": 90, "seed": 0,
    })  # fmt: skip
    (point,) = found["points"]
    assert (point["answers"], point["audited"]) == (90, 30)
    assert point["low"] <= point["told"] <= point["high"]
    assert abs(point["off"]) < 0.12


def test_the_table_says_what_was_not_run() -> None:
    spec = load_spec("audit", quick=True)
    (table,) = tables(spec, Results(spec.name, spec.title, spec.kind))
    assert all(len(row) == len(table.columns) for row in table.rows)
