from importlib.util import find_spec

import pytest

from clusteer.bench import load_spec, spec_names
from clusteer.bench.rivals import METHODS
from clusteer.bench.spec import case_name, setting, sweep
from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.data import NAMES, criteria
from clusteer.queries import STRATEGIES

MODULES = {"latency": "page_latency"}


def test_a_list_is_a_sweep_over_its_values() -> None:
    assert sweep({"a": 1, "b": ["x", "y"], "c": [0, 1]}) == [
        {"a": 1, "b": b, "c": c} for b in ("x", "y") for c in (0, 1)
    ]


@pytest.mark.parametrize("name", spec_names())
def test_every_bundled_benchmark_can_be_read(name: str) -> None:
    spec = load_spec(name)
    assert spec.name == name
    assert find_spec(f"clusteer.bench.{MODULES.get(spec.kind, spec.kind)}")
    assert len({str(case) for case in spec.cases}) == len(spec.cases) > 0


@pytest.mark.parametrize("name", [name for name in spec_names() if load_spec(name).kind in ("accuracy", "rivals")])
def test_cases_name_what_exists(name: str) -> None:
    for row in load_spec(name).rows:
        assert all(0 < wanted < 1 for wanted in row.targets.values())
        assert all(answers <= int(case["budget"]) for answers in row.targets for case in row.cases)
        for case in row.cases:
            if row.needs:
                assert case["dataset"] not in NAMES
            else:
                assert case["dataset"] in NAMES
                assert case["truth"] in criteria(str(case["dataset"]))
                assert case.get("strategy", "margin") in STRATEGIES
                assert case.get("method", "margin") in METHODS


def test_every_named_set_and_criterion_is_compared_by_every_method_on_the_same_seeds() -> None:
    cases = [case for row in load_spec("rivals").rows if not row.needs for case in row.cases]
    # Of two criteria of cifar10 with the same groups one will do; scenes are there for words.
    wanted = {(name, truth) for name in NAMES if name != "scenes" for truth in criteria(name)} - {("cifar10", "type")}
    assert {(case["dataset"], case["truth"]) for case in cases} == wanted
    methods = {"margin", "uniform", "kmeans", "cop-kmeans", "pckmeans", "mpckmeans"}
    for dataset, truth in wanted:
        mine = [case for case in cases if (case["dataset"], case["truth"], case["noise"]) == (dataset, truth, 0.0)]
        assert {(case["method"], case["seed"]) for case in mine} == {(m, seed) for m in methods for seed in (0, 1, 2)}
        assert {case["seconds"] for case in mine} == {1560}


def test_published_figures_have_a_source_and_say_what_differs() -> None:
    figures = [(row, figure) for row in load_spec("rivals").rows for figure in row.published]
    assert len(figures) > 20
    for row, figure in figures:
        assert figure.metric in ("acc", "nmi", "ari")
        assert 0 < figure.value <= 1
        assert "Table" in figure.source
        assert figure.asked
        assert bool(figure.differs) != bool(row.needs)


@pytest.mark.parametrize("name", spec_names())
def test_a_quick_version_is_small_and_has_a_name_of_its_own(name: str) -> None:
    whole, quick = load_spec(name), load_spec(name, quick=True)
    assert quick.name == f"{name}.quick"
    assert len(quick.cases) < len(whole.cases)
    ran = [case for row in quick.rows if not row.needs for case in row.cases]
    assert {case["seed"] for case in ran} == {0}
    assert max(int(case["items"]) for case in ran) <= 1000
    assert not {setting(case) for case in ran} & {setting(case) for case in whole.cases}


def test_seeds_can_be_chosen() -> None:
    cases = load_spec("rivals", seeds=2).rows[0].cases
    assert {case["seed"] for case in cases} == {0, 1}
    assert {setting(case) for case in cases} == {setting(case) for case in load_spec("rivals").rows[0].cases}
    with pytest.raises(InvalidInputError, match="0 seeds were asked for; give at least 1"):
        load_spec("rivals", seeds=0)


def test_a_case_has_a_name_in_words() -> None:
    assert case_name({"dataset": "inks", "truth": "ink", "noise": 0.15}) == "inks ink, 15% wrong"
    assert case_name({"dataset": "cifar10", "truth": "cifar10-2-default", "noise": 0.0}) == "cifar10-2-default"


def test_every_figure_of_the_issue_is_a_target_over_six_seeds() -> None:
    wanted: dict[tuple[object, object], dict[int, float]] = {}
    seeds: dict[tuple[object, object], set[object]] = {}
    for row in load_spec("instant-accuracy").rows:
        for case in row.cases:
            key = (case["truth"], case["noise"])
            wanted[key] = dict(row.targets)
            seeds.setdefault(key, set()).add(case["seed"])
    assert wanted == {
        ("cifar10-2-personalized", 0.0): {20: 0.92, 100: 0.945, 200: 0.953},
        ("cifar10-2-personalized", 0.15): {100: 0.93, 200: 0.945},
        ("class", 0.0): {20: 0.78, 100: 0.855, 300: 0.88},
        ("class", 0.15): {100: 0.84, 200: 0.86},
        ("ink", 0.0): {100: 0.95},
        ("paper", 0.0): {100: 0.90},
        ("parity", 0.0): {100: 0.90},
        ("loop", 0.0): {100: 0.95},
        ("digit", 0.0): {100: 0.85},
    }
    assert {len(values) for values in seeds.values()} == {6}


def test_an_unknown_benchmark_is_said() -> None:
    with pytest.raises(
        NotFoundError,
        match=r"'speed'; there are adc, audit, .*, idc, instant-accuracy, .*, pcl-attention, .*, studio-latency",
    ):
        load_spec("speed")
