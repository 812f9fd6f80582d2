"""A map is of the codes of test items before or after rounds, and its numbers are those of a plain count."""

from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from clusteer.bench import projection, rounds
from clusteer.bench.plot import plot
from clusteer.bench.results import Results
from clusteer.bench.spec import load_spec
from clusteer.bench.table import tables
from clusteer.core.errors import InvalidInputError
from clusteer.methods import linked_contrast
from clusteer.methods.pcl import PCL
from tests.blobs import blobs

FEATURES, CLASSES = blobs(100)
HALF = CLASSES // 2
ITEMS = FEATURES[:60], HALF[:60], FEATURES[60:], HALF[60:]
SPEC = load_spec("pcl-maps")


class Split:
    """The test split as far as it is looked at."""

    truths: ClassVar = {"class": CLASSES[60:], "half": HALF[60:]}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "items_of_rounds", lambda case: ITEMS)
    monkeypatch.setattr(projection, "load", lambda name, split: Split())
    monkeypatch.setattr(linked_contrast, "_LEAST_STEPS", 3)
    few = {"warmup_epochs": 1, "start_epochs": 1, "max_epochs": 1}
    monkeypatch.setattr(PCL.__init__, "__kwdefaults__", (PCL.__init__.__kwdefaults__ or {}) | few)


def naive(codes: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    shares = []
    for row, code in enumerate(codes):
        order = [other for other in np.argsort(((codes - code) ** 2).sum(axis=1), kind="stable") if other != row]
        shares.append(np.mean([truth[other] == truth[row] for other in order[: projection.NEAREST]]))
    return float(np.mean(shares))


def test_a_map_before_is_of_what_was_given_and_one_after_is_of_what_was_learned() -> None:
    before, after = (projection.measure(case | {"budget": 40, "rounds": 2}) for case in SPEC.cases[:2])
    points = [point for _, point in rounds.run_rounds(SPEC.cases[1] | {"budget": 40, "rounds": 2}, ITEMS)]
    near: Any = before["near"]
    assert near == pytest.approx({name: naive(FEATURES[60:], truth) for name, truth in Split.truths.items()})
    assert before["test_acc"] is None
    assert after["near"] != near
    assert after["test_acc"] == points[-1]["test_acc"]
    for found in (before, after):
        assert np.isfinite(np.array(found["places"])).all()
        assert np.array(found["places"]).shape == (40, 2)
        assert found["classes"] == CLASSES[60:].tolist()


def test_a_table_and_a_figure_tell_of_what_was_run() -> None:
    found = Results(SPEC.name, SPEC.title, SPEC.kind)
    with pytest.raises(InvalidInputError, match=r"nothing of pcl-maps was run yet"):
        plot(SPEC, found)
    found.put(SPEC.cases[0], {"code": "", "environment": {}}, {"result": projection.measure(SPEC.cases[0])})
    (table,) = tables(SPEC, found)
    assert table.columns == ("map", "pairs", "test acc", "near by class", "near by half")
    assert [row[0].removesuffix(" *") for row in table.rows] == [
        "before", "pcl, cifar10-2-default", "pcl, cifar10-2-personalized",
    ]  # fmt: skip
    assert table.rows[0][1:3] == ("0", "")
    assert table.rows[1][2].startswith("not run")
    (axes,) = plot(SPEC, found).axes
    assert sum(np.shape(dots.get_offsets())[0] for dots in axes.collections) == 40
