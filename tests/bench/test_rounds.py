"""A case of rounds asks as it says and is measured round by round; on the bundled set, with small networks."""

from typing import Any

import numpy as np
import pytest

from clusteer.bench import Case, named_sets, rounds, spec_names
from clusteer.bench.results import Results
from clusteer.bench.rounds import measure
from clusteer.bench.spec import load_spec
from clusteer.bench.table import tables
from clusteer.core.errors import UnavailableError
from clusteer.data import NAMES, ImageSet, load
from clusteer.data.builtin import criteria, load_pixels
from clusteer.encoders import get_encoder
from clusteer.methods import linked_contrast
from clusteer.methods.adc import ADC
from clusteer.methods.pcl import PCL
from clusteer.methods.spherepair import SpherePair
from clusteer.queries import STRATEGIES

pytestmark = pytest.mark.filterwarnings("ignore:.*groups without items:UserWarning")


def case(**more: Any) -> Case:
    return {
        "dataset": "inks", "truth": "digit", "method": "adc", "strategy": "boundary", "rounds": 3, "budget": 61,
        "noise": 0.0, "items": 120, "seed": 0, **more,
    }  # fmt: skip


IMAGES, PIXELS = load("inks"), load_pixels("inks")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "load", lambda name: IMAGES)
    monkeypatch.setattr(rounds, "load_pixels", lambda name: PIXELS)
    defaults = ADC.__init__.__kwdefaults__ or {}
    few = {"network": (4, 4, 8, 5), "siamese_epochs": 1, "least_steps": 5, "clustering_epochs": 1}
    monkeypatch.setattr(ADC.__init__, "__kwdefaults__", defaults | few)
    monkeypatch.setattr(linked_contrast, "_LEAST_STEPS", 3)
    for kind, settings in (
        (PCL, {"warmup_epochs": 1, "start_epochs": 1, "max_epochs": 1}),
        (SpherePair, {"network": (16, 12), "pretrain_epochs": 1, "max_epochs": 3}),
    ):
        monkeypatch.setattr(kind.__init__, "__kwdefaults__", (kind.__init__.__kwdefaults__ or {}) | settings)


@pytest.mark.parametrize(
    "strategy", [*(name for name in STRATEGIES if name.startswith("boundary")), "uncertain-pairs", "margin"]
)
def test_each_round_asks_its_share_and_goes_on(strategy: str) -> None:
    found = measure(case(strategy=strategy))
    points: Any = found["points"]
    assert found["items"] == 120
    assert [point["round"] for point in points] == [1, 2, 3]
    assert [point["answers"] for point in points] == [20, 40, 61]
    assert all(0 < point["acc"] <= 1 for point in points)
    assert points[0]["pairs_known"] >= points[0]["links"] == 20
    assert points[2]["total_seconds"] >= points[1]["total_seconds"] + points[2]["seconds"]


def test_the_same_case_gives_the_same_groups_and_noise_changes_answers() -> None:
    timed = ("ask_seconds", "seconds", "total_seconds", "peak_megabytes")

    def points(noise: float) -> list[dict[str, Any]]:
        made: Any = measure(case(noise=noise))["points"]
        return [{name: value for name, value in point.items() if name not in timed} for point in made]

    one, two, noisy = (points(noise) for noise in (0.0, 0.0, 0.4))
    assert one == two
    assert one != noisy


@pytest.mark.parametrize("method", ["adc-stated", "adc-clustering", "pcl"])
def test_every_method_of_the_benchmark_runs(method: str) -> None:
    assert measure(case(method=method, rounds=1))["points"]


@pytest.mark.parametrize("method", ["pcl-plain", "spherepair"])
def test_features_of_the_training_split_are_asked_about_and_the_test_split_is_measured_too(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bundled set has one split, which serves for both."""
    inks, shown = load("inks"), list[str]()

    def split_of(name: str, split: str = "all") -> ImageSet:
        shown.append(split)
        return inks

    monkeypatch.setattr(rounds, "load", split_of)
    monkeypatch.setattr(named_sets, "load", split_of)
    found = measure(case(method=method, strategy="uncertain-pairs", encoder="pixels", rounds=2, budget=40))
    points: Any = found["points"]
    assert shown in (["train", "test"], ["test"])  # What was read of the training split is kept.
    assert [point["answers"] for point in points] == [20, 40]
    assert all(0 < point["test_acc"] <= 1 and 0 < point["test_fowlkes_mallows"] <= 1 for point in points)


def test_missing_data_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(name: str) -> None:
        raise UnavailableError("no network")

    monkeypatch.setattr(rounds, "load", nowhere)
    with pytest.raises(UnavailableError, match=r"needs mnist.npz in the data folder"):
        measure(case(dataset="mnist"))


@pytest.mark.parametrize("name", [name for name in spec_names() if load_spec(name).kind == "rounds"])
def test_the_spec_names_what_exists(name: str) -> None:
    paper = name.split("-")[0].upper()
    for row in load_spec(name).rows:
        for one in row.cases:
            assert one["method"] in rounds.METHODS
            assert one["strategy"] in STRATEGIES
            assert (one["dataset"] in NAMES) != bool(row.needs)
            get_encoder(str(one.get("encoder", "pixels")))  # Raises where there is none of that name.
            if not row.needs:
                assert one["truth"] in criteria(str(one["dataset"]))
        assert all(figure.source.startswith(f"{paper}, ") for figure in row.published)


def test_a_table_shows_each_round_and_says_what_was_not_run() -> None:
    spec = load_spec("adc")
    found = Results("adc", spec.title, spec.kind)
    points = [
        {"round": t, "answers": 400 * t, "acc": 0.5 + t / 10, "nmi": 0.5, "ari": 0.5, "same": 0.5, "pairs_known": 9,
         "ask_seconds": 0.1, "total_seconds": 60.0, "peak_megabytes": 100.0}
        for t in (1, 2)
    ]  # fmt: skip
    first = spec.rows[0].cases[0]
    found.put(first, {"commit": "a", "code": "b", "environment": {}}, {"result": {"items": 9, "points": points}})
    shown, beside = tables(spec, found)
    assert all(len(row) == len(shown.columns) for row in shown.rows)
    assert shown.rows[0][5:8] == ("0.6000", "0.7000", "")
    assert shown.rows[1][5].startswith("not run: needs")
    assert beside.rows[0][2] == "acc 0.996"
    assert np.unique([row[:4] for row in shown.rows], axis=0).shape[0] == len(shown.rows)
