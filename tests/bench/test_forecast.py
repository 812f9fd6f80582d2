"""Cases of kind forecast: what a person is told of the next answers, beside what they bring."""

from typing import Any

from clusteer.bench import forecast
from clusteer.bench.results import Results
from clusteer.bench.spec import load_spec
from clusteer.bench.table import tables


def test_what_is_foreseen_is_held_against_what_comes() -> None:
    found: dict[str, Any] = forecast.measure({
        "dataset": "inks", "encoder": "pixels", "split": "all", "truth": "ink", "strategy": "margin",
        "noise": 0.0, "items": 400, "budget": 75, "seed": 0,
    })  # fmt: skip
    (point,) = found["points"]
    assert (point["answers"], point["forecasts"]) == (75, 3)
    assert point["error"] >= abs(point["bias"])
    assert 0 <= point["within"] <= 1
    assert 0 <= point["at_rest"] <= 1
    assert point["acc"] > 0.5


def test_the_table_says_what_was_not_run() -> None:
    spec = load_spec("forecast", quick=True)
    (table,) = tables(spec, Results(spec.name, spec.title, spec.kind))
    assert all(len(row) == len(table.columns) for row in table.rows)
