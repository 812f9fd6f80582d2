"""Every kind of guidance is stated truly, and a case of it runs; on the bundled set, with small networks."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from clusteer.bench import deep, told
from clusteer.bench.deep import measure
from clusteer.data import load
from clusteer.methods.dcc import DCC, IDEC
from clusteer.methods.spherepair import SpherePair
from clusteer.metrics import accuracy

N = 240
TRUTH = np.arange(N) % 4
CODES = (np.eye(4)[TRUTH] + np.random.default_rng(0).normal(0, 0.1, (N, 4))).astype(np.float32)


def test_marks_say_which_items_k_means_has_right() -> None:
    codes = CODES.copy()
    codes[:5] = CODES[1:6]  # These look like items of another class.
    stated = told.marks(TRUTH, codes, 0).difficulties
    assert [mark.value for mark in stated[:5]] == [told.WRONG] * 5
    assert {mark.value for mark in stated[5:]} == {1.0}
    assert [mark.item for mark in stated] == list(range(N))


def test_triplets_are_clear_and_of_different_items() -> None:
    assert len(told.triplets(CODES, 0, 1)) == 0
    stated = told.triplets(CODES, 200, 1).triplets
    assert len(stated) == 200
    for triplet in stated:
        near, far = (np.linalg.norm(CODES[triplet.anchor] - CODES[end]) for end in (triplet.near, triplet.far))
        assert far > told.MARGIN * near
        assert len({triplet.anchor, triplet.near, triplet.far}) == 3


def test_rules_are_true_of_the_classes() -> None:
    constraints = told.rules(TRUTH, 50, 2)
    assert len(constraints.rules) == 50
    assert constraints.violated(TRUTH) == []
    assert constraints.violated(np.zeros(N, np.int64))


def test_the_nearest_labelling_meets_the_demands_and_moves_few() -> None:
    truth = np.repeat([0, 1, 2, 3], [90, 50, 50, 50])
    constraints = told.bounds(N, 4, 0.05)
    met = told.nearest(truth, constraints)
    assert constraints.violated(met) == []
    assert accuracy(truth, met) == pytest.approx(1 - 27 / N, abs=0.01)
    assert told.nearest(truth, told.pairs(truth, 20, 0.0, 0)) is truth


def test_an_attribute_is_unevenly_spread_and_balance_says_so() -> None:
    truth = np.arange(4000) % 4
    has = told.attribute(truth, 0)
    assert [round(float(has[truth == group].mean()), 1) for group in range(4)] == [0.6, 0.4, 0.6, 0.4]
    assert told.balance(has, 0.1).violated(truth)


@pytest.mark.parametrize("guidance", ["none", "pairs", "marks", "sizes", "triplets", "bounds", "balance", "rules"])
@pytest.mark.filterwarnings("ignore:.*ignores:UserWarning", "ignore:.*groups without items:UserWarning")
def test_a_case_of_each_guidance_runs(guidance: str, small: None) -> None:
    found = measure({
        "dataset": "mnist", "truth": "class", "method": "dcc", "guidance": guidance, "amount": 60, "noise": 0.0,
        "items": N, "seed": 0,
    })  # fmt: skip
    points: Any = found["points"]
    (point,) = points
    assert found["items"] == N
    assert 0 < point["acc"] <= 1
    assert point["epochs"] == 3
    assert ("pairs_known" in point) == (guidance == "pairs")


@pytest.mark.parametrize("method", ["idec", "k-means", "dcc-robust", "spherepair", "spherepair-belief"])
@pytest.mark.filterwarnings("ignore:.*groups without items:UserWarning")
def test_a_case_of_each_method_runs(method: str, small: None) -> None:
    found = measure({
        "dataset": "mnist", "truth": "class", "method": method, "guidance": "pairs", "amount": 60, "noise": 0.1,
        "items": N, "seed": 0,
    })  # fmt: skip
    points: Any = found["points"]
    assert points[0]["answers"] == 60


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The bundled digits in the place of MNIST, three epochs of each phase, and a cache of their own."""
    images = load("inks")
    monkeypatch.setattr(deep, "load", lambda name, split: replace(images, truths={"class": images.truths["digit"]}))
    monkeypatch.setattr(deep, "EMBEDDED_BY", 100)
    monkeypatch.setattr(deep, "TWIN_FACTOR", 1)
    monkeypatch.setenv("CLUSTEER_CACHE", str(tmp_path_factory.getbasetemp() / "networks"))
    for kind in (DCC, IDEC, SpherePair):
        defaults = kind.__init__.__kwdefaults__ or {}
        monkeypatch.setattr(kind.__init__, "__kwdefaults__", defaults | {"pretrain_epochs": 3, "max_epochs": 3})
    cached = (deep._items, deep._start, deep._codes, deep._unguided)
    for function in cached:
        function.cache_clear()
    yield
    for function in cached:
        function.cache_clear()
