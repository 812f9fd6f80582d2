import numpy as np
import pytest

from clusteer.bench import Case
from clusteer.bench.accuracy import measure
from clusteer.bench.named_sets import items_of
from clusteer.core.errors import UnavailableError
from clusteer.data import builtin, load

CASE: Case = {"dataset": "inks", "split": "all", "encoder": "pixels", "truth": "ink", "items": 50}


def test_evenly_spaced_rows_of_a_set_are_the_same_each_time() -> None:
    index, truth = items_of(CASE)
    rows = np.linspace(0, 1999, 50).astype(np.int64)
    assert len(index) == 50
    assert np.array_equal(truth, load("inks").truths["ink"][rows])
    assert items_of({**CASE, "truth": "digit"})[0] is index


def test_missing_data_and_weights_are_said_without_naming_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object) -> None:
        raise UnavailableError("no network here")

    monkeypatch.setattr(builtin, "_fetch", nothing)
    with pytest.raises(UnavailableError, match=r"^needs mnist\.npz in the data folder, or a network"):
        items_of({**CASE, "dataset": "mnist"})
    monkeypatch.setattr("clusteer.encoders.encode", nothing)
    with pytest.raises(UnavailableError, match=r"^needs the weights of efficientnet-lite2"):
        items_of({**CASE, "encoder": "efficientnet-lite2"})


def test_a_case_of_accuracy_is_a_session_on_them() -> None:
    found = measure({**CASE, "budget": 10, "noise": 0.0, "strategy": "uniform", "seed": 0})
    assert (found["items"], found["encoder"]) == (50, "pixels")
    curve: list[dict[str, float]] = found["curve"]  # type: ignore[assignment]  # what a result holds is JSON
    assert [point["answers"] for point in curve] == [0, 10]
    assert curve[-1]["links"] >= 10
