"""Cases of kind harm: groups after answers beside those before any."""

from typing import Any

from clusteer.bench import harm
from clusteer.bench.results import Results
from clusteer.bench.spec import load_spec
from clusteer.bench.table import tables


def test_what_answers_gain_is_measured_from_before_any() -> None:
    found: dict[str, Any] = harm.measure({
        "dataset": "inks", "encoder": "pixels", "split": "all", "truth": "ink", "strategy": "margin",
        "noise": 0.0, "items": 300, "budget": 100, "seed": 0,
    })  # fmt: skip
    assert [point["answers"] for point in found["points"]] == [20, 50, 100]
    starts = {round(point["acc"] - point["gain"], 12) for point in found["points"]}
    assert len(starts) == 1
    assert found["points"][-1]["gain"] > 0


def test_the_table_counts_how_often_groups_were_made_worse() -> None:
    spec = load_spec("no-harm", quick=True, seeds=2)
    results = Results(spec.name, spec.title, spec.kind)
    (table,) = tables(spec, results)
    assert all(len(row) == len(table.columns) for row in table.rows)
    first = spec.cases[:2]
    for case, gain in zip(first, (-0.1, 0.3), strict=True):
        points = [{"answers": 20, "acc": 0.5, "gain": gain}]
        origin = {"commit": "c", "code": "x", "environment": {}}
        results.put(case, origin, {"at": "2026-01-01T00:00:00+00:00", "result": {"points": points}})
    (table,) = tables(spec, results)
    row = next(row for row in table.rows if row[2:4] == ("20", "2"))
    assert row[4:] == ("50.0%", "-0.100", "+0.100")
    assert table.rows[-1][0] == "all"
