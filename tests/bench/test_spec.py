import pytest

from clusteer.bench import load_spec, spec_names
from clusteer.bench.accuracy import targets_of
from clusteer.bench.spec import sweep
from clusteer.core.errors import NotFoundError
from clusteer.data import NAMES, criteria
from clusteer.queries import STRATEGIES


def test_a_list_is_a_sweep_over_its_values() -> None:
    assert sweep({"a": 1, "b": ["x", "y"], "c": [0, 1]}) == [
        {"a": 1, "b": b, "c": c} for b in ("x", "y") for c in (0, 1)
    ]
    assert sweep({"a": 1, "targets": {"20": 0.5}}) == [{"a": 1, "targets": {"20": 0.5}}]


@pytest.mark.parametrize("name", spec_names())
def test_every_bundled_benchmark_can_be_read(name: str) -> None:
    spec = load_spec(name)
    assert spec.name == name
    assert spec.kind in ("accuracy", "scale")
    assert len({str(case) for case in spec.cases}) == len(spec.cases) > 0


def test_accuracy_cases_name_what_exists() -> None:
    for case in load_spec("instant-accuracy").cases:
        assert case["dataset"] in NAMES
        assert case["truth"] in criteria(str(case["dataset"]))
        assert case["strategy"] in STRATEGIES
        assert all(0 < wanted < 1 for wanted in targets_of(case).values())


def test_every_figure_of_the_issue_is_a_target_over_six_seeds() -> None:
    wanted: dict[tuple[object, object], dict[int, float]] = {}
    seeds: dict[tuple[object, object], set[object]] = {}
    for case in load_spec("instant-accuracy").cases:
        key = (case["truth"], case["noise"])
        wanted[key] = targets_of(case)
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
    with pytest.raises(NotFoundError, match="'speed'; there are instant-accuracy, instant-scale"):
        load_spec("speed")
