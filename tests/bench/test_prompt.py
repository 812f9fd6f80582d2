"""Every way to compute a prompt gives the same, from fewer tokens."""

from clusteer.bench import prompt
from clusteer.bench.results import Results
from clusteer.bench.spec import load_spec
from clusteer.bench.table import tables


def test_fewer_tokens_are_computed_and_nothing_changes() -> None:
    spec = load_spec("prompt-cost", quick=True)
    result = prompt.measure(spec.cases[0])
    assert (result["filled_tokens"], result["cut_tokens"], result["reused_tokens"]) == (24, 9, 2)
    for way in ("filled", "cut", "reused"):
        differs, seconds = result[f"{way}_differs"], result[f"{way}_seconds"]
        assert isinstance(differs, float)
        assert differs < 1e-4
        assert isinstance(seconds, float)
        assert seconds > 0
    found = Results(spec.name, spec.title, spec.kind)
    assert all("not run" in row[2] for row in tables(spec, found)[0].rows)
    found.put(spec.cases[0], {"code": "", "environment": {}}, {"result": result})
    assert [row[2] for row in tables(spec, found)[0].rows] == ["24", "9", "2"]
