"""The plain version picks what value mining picks."""

from clusteer.bench import mining_cost
from clusteer.bench.results import Results
from clusteer.bench.spec import load_spec
from clusteer.bench.table import tables


def test_both_pick_the_same_items() -> None:
    spec = load_spec("mining-cost", quick=True)
    result = mining_cost.measure(spec.cases[0])
    assert result["same_picks"] == 1.0
    sizes = [result[name] for name in ("megabytes_before", "peak_megabytes", "plain_peak_megabytes")]
    assert sizes == sorted(sizes, key=lambda size: float(str(size)))
    found = Results(spec.name, spec.title, spec.kind)
    assert all("not run" in row[3] for row in tables(spec, found)[0].rows)
    found.put(spec.cases[0], {"code": "", "environment": {}}, {"result": result})
    assert tables(spec, found)[0].rows[0][-1] == "100.0%"
