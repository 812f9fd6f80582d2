"""Cases of kind doubt: wrong answers are found among the least believed."""

from typing import Any

from clusteer.bench import doubt
from clusteer.bench.results import Results
from clusteer.bench.spec import Case, load_spec
from clusteer.bench.table import tables

CASE: Case = {
    "dataset": "inks", "encoder": "pixels", "split": "all", "truth": "ink", "strategy": "margin", "noise": 0.15,
    "items": 500, "budget": 60, "seed": 0,
}  # fmt: skip


def measured(case: Case) -> dict[str, float]:
    """Return what is found of 500 items."""
    found: dict[str, Any] = doubt.measure(case)
    assert found["items"] == 500
    (point,) = found["points"]
    return dict(point)


def test_a_person_who_errs_is_found_out() -> None:
    point = measured(CASE)
    assert point["answers"] == 60
    assert 3 <= point["wrong"] <= 16
    assert point["precision"] >= 0.3
    assert point["right_weight"] > point["wrong_weight"]


def test_who_is_never_wrong_is_believed() -> None:
    point = measured(CASE | {"noise": 0.0})
    assert point["wrong"] == point["recall"] == point["precision"] == 0
    assert point["right_weight"] > 0.8
    assert point["error_rate"] < 0.2  # Ten answers that were wrong in one are assumed before any is judged.


def test_the_table_says_what_was_not_run() -> None:
    spec = load_spec("doubtful-answers", quick=True)
    (table,) = tables(spec, Results(spec.name, spec.title, spec.kind))
    assert len(table.rows) == len({tuple(sorted(case.items())) for case in spec.cases})
    assert all(len(row) == len(table.columns) for row in table.rows)
